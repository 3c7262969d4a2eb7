package dev.hopmeter.unified;

import dev.hopmeter.contract.WindowTotal;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one key and size, by their start in epoch milliseconds. Whoever reads sees all of them as of one moment, so that
 * an answer which includes an event includes those before it. One thread adds, any number read.
 */
final class KeyWindows {

    /** No window starts there. */
    private static final Long NONE = Long.MIN_VALUE;

    private final NavigableMap<Long, WindowTotal> totals = new TreeMap<>();
    private final Set<Long> changed = new HashSet<>();
    private Long lastChanged = NONE;

    /** Adds an event, and answers what its window adds up to. */
    synchronized WindowTotal add(long startMillis, long amount, long sequence, long millis) {
        Long start = startMillis;
        WindowTotal total = totals.getOrDefault(start, WindowTotal.EMPTY).plus(amount, sequence, millis);
        totals.put(start, total);
        if (!start.equals(lastChanged)) {
            changed.add(start);
            lastChanged = start;
        }
        return total;
    }

    /** Has that window again, as of a checkpoint. */
    synchronized void restore(long startMillis, WindowTotal total) {
        totals.put(startMillis, total);
    }

    /** What was taken as changed is to be taken again. */
    synchronized void changedStill(long startMillis) {
        changed.add(startMillis);
    }

    /** Those whose start lies from {@code first} to {@code last}, both included. */
    synchronized NavigableMap<Long, WindowTotal> between(long first, long last) {
        return first > last ? new TreeMap<>() : new TreeMap<>(totals.subMap(first, true, last, true));
    }

    /** Those that changed since they were last taken so, once each; null for none. */
    synchronized @Nullable NavigableMap<Long, WindowTotal> takeChanged() {
        if (changed.isEmpty()) {
            return null;
        }
        NavigableMap<Long, WindowTotal> taken = new TreeMap<>();
        for (Long start : changed) {
            WindowTotal total = totals.get(start);
            if (total != null) {
                taken.put(start, total);
            }
        }
        changed.clear();
        lastChanged = NONE;
        return taken;
    }

    /** Forgets those that start before that moment; true if none is left. */
    synchronized boolean expire(long beforeMillis) {
        totals.headMap(beforeMillis, false).clear();
        return totals.isEmpty();
    }
}
