package dev.hopmeter.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowsTest {

    @ParameterizedTest
    @CsvSource({
        "TEN_SECONDS,      0,      0",
        "TEN_SECONDS,      1,      0",
        "TEN_SECONDS,   9999,      0",
        "TEN_SECONDS,  10000,  10000",
        "TEN_SECONDS,  19999,  10000",
        "TEN_SECONDS,     -1, -10000",
        "TEN_SECONDS, -10000, -10000",
        "TEN_SECONDS, -10001, -20000",
        "ONE_MINUTE,       0,      0",
        "ONE_MINUTE,   59999,      0",
        "ONE_MINUTE,   60000,  60000",
        "ONE_MINUTE,      -1, -60000",
        "ONE_MINUTE,  -60000, -60000",
        "ONE_MINUTE,  -60001, -120000",
    })
    void aWindowIncludesItsStartAndExcludesItsEnd(WindowSize size, long epochMillis, long start) {
        assertThat(size.startOf(epochMillis)).isEqualTo(start);
    }

    @ParameterizedTest
    @EnumSource(WindowSize.class)
    void everyMomentLiesInTheOneWindowThatStartsAtAMultipleOfTheSize(WindowSize size) {
        Random random = new Random(7);
        long width = size.duration().toMillis();
        for (int i = 0; i < 10_000; i++) {
            long moment = random.nextLong(-4_000_000_000_000L, 4_000_000_000_000L);
            long start = size.startOf(moment);

            assertThat(start % width).isZero();
            assertThat(moment - start).isBetween(0L, width - 1);
            assertThat(size.startOf(start)).isEqualTo(start);
        }
    }

    @Test
    void aTotalCountsAndSumsAndKeepsTheHighestNumberAndTheLatestMoment() {
        assertThat(WindowTotal.EMPTY).isEqualTo(new WindowTotal(0, 0, 0, 0));
        assertThat(WindowTotal.EMPTY.plus(100, 3, 50).plus(23, 2, 60)).isEqualTo(new WindowTotal(2, 123, 3, 60));
        assertThat(new WindowTotal(1, 5, 4, 9).plus(-7, 0, 8)).isEqualTo(new WindowTotal(2, -2, 4, 9));
    }

    @Test
    void aSumReachesTheEndOfALongAndFailsBeyondIt() {
        assertThat(new WindowTotal(1, Long.MAX_VALUE - 1, 0, 0).plus(1, 0, 0).sum())
                .isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> new WindowTotal(1, Long.MAX_VALUE, 0, 0).plus(1, 0, 0))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new WindowTotal(1, Long.MIN_VALUE, 0, 0).plus(-1, 0, 0))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void aKeyIsReadBackFromItsText() {
        WindowKey key = new WindowKey("eu-west", "retail");

        assertThat(key.text()).isEqualTo("eu-west/retail");
        assertThat(WindowKey.parse(key.text())).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "eu-west", "eu-west/", "/retail", "eu-west/retail/gift", "EU/retail", "eu-west/ x"})
    void whatIsNoKeyIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> WindowKey.parse(text));
    }
}
