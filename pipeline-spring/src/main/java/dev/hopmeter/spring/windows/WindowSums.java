package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import java.time.Instant;
import java.util.SortedSet;

/** What sums orders and events in windows, here and in other instances. Safe for use by many threads. */
public interface WindowSums {

    /** Which instance sums what that source has of that key. Does not block. */
    KeyOwner owner(Source source, WindowSize size, WindowKey key);

    /** What was known of the owners was not right, or may not be: they are found anew. */
    void forgetOwners();

    /** Whether everything of that partition is summed here from now on, until its watchers are told otherwise. */
    boolean sums(Source source, int partition);

    /**
     * The windows of a key whose start lies from {@code first} to {@code last}, both included and neither before 1970.
     * Whatever is summed counts at once. Blocks for a disk read at most.
     *
     * @param partition of the key
     */
    WindowAnswer windows(Source source, WindowSize size, int partition, WindowKey key, Instant first, Instant last);

    /** Keys that have a window here: as many as a bounded look at the latest windows finds, {@code most} at most. */
    SortedSet<String> keys(Source source, WindowSize size, int most);
}
