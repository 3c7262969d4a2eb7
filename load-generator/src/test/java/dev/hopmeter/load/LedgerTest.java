package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import org.junit.jupiter.api.Test;

/** Rows where an event has any number of deliveries; {@link MeasuredTest} has those with one each. */
class LedgerTest {

    private static final long DEADLINE = 1_000_000_000L;
    private static final int EVENTS = 400;

    private final Mix mix = new MessageMix("run", 5, 60, 0.03);
    private final Route route = Route.of(Backend.IN_MEMORY, Workload.FAN_OUT).orElseThrow();
    private final Ledger ledger = new Ledger(route, mix, 10, EVENTS);

    @Test
    void rowsAreTheDeliveriesOfEachEventInOrder() {
        int row = 0;
        for (int event = 0; event < EVENTS; event++) {
            int[] recipients = mix.recipients(mix.event(10 + event));
            assertThat(ledger.firstRow(event)).isEqualTo(row);
            for (int recipient : recipients) {
                assertThat(ledger.eventOf(row)).isEqualTo(event);
                assertThat(ledger.subscriberOf(row)).isEqualTo(recipient);
                row++;
            }
        }
        assertThat(ledger.rows()).isEqualTo(row).isNotEqualTo(EVENTS);
        assertThat(ledger.firstRow(EVENTS)).isEqualTo(row);
    }

    @Test
    void everyDeliveryIsCountedOnceAndThoseToOthersAreExtra() {
        long due = 0;
        for (int event = 0; event < EVENTS; event++) {
            Event sent = mix.event(10 + event);
            ledger.sent(sent, event * 1_000L, event * 1_000L + 10);
            int[] recipients = mix.recipients(sent);
            due += recipients.length;
            for (int recipient : recipients) {
                deliver(event, recipient, 100 + recipient);
            }
        }
        assertThat(ledger.outstanding()).isZero();
        int stranger = stranger(0);
        deliver(0, stranger, 5);
        ledger.delivered(10 + EVENTS, 0, trail(0, 5), 5);
        if (mix.recipients(mix.event(10)).length > 0) {
            deliver(0, mix.recipients(mix.event(10))[0], 900);
        }

        Counts counts = Counts.of(ledger, DEADLINE);
        assertThat(counts.due()).isEqualTo(due);
        assertThat(counts.delivered()).isEqualTo(due);
        assertThat(counts.lost()).isZero();
        assertThat(counts.extra()).isEqualTo(2);
        assertThat(counts.duplicate()).isEqualTo(Math.min(1, mix.recipients(mix.event(10)).length));
        assertThat(counts.reordered()).isZero();
    }

    @Test
    void firstMedianAndLastRecipientAreOfEachEventThatHasAny() {
        int events = 0;
        for (int event = 0; event < EVENTS; event++) {
            Event sent = mix.event(10 + event);
            ledger.sent(sent, event * 1_000L, event * 1_000L + 10);
            int[] recipients = mix.recipients(sent);
            events += recipients.length > 0 ? 1 : 0;
            for (int i = 0; i < recipients.length; i++) {
                if (event != 0 || i < recipients.length - 1) {
                    deliver(event, recipients[i], 100 * (i + 1));
                }
            }
        }
        Measured measured = Measured.of(ledger, DEADLINE);
        Measured.PerEvent each = measured.perEvent().orElseThrow();

        assertThat(each.first().count() + each.first().censored()).isEqualTo(events);
        assertThat(each.first().most().orElseThrow())
                .isLessThan(each.last().most().orElseThrow());
        assertThat(each.last().censored()).isEqualTo(Math.min(1, mix.recipients(mix.event(10)).length));
        assertThat(each.median().sum())
                .isBetween(each.first().sum(), each.last().sum());
        assertThat(measured.hops().stream().mapToLong(Series::sum).sum())
                .isEqualTo(measured.total().sum());
    }

    @Test
    void oneRecipientOnAverageIsNotOneForEach() {
        Mix oneOnAverage = new MessageMix("run", 1, 50, 0.02);
        assertThat(oneOnAverage.deliveriesEach()).isEqualTo(1);
        Ledger each = new Ledger(route, oneOnAverage, 10, EVENTS);
        for (int number = 10; number < 10 + EVENTS; number++) {
            Event event = oneOnAverage.event(number);
            each.sent(event, number * 1_000L, number * 1_000L + 10);
            for (int recipient : oneOnAverage.recipients(event)) {
                each.delivered(number, recipient, trail(number, number * 1_000L + 100), number * 1_000L + 100);
            }
        }

        Counts counts = Counts.of(each, DEADLINE);
        assertThat(each.firstRow(EVENTS)).isEqualTo(each.rows());
        assertThat(each.outstanding()).isZero();
        assertThat(counts.extra() + counts.lost() + counts.duplicate()).isZero();
        assertThat(counts.delivered()).isEqualTo(counts.due());
        assertThat(java.util.stream.IntStream.range(0, EVENTS)
                        .map(event -> each.firstRow(event + 1) - each.firstRow(event)))
                .contains(0, 1, 2);
        assertThat(Measured.of(each, DEADLINE).perEvent()).isPresent();
    }

    @Test
    void aSubscriberThatGetsALaterEventFirstIsOutOfOrderAndNoOtherIs() {
        for (int event = 0; event < EVENTS; event++) {
            ledger.sent(mix.event(10 + event), 0, 0);
        }
        int[] both = java.util.stream.IntStream.range(0, EVENTS)
                .filter(event -> ledger.firstRow(event + 1) > ledger.firstRow(event))
                .toArray();
        for (int event : both) {
            for (int row = ledger.firstRow(event); row < ledger.firstRow(event + 1); row++) {
                deliver(event, ledger.subscriberOf(row), 1);
            }
        }
        assertThat(ledger.reordered()).isZero();
    }

    @Test
    void copiesOnManyThreadsAreOneDeliveryAndTheRestDuplicates() throws InterruptedException {
        for (int event = 0; event < EVENTS; event++) {
            ledger.sent(mix.event(10 + event), 0, 0);
        }
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                for (int row = 0; row < ledger.rows(); row++) {
                    deliver(ledger.eventOf(row), ledger.subscriberOf(row), 1);
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ledger.delivered()).isEqualTo(ledger.rows());
        assertThat(ledger.duplicates()).isEqualTo(3L * ledger.rows());
        assertThat(ledger.outstanding()).isZero();
    }

    @Test
    void moreDeliveriesThanFitAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ledger(route, new MessageMix("run", 5, 10_000, 1), 0, 501))
                .withMessageContaining("5010000 deliveries");
    }

    private int stranger(int event) {
        int[] recipients = mix.recipients(mix.event(10 + event));
        int stranger = 0;
        while (java.util.Arrays.binarySearch(recipients, stranger) >= 0) {
            stranger++;
        }
        return stranger;
    }

    private void deliver(int event, int subscriber, long nanos) {
        long at = event * 1_000L + nanos;
        ledger.delivered(10 + event, subscriber, trail(event, at), at);
    }

    private static Trail trail(int event, long at) {
        return Trail.of(Workload.FAN_OUT)
                .with(Stamp.INTENDED, event * 1_000L)
                .with(Stamp.SENT, event * 1_000L + 10)
                .with(Stamp.DELIVERED, at);
    }
}
