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
        Recipients last = null;
        for (RedisFuture<List<byte[]>> reply : replies) {
            List<byte[]> members = redis.reply(reply);
            if (members == null) {
                continue;
            }
            for (byte[] member : members) {
                int slash = slashIn(member);
                int idLength = Math.max(slash, 0);
                if (last == null || !last.areOf(member, idLength)) {
                    last = byNotifier.computeIfAbsent(
                            new String(member, 0, idLength, StandardCharsets.US_ASCII),
                            notifier -> new Recipients(member, idLength));
                }
                last.add(member, slash + 1);
            }
        }
        return byNotifier;
    }

    /** Where the notifier's id ends; -1 in a member that names none, whose subscriber nobody holds. */
    private static int slashIn(byte[] member) {
        for (int i = 0; i < member.length; i++) {
            if (member[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    /** Gives the look-up up, so that it is not repeated when a lost connection comes back. */
    void cancel() {
        replies.forEach(reply -> reply.cancel(false));
    }
}
