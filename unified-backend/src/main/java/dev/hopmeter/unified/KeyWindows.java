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
    private static final long NONE = Long.MIN_VALUE;

    private final NavigableMap<Long, WindowTotal> totals = new TreeMap<>();
    private final Set<Long> changed = new HashSet<>();
    /** The window that most events are for is kept aside, until another is wanted or somebody looks. */
    private long asideStart = NONE;

    private WindowTotal aside = WindowTotal.EMPTY;

    /** Adds an event, and answers what its window adds up to. */
    synchronized WindowTotal add(long startMillis, long amount, long sequence, long millis) {
        if (startMillis != asideStart) {
            putBack();
            WindowTotal total = totals.get(startMillis);
            aside = total == null ? WindowTotal.EMPTY : total;
            asideStart = startMillis;
        }
        aside = aside.plus(amount, sequence, millis);
        return aside;
    }

    private void putBack() {
        if (asideStart != NONE && aside.count() > 0) {
            totals.put(asideStart, aside);
            changed.add(asideStart);
        }
        asideStart = NONE;
    }

    /** Has that window again, as of a checkpoint. */
    synchronized void restore(long startMillis, WindowTotal total) {
        putBack();
        totals.put(startMillis, total);
    }

    /** What was taken as changed is to be taken again. */
    synchronized void changedStill(long startMillis) {
        changed.add(startMillis);
    }

    /** Those whose start lies from {@code first} to {@code last}, both included. */
    synchronized NavigableMap<Long, WindowTotal> between(long first, long last) {
        putBack();
        return first > last ? new TreeMap<>() : new TreeMap<>(totals.subMap(first, true, last, true));
    }

    /** Those that changed since they were last taken so, once each; null for none. */
    synchronized @Nullable NavigableMap<Long, WindowTotal> takeChanged() {
        putBack();
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
        return taken;
    }

    /** Forgets those that start before that moment; true if none is left. */
    synchronized boolean expire(long beforeMillis) {
        putBack();
        totals.headMap(beforeMillis, false).clear();
        return totals.isEmpty();
    }
}
