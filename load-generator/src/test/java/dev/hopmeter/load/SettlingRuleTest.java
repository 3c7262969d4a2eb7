package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SettlingRuleTest {

    private static final int SLICES = 60;

    @Test
    void aLevelLatencyHasSettled() {
        assertThat(settledAfter(100, 0, slice -> 3e6)).isBetween(6, 12);
    }

    @Test
    void aMachineWhoseMediansJumpByATenthSettlesAllTheSame() {
        for (int seed = 0; seed < 20; seed++) {
            assertThat(settledAfter(100, 0.10, seed, slice -> 3e6))
                    .as("seed %d", seed)
                    .isBetween(6, 30);
        }
    }

    @Test
    void aLatencyThatIsStillFallingHasNotSettled() {
        for (int seed = 0; seed < 20; seed++) {
            assertThat(settledAfter(100, 0.05, seed, slice -> 3e6 + 60e6 * Math.exp(-slice / 5.0)))
                    .as("seed %d", seed)
                    .isGreaterThan(14);
        }
    }

    @Test
    void aLatencyThatRisesAsABacklogGrowsNeverSettles() {
        assertThat(settledAfter(10_000, 0, slice -> 3e6 + 40e6 * slice)).isEqualTo(-1);
        assertThat(settledAfter(100, 0.02, slice -> 3e6 * Math.pow(1.3, slice))).isEqualTo(-1);
    }

    @Test
    void aTailThatIsStillFallingHasNotSettledEvenIfTheMedianHas() {
        List<Histogram> slices = new ArrayList<>();
        for (int slice = 0; slice < 6; slice++) {
            Histogram values = new Histogram(3);
            for (int i = 0; i < 1_000; i++) {
                values.recordValue(i < 960 ? 3_000_000 + i : slice < 3 ? 300_000_000 + i : 6_000_000 + i);
            }
            slices.add(values);
        }
        assertThat(SettlingRule.settled(slices)).isFalse();
        slices.subList(0, 3).clear();
        slices.addAll(List.copyOf(slices));
        assertThat(SettlingRule.settled(slices)).isTrue();
    }

    @Test
    void fallsOfAFewMicrosecondsAreNoneWorthWaitingFor() {
        assertThat(settledAfter(1_000, 0, slice -> 400e3 - 8e3 * slice)).isBetween(6, 8);
    }

    @Test
    void timersThatBeatInOneHopDoNotKeepTheRestFromSettling() {
        List<Histogram> rests = series(100, slice -> 10e6);

        assertThat(SettlingRule.settled(series(100, slice -> 700e6 - 20e6 * slice), rests))
                .isTrue();
        assertThat(SettlingRule.settled(series(100, slice -> 12e6 - 0.9e6 * slice), rests))
                .isFalse();
        assertThat(SettlingRule.settled(
                        series(100, slice -> 700e6 - 20e6 * slice), series(100, slice -> 50e6 / (1 + slice))))
                .isFalse();
    }

    @Test
    void aBacklogThatGrowsInOneHopNeverSettles() {
        assertThat(SettlingRule.settled(series(100, slice -> 700e6 + 100e6 * slice), series(100, slice -> 10e6)))
                .isFalse();
    }

    private static List<Histogram> series(int count, IntToDoubleFunction median) {
        List<Histogram> slices = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            slices.add(slice(new SplittableRandom(i), count, median.applyAsDouble(i)));
        }
        return slices;
    }

    @Test
    void fewerThanSixSlicesAndEmptyOnesHaveNotSettled() {
        List<Histogram> slices = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            slices.add(slice(new SplittableRandom(1), 100, 3e6));
        }
        assertThat(SettlingRule.settled(slices)).isFalse();
        slices.add(new Histogram(3));
        assertThat(SettlingRule.settled(slices)).isFalse();
    }

    private static int settledAfter(int events, double noise, IntToDoubleFunction median) {
        return settledAfter(events, noise, 1, median);
    }

    /** After how many slices the rule first holds; -1 if it never does. */
    private static int settledAfter(int events, double noise, long seed, IntToDoubleFunction median) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Histogram> slices = new ArrayList<>();
        for (int slice = 0; slice < SLICES; slice++) {
            double jump = 1 + noise * random.nextGaussian();
            slices.add(slice(random, events, median.applyAsDouble(slice) * Math.max(0.5, jump)));
            if (SettlingRule.settled(slices)) {
                return slices.size();
            }
        }
        return -1;
    }

    /** Latencies as they are: half of them near the median, and a tail up to five times as long. */
    private static Histogram slice(SplittableRandom random, int events, double median) {
        Histogram values = new Histogram(3);
        for (int i = 0; i < events; i++) {
            values.recordValue(Math.round(median * Math.exp(0.4 * random.nextGaussian())));
        }
        return values;
    }
}
