package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Filter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderMixTest {

    private final OrderMix mix = new OrderMix("run", 1, 8);

    @Test
    void theSeedDecidesTheOrders() {
        assertThat(mix.event(5)).isEqualTo(new OrderMix("run", 1, 0).event(5));
        assertThat(mix.event(5)).isNotEqualTo(new OrderMix("run", 2, 8).event(5));
        assertThat(mix.event(5).key()).isEqualTo("run-5");
    }

    @Test
    void allFiltersDifferAndTheFirstLetsEverythingPass() {
        List<Filter> filters = OrderMix.filters(OrderMix.MOST_SUBSCRIBERS - 1);
        assertThat(filters).hasSize(OrderMix.MOST_SUBSCRIBERS).doesNotHaveDuplicates();
        assertThat(filters.getFirst()).isEqualTo(Filter.ALL);
    }

    @Test
    void aProbePassesTheFilterThatItIsFor() {
        OrderMix all = new OrderMix("run", 1, OrderMix.MOST_SUBSCRIBERS - 1);
        for (int subscriber = 0; subscriber < all.subscribers(); subscriber++) {
            assertThat(all.recipients(all.probe(0, subscriber))).contains(subscriber);
        }
    }

    @Test
    void narrowerFiltersLetSomeOrdersPassAndOneLetsNone() {
        List<Filter> narrower = OrderMix.filters(8).subList(1, 9);
        long[] passing = narrower.stream()
                .mapToLong(filter -> IntStream.range(0, 2_000)
                        .mapToObj(number -> mix.event(number))
                        .filter(order -> filter.matches(order.region(), order.kind(), order.amount()))
                        .count())
                .toArray();
        assertThat(passing[7]).isZero();
        for (int i = 0; i < 7; i++) {
            assertThat(passing[i]).isBetween(1L, 1_999L);
        }
    }
}
