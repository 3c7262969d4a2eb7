package dev.hopmeter.router;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.RedisKeys;
import dev.hopmeter.spring.Stamps;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.XAddArgs;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands events over to the inboxes of the notifiers whose subscribers they match, one entry for each notifier. An inbox
 * that is not there is not made: its notifier is gone, which is counted in {@code hopmeter.router.undeliverable}. For one
 * thread.
 */
final class FanOut {

    private static final byte[] NO_TRAIL = {};

    /** More notifiers than this since the start are forgotten, the longest unused first. */
    private static final int INBOXES = 10_000;

    private final RedisPipeline redis;
    private final SubscriptionIndex index;
    private final Stamps stamps;
    private final byte[] router;
    private final XAddArgs bounded;
    private final Counter matches;
    private final Counter unmatched;
    private final Counter undeliverable;
    private final Map<String, Inbox> inboxes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Inbox> eldest) {
            return size() > INBOXES;
        }
    };

    /** Under that router's name, which no other router has or had. */
    FanOut(
            RedisPipeline redis,
            SubscriptionIndex index,
            Stamps stamps,
            String router,
            long inboxLength,
            MeterRegistry registry) {
        this.redis = redis;
        this.index = index;
        this.stamps = stamps;
        this.router = router.getBytes(StandardCharsets.US_ASCII);
        this.bounded = new XAddArgs().maxlen(inboxLength).approximateTrimming().nomkstream();
        this.matches = Counter.builder("hopmeter.router.matches")
                .description("Subscribers that an order or message was handed over for")
                .register(registry);
        this.unmatched = Counter.builder("hopmeter.router.unmatched")
                .description("Orders and messages that no subscription matches")
                .register(registry);
        this.undeliverable = Counter.builder("hopmeter.router.undeliverable")
                .description("Subscribers that an order or message was not handed over for, as their notifier is gone")
                .register(registry);
    }

    /**
     * Looks up and hands over all the events, in order; returns once Redis has confirmed every entry.
     *
     * @throws HandOverException if Redis fails; the events before the one that it names are handed over, that one and
     *     those after it are perhaps
     */
    void handOver(List<Event> events) {
        if (events.isEmpty()) {
            return;
        }
        List<Lookup> lookups = index.lookUp(events);
        List<Entry> entries = new ArrayList<>(events.size());
        BitSet unwanted = new BitSet();
        RedisUnreachableException failure = null;
        int at = 0;
        try {
            for (; at < lookups.size(); at++) {
                if (!lookups.get(at).isDone()) {
                    redis.flush();
                }
                Map<String, Recipients> recipients = lookups.get(at).recipients();
                if (recipients.isEmpty()) {
                    unwanted.set(at);
                } else {
                    add(entries, events.get(at), at, recipients);
                }
            }
        } catch (RedisUnreachableException e) {
            failure = e;
        }
        redis.flush();
        int confirmed = 0;
        try {
            for (; confirmed < entries.size(); confirmed++) {
                confirm(entries.get(confirmed));
            }
        } catch (RedisUnreachableException e) {
            failure = e;
            at = entries.get(confirmed).event();
        }
        unmatched.increment(unwanted.get(0, at).cardinality());
        if (failure != null) {
            giveUp(lookups, entries.subList(confirmed, entries.size()));
            throw new HandOverException(at, failure);
        }
    }

    private void add(List<Entry> entries, Event event, int at, Map<String, Recipients> recipients) {
        byte[] trail = routed(event.trail());
        recipients.forEach((notifier, subscribers) -> {
            Inbox inbox = inboxes.computeIfAbsent(notifier, name -> new Inbox(RedisKeys.inbox(name)));
            long sequence = ++inbox.sequence;
            entries.add(new Entry(
                    at,
                    inbox,
                    sequence,
                    subscribers.count(),
                    redis.commands()
                            .xadd(
                                    inbox.key,
                                    bounded,
                                    event.source().field(),
                                    event.bytes(),
                                    RedisKeys.TRAIL,
                                    trail,
                                    RedisKeys.SUBSCRIBERS,
                                    subscribers.joined(),
                                    RedisKeys.ROUTER,
                                    router,
                                    RedisKeys.SEQUENCE,
                                    Long.toString(sequence).getBytes(StandardCharsets.US_ASCII))));
        });
    }

    private byte[] routed(@Nullable Trail trail) {
        return trail == null
                ? NO_TRAIL
                : stamps.take(trail, Stamp.ROUTED).text().getBytes(StandardCharsets.US_ASCII);
    }

    private void confirm(Entry entry) {
        String id = redis.reply(entry.reply());
        entry.inbox().confirmed = entry.sequence();
        (id == null ? undeliverable : matches).increment(entry.subscribers());
    }

    /** Numbers are used again for what is tried again, so that a notifier sees a gap only where an entry is gone. */
    private static void giveUp(List<Lookup> lookups, List<Entry> unconfirmed) {
        lookups.forEach(Lookup::cancel);
        for (Entry entry : unconfirmed) {
            entry.reply().cancel(false);
            entry.inbox().sequence = entry.inbox().confirmed;
        }
    }

    private record Entry(int event, Inbox inbox, long sequence, int subscribers, RedisFuture<String> reply) {}

    private static final class Inbox {
        private final String key;
        private long sequence;
        private long confirmed;

        Inbox(String key) {
            this.key = key;
        }
    }
}
