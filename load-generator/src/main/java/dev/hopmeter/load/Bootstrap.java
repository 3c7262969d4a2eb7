package dev.hopmeter.load;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * Intervals by the bootstrap (Efron 1979) with the trial as the unit: trials are drawn with replacement, their histograms are
 * added, and the quantile is read from the sum. Percentiles of trials are never averaged. With so few trials as are usual here
 * the intervals are rough, and too narrow rather than too wide.
 */
final class Bootstrap {

    private static final int DRAWS = 1_000;
    private static final double TAIL = 0.025;

    private final SplittableRandom random;

    Bootstrap(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * A value and the 95 % interval about it, in nanoseconds.
     *
     * @param value of all trials together
     */
    record Interval(long value, long from, long to) {}

    /** The quantile, between 0 and 1, of the trials' values. */
    Interval quantile(List<Histogram> trials, double quantile) {
        long[] drawn = new long[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            drawn[i] = at(draw(trials), quantile);
        }
        return interval(at(trials, quantile), drawn);
    }

    /** That quantile of the first trials minus that of the second. */
    Interval difference(List<Histogram> first, List<Histogram> second, double quantile) {
        long[] drawn = new long[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            drawn[i] = at(draw(first), quantile) - at(draw(second), quantile);
        }
        return interval(at(first, quantile) - at(second, quantile), drawn);
    }

    private List<Histogram> draw(List<Histogram> trials) {
        Histogram[] drawn = new Histogram[trials.size()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = trials.get(random.nextInt(drawn.length));
        }
        return List.of(drawn);
    }

    private static long at(List<Histogram> trials, double quantile) {
        Histogram all = new Histogram(3);
        trials.forEach(all::add);
        return all.getValueAtPercentile(100 * quantile);
    }

    private static Interval interval(long value, long[] drawn) {
        Arrays.sort(drawn);
        return new Interval(
                value, drawn[(int) Math.floor(TAIL * DRAWS)], drawn[(int) Math.ceil((1 - TAIL) * DRAWS) - 1]);
    }
}
