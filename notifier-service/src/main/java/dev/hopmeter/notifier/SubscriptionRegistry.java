package dev.hopmeter.notifier;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.spring.RedisKeys;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.XTrimArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * This notifier's part of the subscriptions in Redis. Every change is one script, so that index, hash and sign of life never
 * contradict each other, and two notifiers that do the same do no harm. Safe for use by many threads; each method waits for
 * Redis, and throws {@link RedisUnreachableException} where that fails.
 */
final class SubscriptionRegistry {

    private static final String ALIVE = """
        local alive = redis.call('EXISTS', KEYS[2])
        redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
        redis.call('SADD', KEYS[1], ARGV[1])
        if redis.call('EXISTS', KEYS[4]) == 0 then
          redis.call('XGROUP', 'CREATE', KEYS[4], 'none', '$', 'MKSTREAM')
          redis.call('XGROUP', 'DESTROY', KEYS[4], 'none')
          redis.call('XSETID', KEYS[4], ARGV[3])
        end
        """;

    private static final String BEAT = ALIVE + """
        return {alive, redis.call('HLEN', KEYS[3])}
        """;

    private static final String PUT = """
        local function put(id, amount, place)
          local before = redis.call('HGET', KEYS[3], id)
          if before and before ~= place then
            local index, visit = string.match(before, '(%S+) (%S+)')
            redis.call('ZREM', index, ARGV[1] .. '/' .. visit)
          end
          redis.call('HSET', KEYS[3], id, place)
          local index, visit = string.match(place, '(%S+) (%S+)')
          return redis.call('ZADD', index, amount, ARGV[1] .. '/' .. visit)
        end
        """;

    private static final String REGISTER = """
        for _, other in ipairs(redis.call('SMEMBERS', KEYS[1])) do
          if other ~= ARGV[1] and redis.call('EXISTS', ARGV[7] .. other) == 1
              and redis.call('HEXISTS', ARGV[7] .. other .. ':subscriptions', ARGV[4]) == 1 then
            return 0
          end
        end
        """ + ALIVE + PUT + """
        put(ARGV[4], ARGV[5], ARGV[6])
        return 1
        """;

    private static final String REGISTER_AGAIN = ALIVE + PUT + """
        local added = 0
        for i = 4, #ARGV, 3 do
          added = added + put(ARGV[i], ARGV[i + 1], ARGV[i + 2])
        end
        return added
        """;

    private static final String UNREGISTER = """
        if redis.call('HGET', KEYS[1], ARGV[2]) == ARGV[3] then
          redis.call('HDEL', KEYS[1], ARGV[2])
          local index, visit = string.match(ARGV[3], '(%S+) (%S+)')
          redis.call('ZREM', index, ARGV[1] .. '/' .. visit)
        end
        return 0
        """;

    private static final String TAKE_AWAY = """
        if ARGV[2] == 'dead' and redis.call('EXISTS', KEYS[2]) == 1 then
          return 0
        end
        local subscriptions = redis.call('HGETALL', KEYS[3])
        for i = 1, #subscriptions, 2 do
          local index, visit = string.match(subscriptions[i + 1], '(%S+) (%S+)')
          redis.call('ZREM', index, ARGV[1] .. '/' .. visit)
        end
        redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
        redis.call('SREM', KEYS[1], ARGV[1])
        return #subscriptions / 2
        """;

    /**
     * What a sign of life brought to light.
     *
     * @param wasAlive whether the last one still held
     * @param subscriptions how many of this notifier Redis holds
     */
    record Beat(boolean wasAlive, long subscriptions) {}

    private final StatefulRedisConnection<String, String> connection;
    private final String notifier;
    private final InboxPosition inbox;
    private final Duration lease;
    private final Duration timeout;
    private final AtomicBoolean reconnected = new AtomicBoolean();
    private volatile Runnable whenReconnected = () -> {};

    /** For that notifier, whose id no other has or had. */
    SubscriptionRegistry(
            StatefulRedisConnection<String, String> connection,
            String notifier,
            InboxPosition inbox,
            Duration lease,
            Duration timeout) {
        this.connection = connection;
        this.notifier = notifier;
        this.inbox = inbox;
        this.lease = lease;
        this.timeout = timeout;
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
                reconnected.set(true);
                whenReconnected.run();
            }
        });
    }

    String notifier() {
        return notifier;
    }

    /**
     * Gives a sign of life, and makes the inbox where there is none; its ids go on after the last entry that was read, even
     * if Redis lost them and its clock was set back.
     */
    Beat beat() {
        List<Object> answer = await(connection
                .async()
                .eval(BEAT, ScriptOutputType.MULTI, keys(notifier), notifier, millis(lease), inbox.last()));
        return new Beat(number(answer, 0) == 1, number(answer, 1));
    }

    /** Has that run, on a thread that must not wait, each time that the connection was lost and came back. */
    void whenReconnected(Runnable task) {
        whenReconnected = task;
    }

    /** Whether {@link #reconnected} would say so. */
    boolean cameBack() {
        return reconnected.get();
    }

    /** Whether the connection was lost and came back since this was asked last. */
    boolean reconnected() {
        return reconnected.getAndSet(false);
    }

    /** Puts the subscription into effect; false if its subscriber is connected to another notifier that is alive. */
    boolean register(Subscriber subscriber) {
        return await(connection
                        .async()
                        .<Long>eval(
                                REGISTER,
                                ScriptOutputType.INTEGER,
                                keys(notifier),
                                notifier,
                                millis(lease),
                                inbox.last(),
                                subscriber.id(),
                                leastAmount(subscriber),
                                place(subscriber),
                                RedisKeys.notifier("")))
                == 1;
    }

    /**
     * Puts all of these into effect where they are not, and answers how many were not. All at once, so that a command that
     * looks up one set of the index finds either every one of them there or none; an event is looked up in four.
     */
    long registerAgain(Collection<Subscriber> subscribers) {
        List<String> arguments = new ArrayList<>(3 + 3 * subscribers.size());
        arguments.addAll(List.of(notifier, millis(lease), inbox.last()));
        for (Subscriber subscriber : subscribers) {
            arguments.add(subscriber.id());
            arguments.add(leastAmount(subscriber));
            arguments.add(place(subscriber));
        }
        return await(connection
                .async()
                .<Long>eval(
                        REGISTER_AGAIN, ScriptOutputType.INTEGER, keys(notifier), arguments.toArray(String[]::new)));
    }

    /** Takes the subscription away, if it is the one in effect for its subscriber. */
    void unregister(Subscriber subscriber) {
        unregister(subscriber.id(), place(subscriber));
    }

    /** Takes away the subscription of that id if it is in that place. */
    void unregister(String id, String place) {
        String[] keys = {RedisKeys.notifierSubscriptions(notifier)};
        await(connection.async().<Long>eval(UNREGISTER, ScriptOutputType.INTEGER, keys, notifier, id, place));
    }

    /** The places of this notifier's subscriptions in Redis, by subscriber's id. */
    Map<String, String> registered() {
        return await(connection.async().hgetall(RedisKeys.notifierSubscriptions(notifier)));
    }

    private static String leastAmount(Subscriber subscriber) {
        return Long.toString(subscriber.subscription().filter().leastAmount());
    }

    /** Where in the index the subscription is: the key of its sorted set, a space, and its visit. */
    private static String place(Subscriber subscriber) {
        Filter filter = subscriber.subscription().filter();
        return RedisKeys.subscriptions(filter.region(), filter.kind()) + " " + subscriber.visit();
    }

    /** Lets go the inbox's entries before the last one that is read. */
    void trimInbox() {
        await(connection.async().xtrim(RedisKeys.inbox(notifier), new XTrimArgs().minId(inbox.last())));
    }

    /** Takes away what notifiers left behind whose sign of life has run out, and answers how many subscriptions. */
    long reap() {
        long reaped = 0;
        for (String other : await(connection.async().smembers(RedisKeys.NOTIFIERS))) {
            if (!other.equals(notifier) && await(connection.async().exists(RedisKeys.notifier(other))) == 0) {
                reaped += takeAway(other, "dead");
            }
        }
        return reaped;
    }

    /** Takes away all of this notifier's own. */
    void leave() {
        takeAway(notifier, "own");
    }

    private long takeAway(String whose, String why) {
        return await(connection.async().<Long>eval(TAKE_AWAY, ScriptOutputType.INTEGER, keys(whose), whose, why));
    }

    private <T> T await(RedisFuture<T> command) {
        return Optional.ofNullable(Replies.await(command, timeout))
                .orElseThrow(() -> new IllegalStateException("Redis answered nil where there is always an answer"));
    }

    private static long number(List<Object> answer, int at) {
        return (Long) answer.get(at);
    }

    private static String[] keys(String whose) {
        return new String[] {
            RedisKeys.NOTIFIERS,
            RedisKeys.notifier(whose),
            RedisKeys.notifierSubscriptions(whose),
            RedisKeys.inbox(whose)
        };
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
