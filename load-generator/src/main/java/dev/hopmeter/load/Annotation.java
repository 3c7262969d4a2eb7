package dev.hopmeter.load;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * An acknowledgement, kept beside the route: a consumer can hold a record before its producer hears of it.
 *
 * @param word its name in files
 * @param what it is, for a reader
 * @param count how many there were during the measurement
 * @param sumNanos their exact sum where they were measured here, the service's own sum otherwise
 * @param p50Nanos empty where there are too few
 * @param p99Nanos likewise
 * @param p50AtLeast whether the p50 is only a lower bound
 * @param p99AtLeast likewise
 * @param series all of them, where they were measured here
 * @param interpolated whether the quantiles come from a histogram's buckets
 */
record Annotation(
        String word,
        String what,
        long count,
        long sumNanos,
        OptionalLong p50Nanos,
        OptionalLong p99Nanos,
        boolean p50AtLeast,
        boolean p99AtLeast,
        Optional<Series> series,
        boolean interpolated) {

    /** From lengths measured here. */
    static Annotation of(String word, String what, Series series) {
        return new Annotation(
                word,
                what,
                series.count(),
                series.sum(),
                series.quantile(0.5),
                series.quantile(0.99),
                series.bounded(0.5),
                series.bounded(0.99),
                Optional.of(series),
                false);
    }

    long meanNanos() {
        return Shares.mean(sumNanos, count);
    }
}
