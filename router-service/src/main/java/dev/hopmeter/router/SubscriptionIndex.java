package dev.hopmeter.router;

import dev.hopmeter.spring.RedisKeys;
import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.List;

/**
 * The subscriptions in Redis, asked by region, kind and amount: four range queries for an event, however many subscriptions
 * there are. Agrees with {@link dev.hopmeter.contract.Filter#matches(String, String, long)}. For one thread.
 */
final class SubscriptionIndex {

    private final RedisPipeline redis;

    SubscriptionIndex(RedisPipeline redis) {
        this.redis = redis;
    }

    /** Starts the look-ups of all these events, in one round trip. */
    List<Lookup> lookUp(List<Event> events) {
        List<Lookup> lookups = new ArrayList<>(events.size());
        for (Event event : events) {
            lookups.add(lookUp(event));
        }
        redis.flush();
        return lookups;
    }

    private Lookup lookUp(Event event) {
        Range<Long> upToItsAmount = Range.create(0L, event.amount());
        List<RedisFuture<List<byte[]>>> replies = new ArrayList<>(4);
        for (String key : RedisKeys.subscriptionsOf(event.region(), event.kind())) {
            replies.add(redis.commands().zrangebyscore(key, upToItsAmount));
        }
        return new Lookup(redis, replies);
    }
}
