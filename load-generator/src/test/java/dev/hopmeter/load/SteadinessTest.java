package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class SteadinessTest {

    private static final int RATE = 1_000;
    private static final int EVENTS = 10 * RATE;
    private static final long MILLI = 1_000_000;

    @Test
    void aConstantLatencyIsSteady() {
        Steadiness steadiness = Steadiness.of(ledger(event -> 5 * MILLI), RATE);
        assertThat(steadiness.trouble()).isEmpty();
        assertThat(Math.abs(steadiness.lagSlope())).isLessThan(1);
    }

    @Test
    void oneStallThatIsCaughtUpIsSteady() {
        assertThat(Steadiness.of(ledger(event -> event > 4_000 && event < 4_050 ? 80 * MILLI : 5 * MILLI), RATE)
                        .trouble())
                .isEmpty();
    }

    @Test
    void whatFallsBehindALittleMoreEachSecondIsNotHeld() {
        Steadiness steadiness = Steadiness.of(ledger(event -> 5 * MILLI + event * MILLI / 50), RATE);
        assertThat(steadiness.lagSlope()).isBetween(15.0, 25.0);
        assertThat(steadiness.trouble())
                .hasValueSatisfying(why -> assertThat(why).contains("under way grew"));
    }

    @Test
    void aSecondHalfThatIsFarSlowerIsNotHeld() {
        assertThat(Steadiness.of(ledger(event -> event < EVENTS / 2 ? 5 * MILLI : 160 * MILLI), RATE)
                        .trouble())
                .isPresent();
    }

    private static Ledger ledger(IntToLongFunction latency) {
        Mix mix = new EventMix("run", 1, false);
        Route route = Route.of(Backend.CONVENTIONAL, Workload.INGEST).orElseThrow();
        Ledger ledger = new Ledger(route, mix, 0, EVENTS);
        for (int number = 0; number < EVENTS; number++) {
            long due = 1_000_000_000_000L + number * (1_000 * MILLI / RATE);
            long at = due + latency.applyAsLong(number);
            ledger.sent(mix.event(number), due, due);
            ledger.delivered(
                    number,
                    0,
                    Trail.of(Workload.INGEST)
                            .with(Stamp.INTENDED, due)
                            .with(Stamp.SENT, due)
                            .with(Stamp.DELIVERED, at),
                    at);
        }
        return ledger;
    }
}
