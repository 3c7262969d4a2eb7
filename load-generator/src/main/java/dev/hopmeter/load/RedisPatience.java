package dev.hopmeter.load;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;

/** How long Redis has for each answer, where Lettuce would wait for a minute. */
final class RedisPatience {

    private static final Duration USUAL = Duration.ofSeconds(10);

    private RedisPatience() {}

    /**
     * A client of the Redis at that address.
     *
     * @throws IllegalArgumentException if it is no address of a Redis
     */
    static RedisClient client(String url) {
        return client(url, USUAL);
    }

    static RedisClient client(String url, Duration patience) {
        RedisURI address = RedisURI.create(url);
        address.setTimeout(patience);
        return RedisClient.create(address);
    }
}
