package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootstrapTest {

    private static final double SCATTER_OF_TRIALS = 0.15;
    private static final double SCATTER_OF_EVENTS = 0.6;

    private final SplittableRandom random = new SplittableRandom(11);

    @Test
    void theIntervalHoldsTheValueAndTheSameSeedGivesTheSame() {
        List<Series> trials = trials(8, 1_000_000, 200_000);
        Estimate.Interval interval = new Bootstrap(1).quantile(trials, 0.5).interval();
        assertThat(interval.range().orElseThrow().holds(interval.value())).isTrue();
        assertThat(width(interval)).isPositive();
        assertThat(new Bootstrap(1).quantile(trials, 0.5).interval()).isEqualTo(interval);
    }

    @Test
    void oneTrialHasAValueAndNoInterval() {
        List<Series> one = trials(1, 1_000_000, 200_000);
        assertThat(new Bootstrap(1).quantile(one, 0.5).interval().range()).isEmpty();
        assertThat(ratio(one, one, 0.5).orElseThrow().value()).isEqualTo(1);
        assertThat(ratio(one, one, 0.5).orElseThrow().range()).isEmpty();
    }

    @Test
    void aRealDifferenceIsFarFromZeroAndNoneIsNot() {
        List<Series> fast = trials(6, 1_000_000, 50_000);
        List<Series> slow = trials(6, 3_000_000, 50_000);
        Estimate.Range real = difference(slow, fast, 0.5).orElseThrow().range().orElseThrow();
        assertThat(real.from()).isGreaterThan(1_500_000);
        Estimate.Range none = difference(trials(6, 1_000_000, 50_000), fast, 0.5)
                .orElseThrow()
                .range()
                .orElseThrow();
        assertThat(none.from()).isNegative();
        assertThat(none.to()).isPositive();
        assertThat(ratio(slow, fast, 0.5).orElseThrow().value()).isBetween(2.5, 3.5);
    }

    @Test
    void trialsAreTheUnitSoThatMoreEventsInEachDoNotNarrowTheInterval() {
        Estimate.Interval few = new Bootstrap(1)
                .quantile(trials(5, 1_000_000, 300_000, 100), 0.5)
                .interval();
        Estimate.Interval many = new Bootstrap(1)
                .quantile(trials(5, 1_000_000, 300_000, 10_000), 0.5)
                .interval();
        assertThat(width(many)).isGreaterThan(width(few) / 10);
    }

    @Test
    void whatWasNotSeenRanksAboveAllThatWas() {
        List<Series> seen = trials(4, 1_000_000, 50_000, 980);
        List<Series> partly = trials(4, 1_000_000, 50_000, 980);
        partly.forEach(trial -> IntStream.range(0, 20).forEach(i -> trial.recordAtLeast(10_000_000)));

        Estimate.Interval p99 = new Bootstrap(1).quantile(partly, 0.99).interval();
        assertThat(p99.value()).isEqualTo(10_000_000);
        assertThat(p99.atLeast()).isTrue();
        assertThat(p99.range()).isEmpty();
        assertThat(difference(seen, partly, 0.99)).isEmpty();
        assertThat(ratio(seen, partly, 0.99)).isEmpty();

        Estimate.Interval p50 = new Bootstrap(1).quantile(partly, 0.5).interval();
        assertThat(p50.value()).isLessThan(1_100_000);
        assertThat(p50.atLeast()).isFalse();
        assertThat(p50.range()).isPresent();
        assertThat(difference(seen, partly, 0.5)).isPresent();
    }

    @Test
    void negativeValuesRankLowest() {
        Series trial = new Series();
        trial.record(-5_000_000);
        trial.record(-4_000_000);
        trial.record(1_000_000);
        assertThat(new Bootstrap(1).quantile(List.of(trial), 0.5).value()).isBetween(-4_005_000.0, -3_995_000.0);
    }

    /** Of 95 to be expected, 93 and more, and at most 7 of 100 false alarms; always of the same studies, by the seed. */
    @ParameterizedTest
    @CsvSource({"3, 0.5, 31", "5, 0.5, 31", "10, 0.5, 31", "5, 0.99, 200", "10, 0.99, 200"})
    void theIntervalsOfSimulatedStudiesCoverTheTruth(int trials, double quantile, int events) {
        int studies = 400;
        double times = Math.exp(normal(quantile) * Math.hypot(SCATTER_OF_TRIALS, SCATTER_OF_EVENTS));
        int ratioCovers = 0;
        int differenceCovers = 0;
        int falseAlarms = 0;
        for (int study = 0; study < studies; study++) {
            Estimate slow = new Bootstrap(1).quantile(simulated(trials, 20_000, events), quantile);
            Estimate fast = new Bootstrap(1).quantile(simulated(trials, 8_000, events), quantile);
            Estimate again = new Bootstrap(1).quantile(simulated(trials, 8_000, events), quantile);
            ratioCovers += covers(slow.by(fast), 2.5);
            differenceCovers += covers(slow.minus(fast), 12_000 * times);
            falseAlarms += 1 - covers(again.by(fast), 1);
        }
        assertThat(ratioCovers).isGreaterThanOrEqualTo(93 * studies / 100);
        assertThat(differenceCovers).isGreaterThanOrEqualTo(93 * studies / 100);
        assertThat(falseAlarms).isLessThanOrEqualTo(7 * studies / 100);
    }

    /** So many standard deviations above its mean has a normal distribution that quantile. */
    private static double normal(double quantile) {
        return NormalDistribution.of(0, 1).inverseCumulativeProbability(quantile);
    }

    private static Optional<Estimate.Interval> ratio(List<Series> first, List<Series> second, double quantile) {
        return new Bootstrap(1).quantile(first, quantile).by(new Bootstrap(1).quantile(second, quantile));
    }

    private static Optional<Estimate.Interval> difference(List<Series> first, List<Series> second, double quantile) {
        return new Bootstrap(1).quantile(first, quantile).minus(new Bootstrap(1).quantile(second, quantile));
    }

    private static int covers(Optional<Estimate.Interval> interval, double truth) {
        return interval.orElseThrow().range().orElseThrow().holds(truth) ? 1 : 0;
    }

    private static double width(Estimate.Interval interval) {
        Estimate.Range range = interval.range().orElseThrow();
        return range.to() - range.from();
    }

    /** Trials whose medians scatter by a sixth about the true one, of events that scatter far more, all of them to the right. */
    private List<Series> simulated(int count, double median, int events) {
        return IntStream.range(0, count)
                .mapToObj(trial -> {
                    double own = median * Math.exp(SCATTER_OF_TRIALS * random.nextGaussian());
                    Series series = new Series();
                    for (int i = 0; i < events; i++) {
                        series.record(Math.round(own * Math.exp(SCATTER_OF_EVENTS * random.nextGaussian())));
                    }
                    return series;
                })
                .toList();
    }

    private List<Series> trials(int count, long middle, long spread) {
        return trials(count, middle, spread, 1_000);
    }

    /** Each with a middle of its own, as trials on one machine have. */
    private List<Series> trials(int count, long middle, long spread, int events) {
        return IntStream.range(0, count)
                .mapToObj(trial -> {
                    long own = middle + random.nextLong(-spread, spread);
                    Series series = new Series();
                    for (int i = 0; i < events; i++) {
                        series.record(own + random.nextLong(spread / 10));
                    }
                    return series;
                })
                .toList();
    }
}
