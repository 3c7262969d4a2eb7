package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    private final SplittableRandom random = new SplittableRandom(11);

    @Test
    void theIntervalHoldsTheValueAndTheSameSeedGivesTheSame() {
        List<Histogram> trials = trials(8, 1_000_000, 200_000);
        Bootstrap.Interval interval = new Bootstrap(1).quantile(trials, 0.5);
        assertThat(interval.value()).isBetween(interval.from(), interval.to());
        assertThat(interval.to() - interval.from()).isPositive();
        assertThat(new Bootstrap(1).quantile(trials, 0.5)).isEqualTo(interval);
    }

    @Test
    void aRealDifferenceIsFarFromZeroAndNoneIsNot() {
        List<Histogram> fast = trials(6, 1_000_000, 50_000);
        List<Histogram> slow = trials(6, 3_000_000, 50_000);
        Bootstrap.Interval real = new Bootstrap(1).difference(slow, fast, 0.5);
        assertThat(real.from()).isGreaterThan(1_500_000);
        Bootstrap.Interval none = new Bootstrap(1).difference(trials(6, 1_000_000, 50_000), fast, 0.5);
        assertThat(none.from()).isNegative();
        assertThat(none.to()).isPositive();
    }

    @Test
    void trialsAreTheUnitSoThatMoreEventsInEachDoNotNarrowTheInterval() {
        Bootstrap.Interval few = new Bootstrap(1).quantile(trials(5, 1_000_000, 300_000, 100), 0.5);
        Bootstrap.Interval many = new Bootstrap(1).quantile(trials(5, 1_000_000, 300_000, 10_000), 0.5);
        assertThat(many.to() - many.from()).isGreaterThan((few.to() - few.from()) / 10);
    }

    private List<Histogram> trials(int count, long middle, long spread) {
        return trials(count, middle, spread, 1_000);
    }

    /** Each with a middle of its own, as trials on one machine have. */
    private List<Histogram> trials(int count, long middle, long spread, int events) {
        return IntStream.range(0, count)
                .mapToObj(trial -> {
                    long own = middle + random.nextLong(-spread, spread);
                    Histogram histogram = new Histogram(3);
                    for (int i = 0; i < events; i++) {
                        histogram.recordValue(own + random.nextLong(spread / 10));
                    }
                    return histogram;
                })
                .toList();
    }
}
