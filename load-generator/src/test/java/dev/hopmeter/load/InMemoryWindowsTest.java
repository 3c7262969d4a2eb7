package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class InMemoryWindowsTest {

    private static final long NOON = Instant.parse("2026-06-08T12:00:00Z").toEpochMilli();
    private static final WindowKey KEY = new WindowKey("eu-west", "gift");

    private final InMemoryWindows windows = new InMemoryWindows();

    @Test
    void anAnswerHasTheLastTenWindowsThatHoldAnEvent() {
        windows.add(event(1, 100), NOON);
        windows.add(event(2, 20), NOON + 30_000);
        windows.add(event(3, 3), NOON + 39_999);

        Windows answer = answer(NOON + 100_000);

        assertThat(answer.totals()).containsOnlyKeys(NOON + 30_000);
        assertThat(answer.totals()).containsEntry(NOON + 30_000, new Windows.Total(2, 23));
        assertThat(answer.through()).isEqualTo(3);
        assertThat(answer.newestMillis()).isEqualTo(NOON + 39_999);
        assertThat(answer(NOON + 99_999).totals()).containsOnlyKeys(NOON, NOON + 30_000);
    }

    @Test
    void anAnswerWithoutAWindowSaysHowFarTheKeyGoes() {
        windows.add(event(7, 100), NOON);

        Windows answer = answer(NOON + 3_600_000);

        assertThat(answer.totals()).isEmpty();
        assertThat(answer.through()).isEqualTo(7);
        assertThat(answer.newestMillis()).isEqualTo(NOON);
    }

    @Test
    void aKeyWithoutAnyWindowHasNoAnswerAndTheOthersAreKnown() {
        windows.add(event(1, 100), NOON);

        assertThat(windows.of(WindowSize.ONE_MINUTE, new WindowKey("eu-west", "retail"), NOON))
                .isEmpty();
        assertThat(windows.known(WindowSize.ONE_MINUTE)).isEqualTo("{\"known\":[\"eu-west/gift\"]}");
    }

    private Windows answer(long nowMillis) {
        return Windows.parse(windows.of(WindowSize.TEN_SECONDS, KEY, nowMillis).orElseThrow());
    }

    private static Event event(long sequence, long amount) {
        return new Event((int) sequence, "run-" + sequence, KEY.region(), KEY.kind(), amount, sequence, "");
    }
}
