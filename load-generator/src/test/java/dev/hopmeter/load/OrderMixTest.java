package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.OrderDraft;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderMixTest {

    private final OrderMix mix = new OrderMix("run", 1);

    @Test
    void theSeedDecidesTheOrders() {
        assertThat(mix.event(5)).isEqualTo(new OrderMix("run", 1).event(5));
        assertThat(mix.event(5).draft())
                .isNotEqualTo(new OrderMix("run", 2).event(5).draft());
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
        for (Filter filter : OrderMix.filters(OrderMix.MOST_SUBSCRIBERS - 1)) {
            OrderDraft probe = mix.probe(0, filter).draft();
            assertThat(filter.matches(probe.region(), probe.kind(), probe.amount()))
                    .isTrue();
        }
    }

    @Test
    void narrowerFiltersLetSomeOrdersPassAndOneLetsNone() {
        List<Filter> narrower = OrderMix.filters(8).subList(1, 9);
        long[] passing = narrower.stream()
                .mapToLong(filter -> IntStream.range(0, 2_000)
                        .mapToObj(number -> mix.event(number).draft())
                        .filter(draft -> filter.matches(draft.region(), draft.kind(), draft.amount()))
                        .count())
                .toArray();
        assertThat(passing[7]).isZero();
        for (int i = 0; i < 7; i++) {
            assertThat(passing[i]).isBetween(1L, 1_999L);
        }
    }
}
