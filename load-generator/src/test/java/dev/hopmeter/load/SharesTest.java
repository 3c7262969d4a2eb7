package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SharesTest {

    @Test
    void roundedMeansAddUpToTheRoundedMeanOfTheWhole() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 1_000; i++) {
            long[] sums = random.longs(9, -1_000_000L, 1_000_000_000_000L).toArray();
            long count = random.nextLong(1, 5_000);
            long[] means = Shares.means(sums, count);
            assertThat(LongStream.of(means).sum())
                    .isEqualTo(Shares.mean(LongStream.of(sums).sum(), count));
            for (int j = 0; j < sums.length; j++) {
                assertThat(Math.abs(means[j] - (double) sums[j] / count)).isLessThan(1.0);
            }
        }
    }

    @Test
    void theLargestRemaindersAreRoundedUp() {
        assertThat(Shares.means(new long[] {5, 1, 2}, 4)).containsExactly(1, 0, 1);
    }

    @Test
    void sharesAddUpToTheWholeToTheLastDigitShown() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 1_000; i++) {
            double[] parts = random.doubles(9, -0.1, 5).toArray();
            double whole = DoubleStream.of(parts).sum();
            double[] shares = DoubleStream.of(parts).map(part -> part / whole).toArray();
            long[] tenths = Shares.tenthsOfAPercent(shares);
            assertThat(LongStream.of(tenths).sum()).isEqualTo(1_000);
            for (int j = 0; j < shares.length; j++) {
                assertThat(Math.abs(tenths[j] - 1_000 * shares[j])).isLessThan(1.0);
            }
        }
    }

    @Test
    void nothingHasMeansOfZero() {
        assertThat(Shares.means(new long[] {0, 0}, 0)).containsExactly(0, 0);
    }
}
