package dev.hopmeter.load;

import java.util.Locale;
import java.util.Optional;

/**
 * Whether a rate was held: what was sent and not yet delivered did not grow, and the second half of the events was about as
 * fast as the first.
 *
 * @param lagSlope by how many events a second the number under way grew, by least squares over the seconds of the trial
 * @param firstP99Nanos of the totals of the first half of the events
 * @param secondP99Nanos of those of the second half
 * @param rate events a second that were asked for
 */
record Steadiness(double lagSlope, long firstP99Nanos, long secondP99Nanos, double rate) {

    /** The number under way may grow by this share of the rate. */
    private static final double SLOPE = 0.01;

    private static final double SLOWER = 2;
    /** Below this, a p99 that is a multiple of another is a hiccup of the machine and no queue that grows. */
    private static final long HICCUP_NANOS = 100_000_000;

    /** Of a finished measurement in which each event has one delivery. */
    static Steadiness of(Ledger ledger, double rate) {
        int half = ledger.count() / 2;
        return new Steadiness(slope(ledger), p99(ledger, 0, half), p99(ledger, half, ledger.count()), rate);
    }

    /** Why the rate was not held; empty if it was. */
    Optional<String> trouble() {
        if (lagSlope > SLOPE * rate) {
            return Optional.of(
                    String.format(Locale.ROOT, "the number of events under way grew by %.0f a second", lagSlope));
        }
        if (secondP99Nanos > Math.max(HICCUP_NANOS, SLOWER * firstP99Nanos)) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "the p99 rose from %.0f ms in the first half to %.0f ms in the second",
                    firstP99Nanos / 1e6,
                    secondP99Nanos / 1e6));
        }
        return Optional.empty();
    }

    private static long p99(Ledger ledger, int from, int to) {
        Series series = new Series();
        for (int row = from; row < to; row++) {
            if (ledger.delivered(row) && ledger.whole(row)) {
                series.record(ledger.total(row));
            }
        }
        return series.count() == 0 ? 0 : series.atRank(Math.max(1, (long) Math.ceil(0.99 * series.count())));
    }

    private static double slope(Ledger ledger) {
        long start = ledger.wasSent(0) ? ledger.intended(0) : 0;
        int seconds = 1;
        for (int event = ledger.count() - 1; event >= 0; event--) {
            if (ledger.wasSent(event)) {
                seconds = (int) Math.max(1, (ledger.intended(event) - start) / 1_000_000_000L);
                break;
            }
        }
        long[] underWay = new long[seconds + 1];
        int last = ledger.route().stamps().size() - 1;
        for (int event = 0; event < ledger.count(); event++) {
            if (ledger.wasSent(event)) {
                add(underWay, ledger.intended(event) - start, 1);
                if (ledger.delivered(event)) {
                    add(underWay, ledger.stamp(event, last) - start, -1);
                }
            }
        }
        for (int second = 1; second < underWay.length; second++) {
            underWay[second] += underWay[second - 1];
        }
        return slope(underWay);
    }

    /** Counts what happens in a second at its end; what happens later is not seen. */
    private static void add(long[] changes, long nanos, int change) {
        long second = nanos / 1_000_000_000L;
        if (second < changes.length) {
            changes[(int) Math.max(0, second)] += change;
        }
    }

    private static double slope(long[] values) {
        int n = values.length - 1;
        if (n < 2) {
            return 0;
        }
        double meanX = (n - 1) / 2.0;
        double meanY = 0;
        for (int x = 0; x < n; x++) {
            meanY += (double) values[x] / n;
        }
        double products = 0;
        double squares = 0;
        for (int x = 0; x < n; x++) {
            products += (x - meanX) * (values[x] - meanY);
            squares += (x - meanX) * (x - meanX);
        }
        return products / squares;
    }
}
