package dev.hopmeter.unified;

import dev.hopmeter.contract.Trail;
import org.jspecify.annotations.Nullable;

/** What one client sent, as it was read from the log. Read by one thread at a time. */
sealed interface Entry {

    /** {@code region/kind}, the text of its window's key. */
    String key();

    String region();

    String kind();

    /** In minor units. */
    long amount();

    /** The stamps until it was read, or null for one that is not timed. */
    @Nullable
    Trail trail();

    /** An order, which is a row. */
    record Placed(
            String key,
            String region,
            String kind,
            long amount,
            @Nullable Trail trail,
            OrderTuple row) implements Entry {}

    /**
     * A message for whoever's filter it passes.
     *
     * @param frameEnd what every frame with it ends in
     */
    record Live(
            String key,
            String region,
            String kind,
            long amount,
            @Nullable Trail trail,
            String frameEnd) implements Entry {}

    /**
     * An event to be summed.
     *
     * @param id given by its publisher
     * @param sequence counts up among its publisher's events of that key, 0 where nobody counts
     * @param millis when it happened, in epoch milliseconds
     */
    record Counted(
            String key,
            String region,
            String kind,
            long amount,
            @Nullable Trail trail,
            String id,
            long sequence,
            long millis)
            implements Entry {}
}
