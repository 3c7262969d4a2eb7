package dev.hopmeter.contract;

import java.time.Instant;

/**
 * The one clock of Hopmeter. Every stamp is read from it, and nothing else in the code reads wall time, so that stamps of
 * different processes on one machine can be subtracted. Implementations are safe for use by many threads.
 */
@FunctionalInterface
public interface EpochClock {

    /** Nanoseconds since 1970-01-01T00:00:00Z; never negative, may step back when the machine's clock is set. */
    long nanos();

    /** The machine's real-time clock, with the resolution that the operating system gives. */
    static EpochClock system() {
        return SystemEpochClock.INSTANCE;
    }

    /** The clock's present moment. */
    default Instant instant() {
        return toInstant(nanos());
    }

    /** The moment that a stamp names. */
    static Instant toInstant(long epochNanos) {
        return Instant.ofEpochSecond(
                Math.floorDiv(epochNanos, 1_000_000_000L), Math.floorMod(epochNanos, 1_000_000_000L));
    }
}
