package dev.hopmeter.load;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

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

    /** The quantile, between 0 and 1, of the trials' values; one trial at least has any. */
    Interval quantile(List<Series> trials, double quantile) {
        Pool pool = Pool.of(trials);
        Quantile all = pool.all(quantile);
        long[] drawn = new long[DRAWS];
        int bounded = 0;
        for (int i = 0; i < DRAWS; i++) {
            Quantile each = pool.drawn(random, quantile);
            drawn[i] = each.nanos();
            bounded += each.atLeast() ? 1 : 0;
        }
        return interval(all.nanos(), drawn, all.atLeast(), tooMany(bounded));
    }

    /** That quantile of the first trials minus that of the second; empty where one of them is only known to be large. */
    Optional<Interval> difference(List<Series> first, List<Series> second, double quantile) {
        Pool above = Pool.of(first);
        Pool below = Pool.of(second);
        Quantile allAbove = above.all(quantile);
        Quantile allBelow = below.all(quantile);
        long[] drawn = new long[DRAWS];
        int bounded = 0;
        for (int i = 0; i < DRAWS; i++) {
            Quantile higher = above.drawn(random, quantile);
            Quantile lower = below.drawn(random, quantile);
            drawn[i] = higher.nanos() - lower.nanos();
            bounded += higher.atLeast() || lower.atLeast() ? 1 : 0;
        }
        return allAbove.atLeast() || allBelow.atLeast() || tooMany(bounded)
                ? Optional.empty()
                : Optional.of(interval(allAbove.nanos() - allBelow.nanos(), drawn, false, false));
    }

    /** So many that an end of the interval is one of them. */
    private static boolean tooMany(int bounded) {
        return bounded > TAIL * DRAWS;
    }

    /** One that falls among values that are only known to be large is that at least. */
    private record Quantile(long nanos, boolean atLeast) {}

    /**
     * The values of all trials, as a table that a draw is read from without adding histograms a thousand times.
     *
     * @param values in rising order
     * @param counts of each of them, how often each trial has it
     * @param ranked how many values each trial has, known or only known to be large
     * @param largest what each trial's largest value is at least
     */
    @SuppressWarnings("ArrayRecordComponent") // one owner, never compared, never changed
    private record Pool(long[] values, long[][] counts, long[] ranked, long[] largest) {

        static Pool of(List<Series> trials) {
            List<Series> some =
                    trials.stream().filter(trial -> trial.ranked() > 0).toList();
            TreeMap<Long, long[]> table = new TreeMap<>();
            for (int trial = 0; trial < some.size(); trial++) {
                int column = trial;
                some.get(trial)
                        .tell((nanos, count) ->
                                table.computeIfAbsent(nanos, none -> new long[some.size()])[column] += count);
            }
            return new Pool(
                    table.keySet().stream().mapToLong(Long::longValue).toArray(),
                    table.values().toArray(long[][]::new),
                    some.stream().mapToLong(Series::ranked).toArray(),
                    some.stream()
                            .mapToLong(trial -> trial.atRank(trial.ranked()))
                            .toArray());
        }

        Quantile all(double quantile) {
            int[] times = new int[ranked.length];
            Arrays.fill(times, 1);
            return at(times, quantile);
        }

        Quantile drawn(SplittableRandom random, double quantile) {
            int[] times = new int[ranked.length];
            for (int i = 0; i < times.length; i++) {
                times[random.nextInt(times.length)]++;
            }
            return at(times, quantile);
        }

        private Quantile at(int[] times, double quantile) {
            long n = 0;
            long most = Long.MIN_VALUE;
            for (int trial = 0; trial < times.length; trial++) {
                n += times[trial] * ranked[trial];
                most = times[trial] > 0 ? Math.max(most, largest[trial]) : most;
            }
            long left = Series.rank(quantile, n);
            for (int i = 0; i < values.length; i++) {
                for (int trial = 0; trial < times.length; trial++) {
                    left -= times[trial] * counts[i][trial];
                }
                if (left <= 0) {
                    return new Quantile(values[i], false);
                }
            }
            return new Quantile(most, true);
        }
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
