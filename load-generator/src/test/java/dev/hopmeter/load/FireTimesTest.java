package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FireTimesTest {

    @Test
    void uniformArrivalsAreDueAtExactMultiplesOfTheGap() {
        FireTimes times = FireTimes.of(Arrivals.UNIFORM, 100, Duration.ofMillis(50), 1);
        assertThat(offsets(times)).containsExactly(0, 10_000_000, 20_000_000, 30_000_000, 40_000_000);
    }

    @Test
    void gapsThatAreNoWholeNumberOfNanosecondsDoNotAddUpToADrift() {
        FireTimes times = FireTimes.of(Arrivals.UNIFORM, 3, Duration.ofSeconds(1_000), 1);
        assertThat(times.count()).isEqualTo(3_000);
        assertThat(times.offsetNanos(1)).isEqualTo(333_333_333L);
        assertThat(times.offsetNanos(2_999)).isEqualTo(999_666_666_667L);
    }

    @Test
    void aHundredASecondForThirtySecondsMakesThreeThousand() {
        assertThat(FireTimes.count(100, Duration.ofSeconds(30))).isEqualTo(3_000);
        assertThat(FireTimes.count(0.5, Duration.ofSeconds(3))).isEqualTo(2);
        assertThat(FireTimes.count(0.1, Duration.ofMillis(1))).isEqualTo(1);
        assertThat(FireTimes.count(100_000, Duration.ofSeconds(50))).isEqualTo(5_000_000);
    }

    @Test
    void poissonArrivalsLieInTheDurationInOrderAndAreAsManyAsUniformOnes() {
        FireTimes times = FireTimes.of(Arrivals.POISSON, 1_000, Duration.ofSeconds(20), 7);
        assertThat(times.count()).isEqualTo(20_000);
        assertThat(offsets(times)).isSorted();
        assertThat(offsets(times)[0]).isNotNegative();
        assertThat(times.offsetNanos(times.count() - 1)).isLessThan(20_000_000_000L);
    }

    @Test
    void poissonGapsVaryAsMuchAsTheyAreLong() {
        FireTimes times = FireTimes.of(Arrivals.POISSON, 1_000, Duration.ofSeconds(20), 7);
        double[] gaps = IntStream.range(1, times.count())
                .mapToDouble(i -> times.offsetNanos(i) - times.offsetNanos(i - 1))
                .toArray();
        double mean = IntStream.range(0, gaps.length)
                .mapToDouble(i -> gaps[i])
                .average()
                .orElse(0);
        double variance = IntStream.range(0, gaps.length)
                .mapToDouble(i -> (gaps[i] - mean) * (gaps[i] - mean))
                .average()
                .orElse(0);
        assertThat(Math.sqrt(variance) / mean).isBetween(0.97, 1.03);
    }

    @Test
    void theSeedDecidesAlone() {
        FireTimes one = FireTimes.of(Arrivals.POISSON, 1_000, Duration.ofSeconds(1), 7);
        FireTimes same = FireTimes.of(Arrivals.POISSON, 1_000, Duration.ofSeconds(1), 7);
        FireTimes other = FireTimes.of(Arrivals.POISSON, 1_000, Duration.ofSeconds(1), 8);
        assertThat(offsets(one)).containsExactly(offsets(same));
        assertThat(offsets(one)).isNotEqualTo(offsets(other));
    }

    private static long[] offsets(FireTimes times) {
        return LongStream.range(0, times.count())
                .map(i -> times.offsetNanos((int) i))
                .toArray();
    }
}
