package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    private final SplittableRandom random = new SplittableRandom(11);

    @Test
    void theIntervalHoldsTheValueAndTheSameSeedGivesTheSame() {
        List<Series> trials = trials(8, 1_000_000, 200_000);
        Bootstrap.Interval interval = new Bootstrap(1).quantile(trials, 0.5);
        assertThat(interval.value()).isBetween(interval.from(), interval.to());
        assertThat(interval.to() - interval.from()).isPositive();
        assertThat(new Bootstrap(1).quantile(trials, 0.5)).isEqualTo(interval);
    }

    @Test
    void aRealDifferenceIsFarFromZeroAndNoneIsNot() {
        List<Series> fast = trials(6, 1_000_000, 50_000);
        List<Series> slow = trials(6, 3_000_000, 50_000);
        Bootstrap.Interval real = new Bootstrap(1).difference(slow, fast, 0.5).orElseThrow();
        assertThat(real.from()).isGreaterThan(1_500_000);
        Bootstrap.Interval none = new Bootstrap(1)
                .difference(trials(6, 1_000_000, 50_000), fast, 0.5)
                .orElseThrow();
        assertThat(none.from()).isNegative();
        assertThat(none.to()).isPositive();
    }

    @Test
    void trialsAreTheUnitSoThatMoreEventsInEachDoNotNarrowTheInterval() {
        Bootstrap.Interval few = new Bootstrap(1).quantile(trials(5, 1_000_000, 300_000, 100), 0.5);
        Bootstrap.Interval many = new Bootstrap(1).quantile(trials(5, 1_000_000, 300_000, 10_000), 0.5);
        assertThat(many.to() - many.from()).isGreaterThan((few.to() - few.from()) / 10);
    }

    @Test
    void whatWasNotSeenRanksAboveAllThatWas() {
        List<Series> seen = trials(4, 1_000_000, 50_000, 980);
        List<Series> partly = trials(4, 1_000_000, 50_000, 980);
        partly.forEach(trial -> IntStream.range(0, 20).forEach(i -> trial.recordAtLeast(10_000_000)));

        Bootstrap.Interval p99 = new Bootstrap(1).quantile(partly, 0.99);
        assertThat(p99.value()).isEqualTo(10_000_000);
        assertThat(p99.atLeast()).isTrue();
        assertThat(p99.open()).isTrue();
        assertThat(new Bootstrap(1).difference(seen, partly, 0.99)).isEmpty();

        Bootstrap.Interval p50 = new Bootstrap(1).quantile(partly, 0.5);
        assertThat(p50.value()).isLessThan(1_100_000);
        assertThat(p50.atLeast()).isFalse();
        assertThat(p50.open()).isFalse();
        assertThat(new Bootstrap(1).difference(seen, partly, 0.5)).isPresent();
    }

    @Test
    void negativeValuesRankLowest() {
        Series trial = new Series();
        trial.record(-5_000_000);
        trial.record(-4_000_000);
        trial.record(1_000_000);
        assertThat(new Bootstrap(1).quantile(List.of(trial), 0.5).value()).isBetween(-4_005_000L, -3_995_000L);
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
