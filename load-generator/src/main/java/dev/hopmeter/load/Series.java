package dev.hopmeter.load;

import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/**
 * Lengths of one kind, in nanoseconds: an HdrHistogram of three significant digits that resizes itself, another for the
 * negative ones, which it cannot hold, and the exact sum. Nothing is dropped or clamped. Not safe for use by many threads.
 */
final class Series {

    /** From so many values on a p99 is given. */
    static final long LEAST_FOR_P99 = 1_000;

    /** From so many values on a p99.9 is given. */
    static final long LEAST_FOR_P999 = 100_000;

    private static final long LEAST_FOR_P90 = 10;

    private final Histogram histogram = new Histogram(3);
    private final Histogram negatives = new Histogram(3);
    private long sum;
    private long censored;
    private long least = Long.MAX_VALUE;
    private long most = Long.MIN_VALUE;
    private long bound;

    void record(long nanos) {
        sum = Math.addExact(sum, nanos);
        least = Math.min(least, nanos);
        most = Math.max(most, nanos);
        if (nanos < 0) {
            negatives.recordValue(-nanos);
        } else {
            histogram.recordValue(nanos);
        }
    }

    /** One more value, of which only is known that it is larger than this: it has its rank, and is in no sum. */
    void recordAtLeast(long nanos) {
        recordAtLeast(nanos, 1);
    }

    /** So many of them. */
    void recordAtLeast(long nanos, long count) {
        censored += count;
        bound = count == 0 ? bound : Math.max(bound, nanos);
    }

    /**
     * One that was written to a file and is read again.
     *
     * @param lengths none of them negative
     * @param negatives without their sign
     * @param sum of all, exactly
     * @param least of all; of no meaning where there is none
     * @param most likewise
     */
    static Series read(Histogram lengths, Histogram negatives, long sum, long least, long most) {
        Series series = new Series();
        series.histogram.add(lengths);
        series.negatives.add(negatives);
        series.sum = sum;
        if (series.count() > 0) {
            series.least = least;
            series.most = most;
        }
        return series;
    }

    /** Takes all values of another. */
    void add(Series other) {
        histogram.add(other.histogram);
        negatives.add(other.negatives);
        sum = Math.addExact(sum, other.sum);
        least = Math.min(least, other.least);
        most = Math.max(most, other.most);
        censored += other.censored;
        bound = Math.max(bound, other.bound);
    }

    /** How many values are known. */
    long count() {
        return histogram.getTotalCount() + negatives.getTotalCount();
    }

    /** How many values are only known to be large. */
    long censored() {
        return censored;
    }

    /** How many values there are, known or only known to be large. */
    long ranked() {
        return count() + censored;
    }

    long negative() {
        return negatives.getTotalCount();
    }

    /** The exact sum of the known values. */
    long sum() {
        return sum;
    }

    OptionalLong least() {
        return count() == 0 ? OptionalLong.empty() : OptionalLong.of(least);
    }

    OptionalLong most() {
        return count() == 0 ? OptionalLong.empty() : OptionalLong.of(Math.max(most, bound));
    }

    /** Whether a quantile is one that only lower bounds are known of. */
    boolean bounded(double quantile) {
        return rank(quantile) > count();
    }

    /**
     * The value that the given share of the values does not exceed, within a thousandth; empty where there are too few values
     * to say so. Where it falls among values that are only known to be large, it is the least that it can be.
     */
    OptionalLong quantile(double quantile) {
        if (ranked() < leastFor(quantile)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(atRank(rank(quantile)));
    }

    /** The value of that rank, from 1 for the least up to the number of values. */
    long atRank(long rank) {
        if (rank > count()) {
            return Math.max(bound, count() == 0 ? bound : most);
        }
        long below = negatives.getTotalCount();
        long value = rank <= below ? -valueAt(negatives, below - rank + 1) : valueAt(histogram, rank - below);
        return Math.clamp(value, least, most);
    }

    /** Takes a value, within a thousandth, and how often it is there. */
    @FunctionalInterface
    interface Values {
        void value(long nanos, long count);
    }

    /** Tells all known values, in no order. */
    void tell(Values to) {
        tell(negatives, (value, count) -> to.value(Math.clamp(-value, least, most), count));
        tell(histogram, (value, count) -> to.value(Math.clamp(value, least, most), count));
    }

    /** From the least on, as HdrHistogram's own iterators look at all that could be below it. */
    private static void tell(Histogram values, Values to) {
        long left = values.getTotalCount();
        for (long value = values.getMinValue(); left > 0; value = values.nextNonEquivalentValue(value)) {
            long count = values.getCountAtValue(value);
            if (count > 0) {
                to.value(values.highestEquivalentValue(value), count);
                left -= count;
            }
        }
    }

    Histogram histogram() {
        return histogram;
    }

    Histogram negatives() {
        return negatives;
    }

    private long rank(double quantile) {
        return rank(quantile, ranked());
    }

    /** Of so many values, which is the quantile, counted from 1. */
    static long rank(double quantile, long n) {
        return Math.max(1, (long) Math.ceil(quantile * n - 1e-9));
    }

    /** From so many values on that quantile is given. */
    static long leastFor(double quantile) {
        if (quantile > 0.99) {
            return LEAST_FOR_P999;
        }
        if (quantile > 0.9) {
            return LEAST_FOR_P99;
        }
        return quantile > 0.5 ? LEAST_FOR_P90 : 1;
    }

    private static long valueAt(Histogram values, long rank) {
        if (rank > values.getTotalCount()) {
            throw new IllegalArgumentException("there is no value of rank " + rank);
        }
        long value = values.getMinValue();
        for (long reached = values.getCountAtValue(value); reached < rank; reached += values.getCountAtValue(value)) {
            value = values.nextNonEquivalentValue(value);
        }
        return values.highestEquivalentValue(value);
    }
}
