package dev.hopmeter.spring;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** How a service is linked to its Redis: a lost one is told at once, and each wait for it is bounded by the service itself. */
public final class RedisLink {

    private RedisLink() {}

    /** Refuses commands while Redis is away, and bounds no wait. */
    public static LettuceClientOptionsBuilderCustomizer failingAtOnceWhileDisconnected() {
        return options -> options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.create());
    }

    /** Tries to reach a lost Redis after pauses that grow to that length. */
    public static ClientResourcesBuilderCustomizer reconnectingWithin(Duration longest) {
        return resources ->
                resources.reconnectDelay(Delay.exponential(Duration.ZERO, longest, 2, TimeUnit.MILLISECONDS));
    }

    /**
     * The client for connections of the service's own.
     *
     * @throws IllegalStateException if Redis is a cluster
     */
    public static RedisClient client(LettuceConnectionFactory factory) {
        if (factory.getRequiredNativeClient() instanceof RedisClient client) {
            return client;
        }
        throw new IllegalStateException("Redis is one server, with or without replicas, not a cluster");
    }
}
