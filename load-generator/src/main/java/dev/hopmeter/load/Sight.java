package dev.hopmeter.load;

import dev.hopmeter.contract.WindowKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How fresh aggregates look when looked at in some way: from the moment an event was due until the first sight of an aggregate
 * of its key that includes it. Safe for use by many threads.
 */
final class Sight {

    private final Truth truth;
    private final Map<WindowKey, Long> seen = new ConcurrentHashMap<>();
    private final Series lengths = new Series();
    private volatile long first = Long.MAX_VALUE;

    Sight(Truth truth) {
        this.truth = truth;
    }

    /** Events from that sequence number on are measured. */
    void measureFrom(long sequence) {
        first = sequence;
    }

    /**
     * An aggregate of the key was seen at that moment, and goes through that number: every event up to it was summed, or was too
     * late for its window, which {@link Totals} finds missing.
     */
    void saw(WindowKey key, long through, long nowNanos) {
        seen.compute(key, (same, before) -> {
            long after = before == null ? 0 : before;
            truth.between(key, after, through, (sequence, intended) -> record(sequence, nowNanos - intended));
            return Math.max(after, through);
        });
    }

    /** Whether every measured event of these keys was seen. */
    boolean complete(List<WindowKey> keys) {
        for (WindowKey key : keys) {
            boolean[] missing = new boolean[1];
            truth.between(
                    key,
                    Math.max(seen.getOrDefault(key, 0L), first - 1),
                    Long.MAX_VALUE,
                    (sequence, intended) -> missing[0] = true);
            if (missing[0]) {
                return false;
            }
        }
        return true;
    }

    /** The lengths; a measured event of these keys that was not seen is only known to take until that moment at least. */
    synchronized Series lengths(List<WindowKey> keys, long nowNanos) {
        for (WindowKey key : keys) {
            truth.between(
                    key,
                    Math.max(seen.getOrDefault(key, 0L), first - 1),
                    Long.MAX_VALUE,
                    (sequence, intended) -> lengths.recordAtLeast(nowNanos - intended));
        }
        return lengths;
    }

    private synchronized void record(long sequence, long nanos) {
        if (sequence >= first) {
            lengths.record(nanos);
        }
    }
}
