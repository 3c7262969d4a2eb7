package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final String CONTENT = """
        1\t0/3000148\tno recovery target specified

        2\t16/B374D848\tno recovery target specified
        """;

    @Test
    void aTimelineEndsWhereTheNextOneBegins() {
        assertThat(History.branch(CONTENT, 1)).isEqualTo(0x3000148L);
        assertThat(Position.text(History.branch(CONTENT, 2))).isEqualTo("16/B374D848");
    }

    @Test
    void oneThatDoesNotLeadThereHasNothingInCommon() {
        assertThat(History.branch(CONTENT, 3)).isZero();
        assertThat(History.branch("", 1)).isZero();
    }
}
