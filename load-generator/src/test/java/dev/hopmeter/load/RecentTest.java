package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentTest {

    private final Recent recent =
            new Recent(Route.of(Backend.IN_MEMORY, Workload.JOURNEY).orElseThrow());

    @Test
    void nothingIsShownOfNothing() {
        assertThat(recent.view(0)).isEmpty();
    }

    @Test
    void hopsAddUpToTheTotalAndTheBandNamesTheHopThatOwnsTheTail() {
        for (int i = 0; i < 1_000; i++) {
            recent.add(new long[] {10, i < 980 ? 100 : 5_000 + i}, i);
        }

        Recent.View view = recent.view(1_000).orElseThrow();
        assertThat(view.means().events()).isEqualTo(1_000);
        assertThat(view.means().hops().stream().mapToDouble(hop -> hop).sum())
                .isCloseTo(view.means().total(), within(1e-6));
        Recent.Waterfall band = view.band().orElseThrow();
        assertThat(band.events()).isEqualTo(11);
        assertThat(band.hops().getFirst()).isCloseTo(10, within(1e-6));
        assertThat(band.hops().getLast()).isCloseTo(5_989, within(1e-6));
        assertThat(view.slowest().hops()).containsExactly(10.0, 5_999.0);
        assertThat(view.slowest().total()).isEqualTo(6_009);
    }

    @Test
    void withTooFewEventsForAP99ThereIsNoBand() {
        for (int i = 0; i < 999; i++) {
            recent.add(new long[] {1, 1}, i);
        }
        assertThat(recent.view(1_000).orElseThrow().band()).isEmpty();
    }

    @Test
    void whatIsOlderThanAMinuteIsForgotten() {
        recent.add(new long[] {1, 9}, 0);
        recent.add(new long[] {2, 3}, 1);

        long later = Recent.WINDOW.toNanos() + 1;
        assertThat(recent.view(later).orElseThrow().slowest().total()).isEqualTo(5);
        assertThat(recent.view(later + 1)).isEmpty();
    }

    @Test
    void howFarBackItGoesIsNotMoreThanAllIsKeptOf() {
        long second = 1_000_000_000L;
        recent.add(new long[] {1, 1}, 10 * second);
        assertHeld(Duration.ZERO, 10 * second);
        assertHeld(Duration.ofSeconds(3), 13 * second);
        assertHeld(Recent.WINDOW, 200 * second);

        for (int i = 0; i < Recent.MOST + 1_000; i++) {
            recent.add(new long[] {1, 1}, 200 * second + i * 1_000_000L);
        }
        assertThat(recent.view(221 * second).orElseThrow().means().events()).isEqualTo(Recent.MOST);
        assertHeld(Duration.ofMillis(20_001), 221 * second);
    }

    @Test
    void whatWasKeptBeforeAGapIsForgotten() {
        recent.add(new long[] {1, 9}, 0);
        recent.skip();
        assertThat(recent.view(5)).isEmpty();
        recent.add(new long[] {2, 3}, 7);
        recent.skip();
        recent.add(new long[] {2, 4}, 20);

        assertThat(recent.view(30).orElseThrow().means().events()).isEqualTo(1);
        assertHeld(Duration.ofNanos(10), 30);
    }

    private void assertHeld(Duration held, long nowNanos) {
        Duration lately = held.compareTo(PageView.LATELY) < 0 ? held : PageView.LATELY;
        assertThat(recent.spread(PageView.LATELY, nowNanos).held()).isEqualTo(lately);
        assertThat(recent.view(nowNanos).map(Recent.View::held)).isIn(Optional.empty(), Optional.of(held));
    }
}
