package dev.hopmeter.load;

import dev.hopmeter.contract.WindowKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fresh aggregates look when looked at in some way: from the moment an event was due until the first sight of an aggregate
 * of its key that includes it. Safe for use by many threads, until the lengths are asked for; what is seen then counts no more.
 */
final class Sight {

    private final Truth truth;
    private final Map<WindowKey, Long> seen = new HashMap<>();
    private final Series lengths = new Series();
    private long first = Long.MAX_VALUE;
    private boolean told;

    Sight(Truth truth) {
        this.truth = truth;
    }

    /** Events from that sequence number on are measured. */
    synchronized void measureFrom(long sequence) {
        first = sequence;
    }

    /**
     * An aggregate of the key was seen at that moment, and goes through that number: every event up to it was summed, or was too
     * late for its window, which {@link Totals} finds missing.
     */
    synchronized void saw(WindowKey key, long through, long nowNanos) {
        long before = seen.getOrDefault(key, 0L);
        if (told || through <= before) {
            return;
        }
        truth.between(key, before, through, (sequence, intended) -> {
            if (sequence >= first) {
                lengths.record(nowNanos - intended);
            }
        });
        seen.put(key, through);
    }

    /** Whether every measured event of these keys was seen. */
    synchronized boolean complete(List<WindowKey> keys) {
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

    /**
     * The lengths, to be asked for once; a measured event of these keys that was not seen is only known to take until that moment
     * at least. Nothing is added to them afterwards.
     */
    synchronized Series lengths(List<WindowKey> keys, long nowNanos) {
        told = true;
        for (WindowKey key : keys) {
            truth.between(
                    key,
                    Math.max(seen.getOrDefault(key, 0L), first - 1),
                    Long.MAX_VALUE,
                    (sequence, intended) -> lengths.recordAtLeast(nowNanos - intended));
        }
        return lengths;
    }
}
