package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TruthTest {

    private static final long SECOND = 1_000_000_000L;

    private final EventMix mix = new EventMix("run", 1, true);
    private final WindowKey key = mix.keys().get(3);
    private final Truth truth = new Truth(mix.keys());

    @Test
    void aWindowMustHoldWhatWasAcknowledgedAndMayHoldWhatIsInDoubt() {
        for (int number = 0; number < 200; number++) {
            Event event = mix.eventOf(3, number);
            send(event, number * SECOND / 10);
            if (number != 7) {
                truth.acknowledged(event, number * SECOND / 10 + 5);
            }
        }

        assertThat(truth.windows(key, WindowSize.TEN_SECONDS))
                .isEqualTo(Map.of(0L, new Truth.Expected(99, 99, 1), 10_000L, new Truth.Expected(100, 100, 0)));
        assertThat(truth.windows(mix.keys().getFirst(), WindowSize.TEN_SECONDS)).isEmpty();
        assertThat(truth.sent()).isEqualTo(200);
    }

    @Test
    void anAnswerMissesTheFirstEventThatWasAcknowledgedBeforeItWasAskedForAndIsNotIncluded() {
        for (int number = 0; number < 5; number++) {
            Event event = mix.eventOf(3, number);
            send(event, number * SECOND);
            truth.acknowledged(event, number * SECOND + 100);
        }

        assertThat(truth.firstMissed(key, 2, 10 * SECOND)).hasValue(2 * SECOND + 100);
        assertThat(truth.firstMissed(key, 2, 2 * SECOND + 100)).isEmpty();
        assertThat(truth.firstMissed(key, 5, 10 * SECOND)).isEmpty();
    }

    @Test
    void sightCountsAnEventOnceFromTheMomentItWasDueAndWhatWasNotSeenAsAtLeastSoLong() {
        Sight sight = new Sight(truth);
        for (int number = 0; number < 6; number++) {
            send(mix.eventOf(3, number), number * SECOND);
        }
        sight.measureFrom(2);
        sight.saw(key, 3, 4 * SECOND);
        sight.saw(key, 3, 9 * SECOND);
        sight.saw(key, 5, 6 * SECOND);
        assertThat(sight.complete(mix.keys())).isFalse();

        Series lengths = sight.lengths(mix.keys(), 20 * SECOND);
        assertThat(lengths.count()).isEqualTo(4);
        assertThat(lengths.sum()).isEqualTo((3 + 2 + 3 + 2) * SECOND);
        assertThat(lengths.censored()).isEqualTo(1);

        sight.saw(key, 6, 21 * SECOND);
        assertThat(lengths.count()).as("once they were asked for").isEqualTo(4);
    }

    @Test
    void eventsBetweenTwoNumbersAreToldOfOnce() {
        for (int number = 0; number < 300; number++) {
            send(mix.event(number), number);
        }
        List<Long> told = new ArrayList<>();
        for (WindowKey each : mix.keys()) {
            truth.between(each, 100, 200, (sequence, intended) -> told.add(sequence));
        }
        assertThat(told).hasSize(100).doesNotHaveDuplicates().allMatch(sequence -> sequence > 100 && sequence <= 200);
    }

    private void send(Event event, long nanos) {
        truth.sent(event, Sender.begun(Workload.FRESHNESS, nanos, nanos));
    }
}
