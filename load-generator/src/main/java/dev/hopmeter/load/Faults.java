package dev.hopmeter.load;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What went wrong beside the measured route: how often, and the first few in words. One is enough to speak against the trial,
 * as what was to be seen there may be missing. Safe for use by many threads.
 */
final class Faults {

    private static final int KEPT = 5;

    private final AtomicInteger count = new AtomicInteger();
    private final List<String> first = new CopyOnWriteArrayList<>();

    void add(String what) {
        if (count.getAndIncrement() < KEPT) {
            first.add(what);
        }
    }

    /** One that speaks against the trial; none if nothing went wrong. */
    List<Finding> findings() {
        int all = count.get();
        return all == 0
                ? List.of()
                : List.of(new Finding(
                        "faults",
                        all + " faults beside the route: " + String.join("; ", first),
                        Map.of("faults", all, "first", List.copyOf(first)),
                        true));
    }
}
