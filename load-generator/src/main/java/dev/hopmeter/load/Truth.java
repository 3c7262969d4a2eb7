package dev.hopmeter.load;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the generator knows of the events that it has published, from the first on: what every total must come to, and what an
 * answer could have included. Safe for use by many threads. Holds 40 bytes for each event.
 */
final class Truth {

    private final Map<WindowKey, Published> byKey = new ConcurrentHashMap<>();

    /** Of events with these keys and no others. */
    Truth(List<WindowKey> keys) {
        keys.forEach(key -> byKey.put(key, new Published()));
    }

    /** The event is about to be sent; events of a key come in rising order of their sequence numbers. */
    void sent(Event event, Trail trail) {
        of(event.windowKey())
                .add(
                        event.sequence(),
                        Publisher.millis(trail),
                        event.amount(),
                        trail.at(Stamp.INTENDED).orElseThrow());
    }

    /** The brokers have it, at those epoch nanoseconds at the latest. */
    void acknowledged(Event event, long nanos) {
        of(event.windowKey()).acknowledged(event.sequence(), nanos);
    }

    /** How many events were sent, acknowledged or not. */
    long sent() {
        return byKey.values().stream().mapToLong(Published::size).sum();
    }

    /** Wants to know of events by the moment at which they were due, in epoch nanoseconds. */
    interface Seen {
        void event(long sequence, long intendedNanos);
    }

    /** Tells of the key's events whose number is above the one and not above the other. */
    void between(WindowKey key, long after, long through, Seen seen) {
        Published published = byKey.get(key);
        if (published != null) {
            published.between(after, through, seen);
        }
    }

    /**
     * When the first event of the key above that number was acknowledged, if that was before the moment: an answer to a
     * question that was asked then should have included it. In epoch nanoseconds. One at or below that number that was too late
     * for its window is not seen here: {@link Totals} finds it missing.
     */
    OptionalLong firstMissed(WindowKey key, long through, long beforeNanos) {
        return of(key).firstMissed(through, beforeNanos);
    }

    /**
     * What an aggregate of a key that goes through a number holds.
     *
     * @param least events that it must hold: the brokers have acknowledged them
     * @param most it can hold these and no more
     */
    record Held(long least, long most) {}

    /**
     * What windows that go through that number hold of the key's events from the first moment until before the second, in epoch
     * milliseconds.
     */
    Held held(WindowKey key, long through, long fromMillis, long untilMillis) {
        return of(key).held(through, fromMillis, untilMillis);
    }

    /** When the key's event of that number happened, in epoch milliseconds; empty if none of that number was sent. */
    OptionalLong happened(WindowKey key, long sequence) {
        return of(key).happened(sequence);
    }

    /**
     * What a window must come to.
     *
     * @param count events that the brokers have acknowledged
     * @param sum their amounts
     * @param doubtful further events of which it is not known whether the brokers have them
     */
    record Expected(long count, long sum, long doubtful) {}

    /** What each window of the key must come to, by its start in epoch milliseconds. */
    NavigableMap<Long, Expected> windows(WindowKey key, WindowSize size) {
        return of(key).windows(size);
    }

    private Published of(WindowKey key) {
        Published published = byKey.get(key);
        if (published == null) {
            throw new IllegalArgumentException("no event has the key " + key.text());
        }
        return published;
    }

    private static final class Published {

        private long[] sequences = new long[64];
        private long[] millis = new long[64];
        private long[] amounts = new long[64];
        private long[] intended = new long[64];
        private long[] acknowledged = new long[64];
        private int size;

        synchronized int size() {
            return size;
        }

        synchronized void add(long sequence, long at, long amount, long intendedNanos) {
            if (size == sequences.length) {
                sequences = Arrays.copyOf(sequences, 2 * size);
                millis = Arrays.copyOf(millis, 2 * size);
                amounts = Arrays.copyOf(amounts, 2 * size);
                intended = Arrays.copyOf(intended, 2 * size);
                acknowledged = Arrays.copyOf(acknowledged, 2 * size);
            }
            sequences[size] = sequence;
            millis[size] = at;
            amounts[size] = amount;
            intended[size] = intendedNanos;
            size++;
        }

        synchronized void acknowledged(long sequence, long nanos) {
            int at = Arrays.binarySearch(sequences, 0, size, sequence);
            if (at >= 0) {
                acknowledged[at] = nanos;
            }
        }

        synchronized void between(long after, long through, Seen seen) {
            for (int i = firstAbove(after); i < size && sequences[i] <= through; i++) {
                seen.event(sequences[i], intended[i]);
            }
        }

        synchronized OptionalLong firstMissed(long through, long beforeNanos) {
            for (int i = firstAbove(through); i < size; i++) {
                if (acknowledged[i] != 0 && acknowledged[i] < beforeNanos) {
                    return OptionalLong.of(acknowledged[i]);
                }
            }
            return OptionalLong.empty();
        }

        /** From the last on, as a key can have many events and an answer has its latest. */
        synchronized Held held(long through, long fromMillis, long untilMillis) {
            long least = 0;
            long most = 0;
            for (int i = firstAbove(through) - 1; i >= 0 && millis[i] >= fromMillis; i--) {
                if (millis[i] < untilMillis) {
                    least += acknowledged[i] != 0 ? 1 : 0;
                    most++;
                }
            }
            return new Held(least, most);
        }

        synchronized OptionalLong happened(long sequence) {
            int at = Arrays.binarySearch(sequences, 0, size, sequence);
            return at < 0 ? OptionalLong.empty() : OptionalLong.of(millis[at]);
        }

        synchronized NavigableMap<Long, Expected> windows(WindowSize windowSize) {
            NavigableMap<Long, Expected> windows = new TreeMap<>();
            for (int i = 0; i < size; i++) {
                boolean sure = acknowledged[i] != 0;
                Expected one = new Expected(sure ? 1 : 0, sure ? amounts[i] : 0, sure ? 0 : 1);
                windows.merge(
                        windowSize.startOf(millis[i]),
                        one,
                        (a, b) -> new Expected(a.count + b.count, a.sum + b.sum, a.doubtful + b.doubtful));
            }
            return windows;
        }

        private int firstAbove(long sequence) {
            int at = Arrays.binarySearch(sequences, 0, size, sequence);
            return at < 0 ? -at - 1 : at + 1;
        }
    }
}
