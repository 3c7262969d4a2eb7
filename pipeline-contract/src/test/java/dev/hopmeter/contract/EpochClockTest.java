package dev.hopmeter.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochClockTest {

    @ParameterizedTest
    @CsvSource({
        "0,                   1970-01-01T00:00:00Z",
        "1,                   1970-01-01T00:00:00.000000001Z",
        "999999999,           1970-01-01T00:00:00.999999999Z",
        "1000000000,          1970-01-01T00:00:01Z",
        "1780920000000000001, 2026-06-08T12:00:00.000000001Z",
        "9223372036854775807, 2262-04-11T23:47:16.854775807Z",
    })
    void epochNanosecondsNameAMomentToTheNanosecond(long nanos, Instant moment) {
        EpochClock clock = () -> nanos;

        assertThat(clock.instant()).isEqualTo(moment);
        assertThat(EpochClock.toInstant(nanos)).isEqualTo(moment);
    }

    @Test
    void theSystemClockTellsANowThatIsAfterThisLineWasWritten() {
        Instant written = Instant.parse("2026-06-08T12:00:00Z");

        assertThat(EpochClock.system().instant()).isAfter(written);
        assertThat(EpochClock.toInstant(EpochClock.system().nanos())).isAfter(written);
    }

    @Test
    void theSystemClockIsFinerThanAMillisecond() {
        EpochClock clock = EpochClock.system();
        boolean finer = false;
        for (int i = 0; i < 1_000 && !finer; i++) {
            finer = clock.nanos() % 1_000_000 != 0;
        }
        assertThat(finer).isTrue();
    }
}
