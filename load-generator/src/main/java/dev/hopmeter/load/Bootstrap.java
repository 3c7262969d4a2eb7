package dev.hopmeter.load;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

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
     * @param atLeast whether the value falls among those that are only known to be large, so that this is the least it can be
     * @param open whether the same holds for the upper end
     */
    record Interval(long value, long from, long to, boolean atLeast, boolean open) {}

    /** The quantile, between 0 and 1, of the trials' values. */
    Interval quantile(List<Series> trials, double quantile) {
        long[] drawn = new long[DRAWS];
        int bounded = 0;
        for (int i = 0; i < DRAWS; i++) {
            Series together = draw(trials);
            drawn[i] = together.at(quantile);
            bounded += together.bounded(quantile) ? 1 : 0;
        }
        Series all = Series.together(trials);
        return interval(all.at(quantile), drawn, all.bounded(quantile), tooMany(bounded));
    }

    /** That quantile of the first trials minus that of the second; empty where one of them is only known to be large. */
    Optional<Interval> difference(List<Series> first, List<Series> second, double quantile) {
        long[] drawn = new long[DRAWS];
        int bounded = 0;
        for (int i = 0; i < DRAWS; i++) {
            Series above = draw(first);
            Series below = draw(second);
            drawn[i] = above.at(quantile) - below.at(quantile);
            bounded += above.bounded(quantile) || below.bounded(quantile) ? 1 : 0;
        }
        Series above = Series.together(first);
        Series below = Series.together(second);
        return above.bounded(quantile) || below.bounded(quantile) || tooMany(bounded)
                ? Optional.empty()
                : Optional.of(interval(above.at(quantile) - below.at(quantile), drawn, false, false));
    }

    /** So many that an end of the interval is one of them. */
    private static boolean tooMany(int bounded) {
        return bounded > TAIL * DRAWS;
    }

    private Series draw(List<Series> trials) {
        Series[] drawn = new Series[trials.size()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = trials.get(random.nextInt(drawn.length));
        }
        return Series.together(List.of(drawn));
    }

    private static Interval interval(long value, long[] drawn, boolean atLeast, boolean open) {
        Arrays.sort(drawn);
        return new Interval(
                value,
                drawn[(int) Math.floor(TAIL * DRAWS)],
                drawn[(int) Math.ceil((1 - TAIL) * DRAWS) - 1],
                atLeast,
                open);
    }
}
