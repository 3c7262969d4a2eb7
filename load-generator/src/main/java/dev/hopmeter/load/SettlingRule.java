package dev.hopmeter.load;

import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Says whether a stack has warmed up, from the latency in consecutive slices of one length. {@code docs/decisions/warm-up.md}
 * says why it reads as it does.
 *
 * <p>The last six slices are split into an earlier and a later half. They have settled if
 * <ul>
 *   <li>the halves' mean p50s differ by no more than 5 %, or 200 us, or twice the standard error that the slices' own scatter
 *       gives that difference (which counts up to 20 %), whichever is largest;</li>
 *   <li>the p50s do not fall from each slice to the next, nor rise from each to the next, by more than 5 % and 200 us in
 *       all;</li>
 *   <li>the later half's p99 has not fallen below the earlier half's by more than 5 % and more than chance explains: the 95 %
 *       intervals of the two, from order statistics, overlap.</li>
 * </ul>
 */
final class SettlingRule {

    /** How many slices the rule looks at. */
    static final int SLICES = 6;

    private static final int HALF = SLICES / 2;
    private static final double CLOSE = 0.05;
    private static final double NOISE_CAP = 0.20;
    private static final double CLOSE_NANOS = 200_000;
    private static final double NORMAL_95 = 1.96;
    private static final double P99 = 0.99;

    private SettlingRule() {}

    /**
     * Whether the last slices have settled or, where one hop makes more than half of the total and does not rise, what lies
     * beside it has: two timers that beat against each other in that hop never settle.
     *
     * @param totals of each slice
     * @param rests the same orders' totals without their longest hop
     */
    static boolean settled(List<Histogram> totals, List<Histogram> rests) {
        return settled(totals) || settled(rests) && isMostlyOneHop(totals, rests);
    }

    private static boolean isMostlyOneHop(List<Histogram> totals, List<Histogram> rests) {
        double[] whole = means(totals);
        double[] beside = means(rests);
        return mean(beside, 0) + mean(beside, HALF) < (mean(whole, 0) + mean(whole, HALF)) / 2
                && mean(whole, HALF) <= (1 + CLOSE) * mean(whole, 0);
    }

    private static double[] means(List<Histogram> slices) {
        return slices.subList(slices.size() - SLICES, slices.size()).stream()
                .mapToDouble(Histogram::getMean)
                .toArray();
    }

    /** Whether the last slices have settled; slices without an event never have. */
    static boolean settled(List<Histogram> slices) {
        if (slices.size() < SLICES) {
            return false;
        }
        List<Histogram> last = slices.subList(slices.size() - SLICES, slices.size());
        if (last.stream().anyMatch(slice -> slice.getTotalCount() == 0)) {
            return false;
        }
        double[] medians =
                last.stream().mapToDouble(slice -> valueAt(slice, 0.5)).toArray();
        return level(medians)
                && !drifting(medians)
                && !tailFalling(sum(last.subList(0, HALF)), sum(last.subList(HALF, SLICES)));
    }

    private static boolean level(double[] medians) {
        double earlier = mean(medians, 0);
        double later = mean(medians, HALF);
        double squares = 0;
        for (int i = 0; i < SLICES; i++) {
            double off = medians[i] - (i < HALF ? earlier : later);
            squares += off * off;
        }
        double error = Math.sqrt(squares / (SLICES - 2) * 2 / HALF);
        double tolerance = Math.max(Math.max(CLOSE * later, CLOSE_NANOS), Math.min(2 * error, NOISE_CAP * later));
        return Math.abs(later - earlier) <= tolerance;
    }

    private static boolean drifting(double[] medians) {
        double change = medians[SLICES - 1] - medians[0];
        boolean oneWay =
                IntStream.range(1, SLICES).allMatch(i -> (medians[i] - medians[i - 1]) * Math.signum(change) > 0);
        return oneWay && Math.abs(change) > Math.max(CLOSE_NANOS, CLOSE * medians[SLICES - 1]);
    }

    private static boolean tailFalling(Histogram earlier, Histogram later) {
        return valueAt(later, P99) < (1 - CLOSE) * valueAt(earlier, P99)
                && valueAt(later, upper(later.getTotalCount())) < valueAt(earlier, lower(earlier.getTotalCount()));
    }

    /** The quantile that bounds the p99 of so many values from below, from the normal form of the binomial. */
    private static double lower(long count) {
        return P99 - NORMAL_95 * Math.sqrt(P99 * (1 - P99) / count);
    }

    private static double upper(long count) {
        return Math.min(1, P99 + NORMAL_95 * Math.sqrt(P99 * (1 - P99) / count));
    }

    private static double mean(double[] medians, int from) {
        return IntStream.range(from, from + HALF).mapToDouble(i -> medians[i]).sum() / HALF;
    }

    private static Histogram sum(List<Histogram> slices) {
        Histogram sum = new Histogram(3);
        slices.forEach(sum::add);
        return sum;
    }

    private static long valueAt(Histogram values, double quantile) {
        long rank = Math.max(1, (long) Math.ceil(quantile * values.getTotalCount()));
        for (HistogramIterationValue value : values.recordedValues()) {
            if (value.getTotalCountToThisValue() >= rank) {
                return value.getValueIteratedTo();
            }
        }
        throw new IllegalArgumentException("no value has rank " + rank);
    }
}
