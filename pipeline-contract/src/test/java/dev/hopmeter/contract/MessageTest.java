package dev.hopmeter.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {

    @Test
    void aMessageAtEveryBoundIsTaken() {
        Message least = new Message("m", "a", "b", 1, 0, "");
        Message most = new Message(
                "m".repeat(128),
                "a".repeat(32),
                "b".repeat(32),
                Limits.MAX_AMOUNT,
                Limits.MAX_SEQUENCE,
                "x".repeat(Limits.MAX_TEXT));

        assertThat(least.windowKey()).isEqualTo(new WindowKey("a", "b"));
        assertThat(most.windowKey().text()).hasSize(65);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with blank", "\u00e4", "tab\t"})
    void anIdIsVisibleAscii(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Message(id, "eu-west", "retail", 1, 0, ""))
                .withMessageStartingWith("id is");
    }

    @ParameterizedTest
    @CsvSource({"EU, retail, region", "eu-west, Retail, kind", "'', retail, region", "eu-west, -retail, kind"})
    void regionAndKindAreWords(String region, String kind, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Message("m", region, kind, 1, 0, ""))
                .withMessageStartingWith(named + " is");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, amount",
        "-1, 0, amount",
        "1000000000001, 0, amount",
        "1, -1, sequence",
        "1, 9007199254740992, sequence"
    })
    void amountAndSequenceHaveBounds(long amount, long sequence, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Message("m", "eu-west", "retail", amount, sequence, ""))
                .withMessageStartingWith(named + " is between");
    }

    @Test
    void aTextThatIsTooLongIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Message("m", "eu-west", "retail", 1, 0, "x".repeat(Limits.MAX_TEXT + 1)))
                .withMessageStartingWith("text has");
    }

    @Test
    void aFilterTakesAMessageAsItTakesAnOrder() {
        Message message = new Message("m", "eu-west", "retail", 500, 0, "");

        assertThat(Filter.ALL.matches(message)).isTrue();
        assertThat(new Filter(Optional.of("eu-west"), Optional.of("retail"), 500).matches(message))
                .isTrue();
        assertThat(new Filter(Optional.of("eu-west"), Optional.empty(), 501).matches(message))
                .isFalse();
        assertThat(new Filter(Optional.of("us-east"), Optional.empty(), 0).matches(message))
                .isFalse();
    }
}
