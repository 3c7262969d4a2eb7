package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hopmeter.contract.Filter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageMixTest {

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.02, 0.05, 0.1, 0.2, 0.5, 1})
    void aSubscriberGetsThatShareOfTheMessagesOnAverage(double match) {
        MessageMix mix = new MessageMix("run", 3, 200, match);
        long deliveries = IntStream.range(0, 5_000)
                .mapToLong(number -> mix.recipients(mix.event(number)).length)
                .sum();

        assertThat(deliveries / (5_000.0 * 200)).isCloseTo(match, within(0.25 * match));
        assertThat(mix.deliveriesEach()).isEqualTo(200 * match);
    }

    @Test
    void theRecipientsAreThoseWhoseFilterMatchesInRisingOrder() {
        MessageMix mix = new MessageMix("run", 3, 150, 0.04);
        for (int number = 0; number < 500; number++) {
            Event event = mix.event(number);
            int[] expected = IntStream.range(0, 150)
                    .filter(subscriber -> MessageMix.filter(subscriber, 3, 0.04)
                            .matches(event.region(), event.kind(), event.amount()))
                    .toArray();
            assertThat(mix.recipients(event)).isEqualTo(expected).isSorted();
        }
    }

    @Test
    void aProbeReachesTheSubscriberThatItIsFor() {
        MessageMix mix = new MessageMix("run", 3, 100, 0.02);
        for (int subscriber = 0; subscriber < 100; subscriber++) {
            assertThat(mix.recipients(mix.probe(7, subscriber))).contains(subscriber);
        }
    }

    @Test
    void filtersOfOneCellDiffer() {
        assertThat(IntStream.range(0, 100).mapToObj(each -> MessageMix.filter(each * Market.CELLS, 1, 0.02)))
                .doesNotHaveDuplicates()
                .allMatch(filter -> filter.region().isPresent() && filter.kind().isPresent())
                .extracting(Filter::leastAmount)
                .allMatch(amount -> amount > 0);
    }
}
