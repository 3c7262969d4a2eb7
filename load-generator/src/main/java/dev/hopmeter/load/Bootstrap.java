package dev.hopmeter.load;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * How far quantiles scatter, by the bootstrap with the trial as its unit: trials are drawn with replacement, their histograms are
 * added, and the quantile is read from the sum. Percentiles of trials are never averaged.
 *
 * <p>The spread of the drawn quantiles is their standard error, widened by n / (n - 1) under the root, as draws from n trials vary
 * less than trials do. {@link Estimate} makes intervals of it with Student's t (Hesterberg, "What Teachers Should Know about the
 * Bootstrap", 2015); why not the percentiles of the draws is in {@code docs/decisions/intervals.md}. Not safe for use by many
 * threads.
 */
final class Bootstrap {

    private static final int DRAWS = 1_000;
    /** A share of the draws, more of which must not be known as bounds alone. */
    private static final double MOST_BOUNDED = 0.025;

    private final UniformRandomProvider random;

    Bootstrap(long seed) {
        this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    }

    /**
     * The quantile of the trials' values, as that seed has it; empty where they have too few values together to tell it (see {@link
     * Series#quantile}).
     */
    static Optional<Estimate> estimate(List<Series> trials, double quantile, long seed) {
        long n = trials.stream().mapToLong(Series::ranked).sum();
        return n < Series.leastFor(quantile)
                ? Optional.empty()
                : Optional.of(new Bootstrap(seed).quantile(trials, quantile));
    }

    /** The quantile, between 0 and 1, of the trials' values; one trial at least has any. */
    Estimate quantile(List<Series> trials, double quantile) {
        Pool pool = Pool.of(trials);
        Quantile all = pool.all(quantile);
        double[] draws = new double[DRAWS];
        int bounds = 0;
        for (int i = 0; i < DRAWS; i++) {
            Quantile each = pool.drawn(random, quantile);
            draws[i] = each.nanos();
            bounds += each.atLeast() ? 1 : 0;
        }
        boolean bounded = all.atLeast() || bounds > MOST_BOUNDED * DRAWS;
        boolean told = !bounded && pool.trials() > 1;
        boolean positive = told && all.nanos() > 0 && Arrays.stream(draws).allMatch(each -> each > 0);
        return new Estimate(
                all.nanos(),
                all.atLeast(),
                bounded,
                pool.trials(),
                told ? Optional.of(error(draws, pool.trials())) : Optional.empty(),
                positive
                        ? Optional.of(error(Arrays.stream(draws).map(Math::log).toArray(), pool.trials()))
                        : Optional.empty());
    }

    private static double error(double[] draws, int trials) {
        double mean = Arrays.stream(draws).average().orElseThrow();
        double variance = Arrays.stream(draws)
                .map(each -> (each - mean) * (each - mean))
                .average()
                .orElseThrow();
        return Math.sqrt(variance * trials / (trials - 1));
    }

    /** One that falls among values that are only known to be large is that at least. */
    private record Quantile(long nanos, boolean atLeast) {}

    /**
     * The values of all trials, as a table that a draw is read from without adding histograms a thousand times.
     *
     * @param values in rising order
     * @param upTo of each of them, how many values of each trial are at most that
     * @param ranked how many values each trial has, known or only known to be large
     * @param largest what each trial's largest value is at least
     */
    @SuppressWarnings("ArrayRecordComponent") // one owner, never compared, never changed
    private record Pool(long[] values, long[][] upTo, long[] ranked, long[] largest) {

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
            long[][] upTo = table.values().toArray(long[][]::new);
            for (int i = 1; i < upTo.length; i++) {
                for (int trial = 0; trial < some.size(); trial++) {
                    upTo[i][trial] += upTo[i - 1][trial];
                }
            }
            return new Pool(
                    table.keySet().stream().mapToLong(Long::longValue).toArray(),
                    upTo,
                    some.stream().mapToLong(Series::ranked).toArray(),
                    some.stream()
                            .mapToLong(trial -> trial.atRank(trial.ranked()))
                            .toArray());
        }

        int trials() {
            return ranked.length;
        }

        Quantile all(double quantile) {
            int[] times = new int[ranked.length];
            Arrays.fill(times, 1);
            return at(times, quantile);
        }

        Quantile drawn(UniformRandomProvider random, double quantile) {
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
            long rank = Series.rank(quantile, n);
            int from = 0;
            int to = values.length;
            while (from < to) {
                int middle = (from + to) >>> 1;
                long reached = 0;
                for (int trial = 0; trial < times.length; trial++) {
                    reached += times[trial] * upTo[middle][trial];
                }
                if (reached >= rank) {
                    to = middle;
                } else {
                    from = middle + 1;
                }
            }
            if (from < values.length) {
                return new Quantile(values[from], false);
            }
            return new Quantile(most, true);
        }
    }
}
