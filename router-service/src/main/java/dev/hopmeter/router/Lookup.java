package dev.hopmeter.router;

import io.lettuce.core.RedisFuture;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The look-up of one event, under way. For one thread. */
final class Lookup {

    private final RedisPipeline redis;
    private final List<RedisFuture<List<byte[]>>> replies;

    Lookup(RedisPipeline redis, List<RedisFuture<List<byte[]>>> replies) {
        this.redis = redis;
        this.replies = replies;
    }

    /** Whether {@link #recipients} would not wait. */
    boolean isDone() {
        return replies.getLast().isDone();
    }

    /**
     * The event's recipients, by the notifier that holds them; empty for an event that nobody wants.
     *
     * @throws RedisUnreachableException if Redis does not answer
     */
    Map<String, Recipients> recipients() {
        Map<String, Recipients> byNotifier = HashMap.newHashMap(1);
        for (RedisFuture<List<byte[]>> reply : replies) {
            List<byte[]> members = redis.reply(reply);
            if (members == null) {
                continue;
            }
            for (byte[] member : members) {
                String name = new String(member, StandardCharsets.US_ASCII);
                int slash = name.indexOf('/');
                byNotifier
                        .computeIfAbsent(name.substring(0, Math.max(slash, 0)), notifier -> new Recipients())
                        .add(name, slash + 1);
            }
        }
        return byNotifier;
    }

    /** Gives the look-up up, so that it is not repeated when a lost connection comes back. */
    void cancel() {
        replies.forEach(reply -> reply.cancel(false));
    }
}
