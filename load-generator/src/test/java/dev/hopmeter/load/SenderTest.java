package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class SenderTest {

    private static final long START = 1_000_000_000_000L;

    private final TestClock clock = new TestClock(START - 5_000_000);
    private final Recorder recorder = new Recorder(clock, "run", 1, 1, trail -> {}, Recorder.Replies.ignored());
    private final List<Trail> placed = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private long stallNanos;

    @Test
    void eachEventCarriesThePlannedMomentAndIsSentAtItWithinTheWatch() throws InterruptedException {
        run(4_096, clock::advance);
        assertThat(placed).hasSize(10);
        for (int i = 0; i < placed.size(); i++) {
            long due = START + i * 10_000_000L;
            assertThat(stamp(i, Stamp.INTENDED)).isEqualTo(due);
            assertThat(stamp(i, Stamp.SENT) - due).isBetween(0L, 10L);
        }
    }

    @Test
    void aSenderThatWasHeldUpCatchesUpAndKeepsThePlan() throws InterruptedException {
        stallNanos = 35_000_000;
        run(4_096, clock::advance);
        assertThat(stamp(4, Stamp.SENT) - stamp(4, Stamp.INTENDED)).isGreaterThan(20_000_000L);
        for (int i = 0; i < placed.size(); i++) {
            assertThat(stamp(i, Stamp.INTENDED)).isEqualTo(START + i * 10_000_000L);
        }
        assertThat(stamp(9, Stamp.SENT) - stamp(9, Stamp.INTENDED)).isLessThan(10L);
    }

    @Test
    void sleepsThatEndEarlyAreSleptAgain() throws InterruptedException {
        run(4_096, nanos -> clock.advance(nanos / 3 + 1));
        assertThat(stamp(9, Stamp.SENT) - stamp(9, Stamp.INTENDED)).isBetween(0L, 10L);
    }

    @Test
    void anEventThatFindsThePoolFullIsNotPlacedAndKeepsItsNumber() throws InterruptedException {
        run(3, clock::advance);
        assertThat(events).extracting(Event::number).containsExactly(0, 1, 2);
        assertThat(recorder.inFlight()).isEqualTo(3);
    }

    @Test
    void anInterruptEndsTheSending() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> run(4_096, clock::advance)).isInstanceOf(InterruptedException.class);
        assertThat(placed).isEmpty();
    }

    private void run(int mostInFlight, LongConsumer sleep) throws InterruptedException {
        Driver driver = new NoDriver() {
            @Override
            public void send(Event event, Trail trail) {
                events.add(event);
                placed.add(trail);
                if (event.number() == 3) {
                    clock.advance(stallNanos);
                }
            }
        };
        FireTimes times = FireTimes.of(Arrivals.UNIFORM, 100, Duration.ofMillis(100), 1);
        new Sender(clock, sleep, driver, recorder, Workload.JOURNEY, mostInFlight)
                .run(times, START, new OrderMix("run", 1, 0), new Probes(0, 1));
    }

    private long stamp(int index, Stamp stamp) {
        return placed.get(index).at(stamp).orElseThrow();
    }

    private abstract static class NoDriver implements Driver {

        @Override
        public void open(Receiver receiver) {}

        @Override
        public void attach(int subscriber, Interest interest) {}

        @Override
        public void detach(int subscriber) {}

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void close() {}
    }
}
