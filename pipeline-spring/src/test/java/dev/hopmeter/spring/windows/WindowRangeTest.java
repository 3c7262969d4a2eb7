package dev.hopmeter.spring.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.spring.MalformedException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowRangeTest {

    private static final long NOW = millis("2026-06-08T12:00:34.567Z");
    private static final int MOST = 1000;

    @Test
    void withoutBoundsItIsTheLastTenWindowsIncludingThePresentOne() {
        assertThat(range(WindowSize.TEN_SECONDS, null, null))
                .isEqualTo(new WindowRange(millis("2026-06-08T11:59:00Z"), millis("2026-06-08T12:00:30Z")));
        assertThat(range(WindowSize.ONE_MINUTE, null, null))
                .isEqualTo(new WindowRange(millis("2026-06-08T11:51:00Z"), millis("2026-06-08T12:00:00Z")));
    }

    @Test
    void withoutStartItIsTheLastTenWindowsBeforeTheEnd() {
        assertThat(range(WindowSize.TEN_SECONDS, null, "2026-06-08T10:00:00Z"))
                .isEqualTo(new WindowRange(millis("2026-06-08T09:58:20Z"), millis("2026-06-08T09:59:50Z")));
    }

    @Test
    void withoutEndItLeadsToThePresentWindow() {
        assertThat(range(WindowSize.ONE_MINUTE, "2026-06-08T11:58:59Z", null))
                .isEqualTo(new WindowRange(millis("2026-06-08T11:58:00Z"), millis("2026-06-08T12:00:00Z")));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-06-08T12:00:00Z,         2026-06-08T12:00:10Z,         2026-06-08T12:00:00Z, 2026-06-08T12:00:00Z",
        "2026-06-08T12:00:00Z,         2026-06-08T12:00:10.001Z,     2026-06-08T12:00:00Z, 2026-06-08T12:00:10Z",
        "2026-06-08T12:00:00Z,         2026-06-08T12:00:10.0000001Z, 2026-06-08T12:00:00Z, 2026-06-08T12:00:10Z",
        "2026-06-08T12:00:09.999Z,     2026-06-08T12:00:10Z,         2026-06-08T12:00:00Z, 2026-06-08T12:00:00Z",
        "2026-06-08T12:00:05.0000001Z, 2026-06-08T12:00:05.0000002Z, 2026-06-08T12:00:00Z, 2026-06-08T12:00:00Z",
    })
    void theStartIsIncludedAndTheEndIsNot(String from, String to, String first, String last) {
        assertThat(range(WindowSize.TEN_SECONDS, from, to)).isEqualTo(new WindowRange(millis(first), millis(last)));
    }

    @Test
    void nothingLiesBefore1970() {
        assertThat(range(WindowSize.TEN_SECONDS, null, "1970-01-01T00:00:00Z").isEmpty())
                .isTrue();
        assertThat(range(WindowSize.TEN_SECONDS, null, "1970-01-01T00:00:30Z")).isEqualTo(new WindowRange(0, 20_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "12",
                "2026-06-08",
                "2026-06-08T12:00:00",
                "2026-06-08T12:00:00Z,2026-06-08T12:00:00Z",
                "1969-12-31T23:59:59Z",
                "+10000-01-01T00:00:00Z",
                "+1000000000-12-31T23:59:59.999999999Z",
                "-292275055-05-16T16:47:04.192Z"
            })
    void whatIsNoInstantFrom1970To9999IsRefused(String text) {
        assertThatThrownBy(() -> range(WindowSize.TEN_SECONDS, text, null))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("from is");
        assertThatThrownBy(() -> range(WindowSize.TEN_SECONDS, null, text))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("to is");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-06-08T12:00:00Z,     2026-06-08T12:00:00Z",
        "2026-06-08T12:00:00.001Z, 2026-06-08T12:00:00Z",
        "2026-06-08T12:00:40Z,     ",
    })
    void aStartThatIsNotBeforeTheEndIsRefused(String from, @Nullable String to) {
        assertThatThrownBy(() -> range(WindowSize.TEN_SECONDS, from, to))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("from is before to");
    }

    @Test
    void aSpanOfMoreWindowsThanPermittedIsRefused() {
        assertThat(range(WindowSize.ONE_MINUTE, "2026-06-08T00:00:00Z", "2026-06-08T16:40:00Z"))
                .isEqualTo(new WindowRange(millis("2026-06-08T00:00:00Z"), millis("2026-06-08T16:39:00Z")));
        assertThatThrownBy(() -> range(WindowSize.ONE_MINUTE, "2026-06-08T00:00:00Z", "2026-06-08T16:40:00.001Z"))
                .isInstanceOf(MalformedException.class)
                .hasMessage("a query spans at most 1000 windows of 1m, not 1001");
    }

    @Test
    void theDefaultSpanKeepsToAMostUnderTen() {
        assertThat(WindowRange.of(WindowSize.ONE_MINUTE, Optional.empty(), Optional.empty(), NOW, 1))
                .isEqualTo(new WindowRange(millis("2026-06-08T12:00:00Z"), millis("2026-06-08T12:00:00Z")));
    }

    private static WindowRange range(WindowSize size, @Nullable String from, @Nullable String to) {
        return WindowRange.of(size, Optional.ofNullable(from), Optional.ofNullable(to), NOW, MOST);
    }

    private static long millis(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }
}
