package dev.hopmeter.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TimerBucketsTest {

    @Test
    void hopsHaveSixteenBoundsToADecadeAndTotalsTwentyFour() {
        assertPerDecade(TimerBuckets.forHops(), 16);
        assertPerDecade(TimerBuckets.forTotals(), 24);
    }

    @Test
    void theBoundsReachFromFiftyMicrosecondsToThirtySecondsAndIncrease() {
        for (Duration[] bounds : new Duration[][] {TimerBuckets.forHops(), TimerBuckets.forTotals()}) {
            assertThat(bounds[0]).isEqualTo(Duration.ofNanos(50_000));
            assertThat(bounds[bounds.length - 1]).isEqualTo(Duration.ofSeconds(30));
            assertThat(bounds).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void eachCallAnswersBoundsOfItsOwn() {
        Duration[] spoilt = TimerBuckets.forHops();
        Arrays.fill(spoilt, Duration.ZERO);

        assertThat(TimerBuckets.forHops()[0]).isEqualTo(Duration.ofNanos(50_000));
    }

    private static void assertPerDecade(Duration[] bounds, int perDecade) {
        for (int i = 0; i + perDecade < bounds.length - 1; i++) {
            assertThat((double) bounds[i + perDecade].toNanos() / bounds[i].toNanos())
                    .isCloseTo(10, within(0.001));
        }
        double step = Math.pow(10, 1.0 / perDecade);
        for (int i = 1; i < bounds.length - 1; i++) {
            assertThat((double) bounds[i].toNanos() / bounds[i - 1].toNanos()).isCloseTo(step, within(0.001));
        }
        assertThat((double) bounds[bounds.length - 1].toNanos() / bounds[bounds.length - 2].toNanos())
                .isBetween(1.0, step + 0.001);
    }
}
