package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.IntToLongFunction;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static final Duration MOST = Duration.ofSeconds(60);
    private static final long MILLI = 1_000_000;

    @Test
    void aFastStackIsWarmAfterHeatAndSixOrSevenSlices() throws InterruptedException {
        Simulation simulation = new Simulation(order -> 2 * MILLI);
        WarmUp.Outcome outcome = simulation.warmUp(100, WarmUpPlan.untilSettled(MOST));
        assertThat(outcome.settled()).isTrue();
        assertThat(outcome.length()).isBetween(Duration.ofSeconds(12), Duration.ofMillis(13_500));
        assertThat(outcome.events()).isBetween(3_600, 3_800);
    }

    @Test
    void aColdStackIsDrivenAsFastAsItGoesAndNeverPilesUpOrders() throws InterruptedException {
        Simulation simulation = new Simulation(order -> Math.max(2 * MILLI, 100 * MILLI - order * MILLI / 5));
        WarmUp.Outcome outcome = simulation.warmUp(100, WarmUpPlan.untilSettled(MOST));
        assertThat(simulation.mostQueued).isLessThanOrEqualTo(33);
        assertThat(outcome.settled()).isTrue();
        assertThat(outcome.length()).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(50));
        assertThat(outcome.p50Nanos().getLast()).isLessThan(5 * MILLI);
    }

    @Test
    void aStackIsHeatedAsLongAsItCompiles() throws InterruptedException {
        Simulation simulation = new Simulation(order -> 2 * MILLI);
        long begun = simulation.nanos();
        simulation.compiling = now -> now < begun + 30_000 * MILLI;
        WarmUp.Outcome outcome = simulation.warmUp(100, WarmUpPlan.untilSettled(MOST));
        assertThat(outcome.settled()).isTrue();
        assertThat(outcome.length()).isBetween(Duration.ofSeconds(36), Duration.ofMillis(38_500));
    }

    @Test
    void aStackThatNeverKeepsUpDoesNotSettle() throws InterruptedException {
        Simulation simulation = new Simulation(order -> 50 * MILLI);
        WarmUp.Outcome outcome = simulation.warmUp(100, WarmUpPlan.untilSettled(MOST));
        assertThat(outcome.settled()).isFalse();
        assertThat(outcome.checked()).isTrue();
        assertThat(outcome.length()).isBetween(MOST, MOST.plusSeconds(12));
        assertThat(simulation.mostQueued).isLessThan(100);
    }

    @Test
    void aFixedWarmUpLastsThatLongAtTheTrialsRateAndChecksNothing() throws InterruptedException {
        Simulation simulation = new Simulation(order -> 2 * MILLI);
        WarmUp.Outcome outcome = simulation.warmUp(100, WarmUpPlan.lasting(Duration.ofSeconds(3)));
        assertThat(outcome.checked()).isFalse();
        assertThat(outcome.events()).isEqualTo(300);
        assertThat(outcome.length()).isBetween(Duration.ofMillis(2_990), Duration.ofSeconds(3));
    }

    /** A backend that takes one order after the other, on a clock of its own: minutes pass in no time. */
    private static final class Simulation implements Driver, EpochClock {

        private final IntToLongFunction serviceNanos;
        private final Queue<Taken> queue = new ArrayDeque<>();
        private final Recorder recorder = new Recorder(this, "run", 1, 1, trail -> {}, Recorder.Replies.ignored());
        private long now = 1_700_000_000_000_000_000L;
        private long freeAt = now;
        private int orders;
        private int mostQueued;
        private LongPredicate compiling = now -> false;

        Simulation(IntToLongFunction serviceNanos) {
            this.serviceNanos = serviceNanos;
        }

        WarmUp.Outcome warmUp(double rate, WarmUpPlan warmUp) throws InterruptedException {
            TrialPlan plan = new TrialPlan(
                    Backend.IN_MEMORY,
                    Workload.JOURNEY,
                    rate,
                    Duration.ofSeconds(1),
                    Arrivals.UNIFORM,
                    warmUp,
                    Audience.of(0),
                    100,
                    Duration.ofSeconds(10),
                    TrialPlan.IN_FLIGHT,
                    1);
            Sender sender = new Sender(this, this::sleep, this, recorder, plan.workload(), plan.mostInFlight());
            Mix mix = new OrderMix("run", 1, 0);
            WarmUpSlices slices = new WarmUpSlices(0, mix);
            recorder.begin(slices);
            return new WarmUp(this, this::sleep, plan, sender, recorder, mix, slices, compiling).run();
        }

        @Override
        public long nanos() {
            now += 1_000;
            return now;
        }

        @Override
        public void send(Event event, Trail trail) {
            freeAt = Math.max(now, freeAt) + serviceNanos.applyAsLong(orders++);
            queue.add(new Taken(event, trail, freeAt));
            mostQueued = Math.max(mostQueued, queue.size());
        }

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

        private void sleep(long nanos) {
            long end = now + nanos;
            while (!queue.isEmpty() && queue.peek().doneAt() <= end) {
                Taken taken = queue.remove();
                now = Math.max(now, taken.doneAt());
                recorder.acknowledged(taken.event().number());
                recorder.delivered(
                        0,
                        "{\"trail\":\"" + taken.trail().text() + "\",\"order\":{\"idempotencyKey\":\""
                                + taken.event().key() + "\"}}");
            }
            now = Math.max(now, end);
        }

        private record Taken(Event event, Trail trail, long doneAt) {}
    }
}
