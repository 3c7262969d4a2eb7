package dev.hopmeter.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a rate was held: whether the delay from intended send to delivery stayed as it was, or grew all the time, as it does
 * where less is taken off a queue than is put on it.
 *
 * @param trend of the delay; empty where the measurement is too short to say
 * @param firstP99Nanos of the totals of the first half of the events
 * @param secondP99Nanos of those of the second half
 * @param rate events a second that were asked for
 */
record Steadiness(Optional<Trend> trend, long firstP99Nanos, long secondP99Nanos, double rate) {

    /** What is shorter is not judged. */
    static final Duration SHORTEST = Duration.ofSeconds(10);

    /** What makes fewer deliveries is not judged. */
    static final int FEWEST = 200;

    private static final int SLICES = 20;
    private static final double SLOWER = 2;
    /** Below this, a p99 that is a multiple of another is a hiccup of the machine and no queue that grows. */
    private static final long HICCUP_NANOS = 100_000_000;

    /**
     * How the delay changed. The measurement is cut into {@value #SLICES} slices of equal length by intended send, each with the
     * mean of its deliveries; a lost one counts with the deadline. The mean delay times the rate is what is under way (Little's
     * law), so that it shows as well what only a part of the deliveries waits for.
     *
     * @param slope by how much the delay grew in each unit of time: the median over all pairs of slices (Theil and Sen), which
     *     up to a quarter of the slices can be far off without moving it far
     * @param rising in which share of the pairs the later slice is the slower one: about half of them if nothing changes, three
     *     quarters after a single step, all of them if it grows
     * @param length of the measurement
     */
    record Trend(double slope, double rising, Duration length) {

        private static final double MOST_RISING = 0.8;
        /** As much as the load generator itself may be behind at the end of a short trial. */
        private static final Duration LEAST_RISE = Duration.ofMillis(250);

        /** By how much the delay grew from the beginning to the end. */
        double riseNanos() {
            return slope * length.toNanos();
        }

        /** Neither a stall that was caught up nor a machine that became slower once is growth. */
        boolean growing() {
            return rising >= MOST_RISING && riseNanos() >= LEAST_RISE.toNanos();
        }

        private static Optional<Trend> of(Ledger ledger, TrialPlan plan) {
            double[] means = means(ledger, plan);
            int used = 0;
            double[] slopes = new double[SLICES * (SLICES - 1) / 2];
            double later = 0;
            for (int to = 1; to < SLICES; to++) {
                for (int from = 0; from < to; from++) {
                    if (!Double.isNaN(means[from]) && !Double.isNaN(means[to])) {
                        slopes[used++] = (means[to] - means[from])
                                / ((to - from) * (double) plan.duration().toNanos() / SLICES);
                        later += 0.5 + 0.5 * Math.signum(means[to] - means[from]);
                    }
                }
            }
            if (used < slopes.length / 2) {
                return Optional.empty();
            }
            Arrays.sort(slopes, 0, used);
            double median = (slopes[(used - 1) / 2] + slopes[used / 2]) / 2;
            return Optional.of(new Trend(median, later / used, plan.duration()));
        }

        /** In nanoseconds; not a number where a slice has no delivery. */
        private static double[] means(Ledger ledger, TrialPlan plan) {
            double[] sums = new double[SLICES];
            long[] counts = new long[SLICES];
            long start = Ledger.ABSENT;
            for (int row = 0; row < ledger.rows(); row++) {
                int event = ledger.eventOf(row);
                if (!ledger.wasSent(event) || ledger.delivered(row) && !ledger.whole(row)) {
                    continue;
                }
                start = start == Ledger.ABSENT ? ledger.intended(event) : start;
                double share = (double) (ledger.intended(event) - start)
                        / plan.duration().toNanos();
                int slice = Math.clamp((int) (SLICES * share), 0, SLICES - 1);
                sums[slice] += ledger.delivered(row)
                        ? ledger.total(row)
                        : plan.deadline().toNanos();
                counts[slice]++;
            }
            double[] means = new double[SLICES];
            for (int slice = 0; slice < SLICES; slice++) {
                means[slice] = counts[slice] == 0 ? Double.NaN : sums[slice] / counts[slice];
            }
            return means;
        }
    }

    /** Of a finished measurement. */
    static Steadiness of(Ledger ledger, TrialPlan plan) {
        int half = ledger.count() / 2;
        boolean judged = plan.duration().compareTo(SHORTEST) >= 0 && ledger.rows() >= FEWEST;
        return new Steadiness(
                judged ? Trend.of(ledger, plan) : Optional.empty(),
                p99(ledger, 0, half),
                p99(ledger, half, ledger.count()),
                plan.rate());
    }

    /** By how many events a second the number under way grew; 0 where that is not known. */
    double lagSlope() {
        return trend.map(Trend::slope).orElse(0.0) * rate;
    }

    /** What speaks against any trial; empty if the delay did not grow, or nobody knows. */
    Optional<String> growth() {
        return trend.filter(Trend::growing)
                .map(grown -> String.format(
                        Locale.ROOT,
                        "the rate was not held: the delay grew by %.1f ms each second, by %.1f s in all, and the number"
                                + " of events under way grew by %.0f a second",
                        grown.slope() * 1e3,
                        grown.riseNanos() / 1e9,
                        lagSlope()));
    }

    /** Why the rate is not taken for one that can be held for long; empty if it is. */
    Optional<String> trouble() {
        Optional<String> growth = growth();
        if (growth.isEmpty() && secondP99Nanos > Math.max(HICCUP_NANOS, SLOWER * firstP99Nanos)) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "the p99 rose from %.0f ms in the first half to %.0f ms in the second",
                    firstP99Nanos / 1e6,
                    secondP99Nanos / 1e6));
        }
        return growth;
    }

    /** In a few words. */
    String text() {
        return trend.map(known -> String.format(
                        Locale.ROOT,
                        known.growing()
                                ? "growing by %.1f ms each s, %.1f s in all; in %.0f %% of pairs the later slice is"
                                        + " slower"
                                : "steady (%+.1f ms each s, %+.3f s in all; in %.0f %% of pairs the later slice is"
                                        + " slower)",
                        known.slope() * 1e3,
                        known.riseNanos() / 1e9,
                        100 * known.rising()))
                .orElse("not judged, as that takes " + Durations.text(SHORTEST) + " and " + FEWEST + " deliveries");
    }

    private static long p99(Ledger ledger, int from, int to) {
        Series series = new Series();
        for (int row = ledger.firstRow(from); row < ledger.firstRow(to); row++) {
            if (ledger.delivered(row) && ledger.whole(row)) {
                series.record(ledger.total(row));
            }
        }
        return series.count() == 0 ? 0 : series.atRank(Math.max(1, (long) Math.ceil(0.99 * series.count())));
    }
}
