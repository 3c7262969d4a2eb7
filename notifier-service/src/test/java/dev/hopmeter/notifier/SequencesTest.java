package dev.hopmeter.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequencesTest {

    private final Sequences sequences = new Sequences();

    @Test
    void countingUpFromOneMissesNothing() {
        for (long i = 1; i <= 100; i++) {
            assertThat(sequences.missingBefore("r-1", i)).isZero();
        }
    }

    @Test
    void whatIsMissingIsCountedOnce() {
        assertThat(sequences.missingBefore("r-1", 3)).isEqualTo(2);
        assertThat(sequences.missingBefore("r-1", 7)).isEqualTo(3);
        assertThat(sequences.missingBefore("r-1", 8)).isZero();
    }

    @Test
    void aRepeatIsNoGapAndHidesNone() {
        sequences.missingBefore("r-1", 1);
        sequences.missingBefore("r-1", 2);

        assertThat(sequences.missingBefore("r-1", 1)).isZero();
        assertThat(sequences.missingBefore("r-1", 2)).isZero();
        assertThat(sequences.missingBefore("r-1", 4)).isEqualTo(1);
    }

    @Test
    void eachRouterCountsForItself() {
        sequences.missingBefore("r-1", 1);

        assertThat(sequences.missingBefore("r-2", 1)).isZero();
        assertThat(sequences.missingBefore("r-1", 2)).isZero();
    }
}
