package dev.hopmeter.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/** When each event is due, made in advance: offsets from the start in nanoseconds, never falling. Immutable. */
final class FireTimes {

    private static final double NANOS_A_SECOND = 1e9;

    private final long[] offsets;

    private FireTimes(long[] offsets) {
        this.offsets = offsets;
    }

    /** The schedule of that kind with {@link #count} events; the seed plays no part where the gaps are all the same. */
    static FireTimes of(Arrivals arrivals, double perSecond, Duration duration, long seed) {
        int count = Math.toIntExact(count(perSecond, duration));
        return switch (arrivals) {
            case UNIFORM -> uniform(perSecond, count);
            case POISSON -> poisson(duration, count, seed);
        };
    }

    /** How many events a rate makes in a duration: those that are due before its end. */
    static long count(double perSecond, Duration duration) {
        return Math.round(Math.ceil(perSecond * duration.toNanos() / NANOS_A_SECOND - 1e-6));
    }

    private static FireTimes uniform(double perSecond, int count) {
        long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = Math.round(i * NANOS_A_SECOND / perSecond);
        }
        return new FireTimes(offsets);
    }

    /**
     * A Poisson process of which the number of events is known: given that number, the arrivals are independent and uniform
     * over the duration, sorted. So count and duration are both exact, and two seeds differ in nothing but the moments.
     */
    private static FireTimes poisson(Duration duration, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = random.nextLong(duration.toNanos());
        }
        Arrays.sort(offsets);
        return new FireTimes(offsets);
    }

    int count() {
        return offsets.length;
    }

    /** When the event of that index is due, in nanoseconds after the start. */
    long offsetNanos(int index) {
        return offsets[index];
    }
}
