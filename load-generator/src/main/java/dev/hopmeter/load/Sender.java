package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Places events when they are due, on the thread that calls it, and never waits for an answer. Where it is late it catches
 * up, and each event keeps the moment at which it was due.
 */
final class Sender {

    /**
     * How long before an event is due the thread stops sleeping and watches the clock: about what a sleep overshoots by. With
     * few cores a longer watch would take time from what is measured.
     */
    private static final long WATCH_NANOS = 50_000;

    private static final long LONGEST_SLEEP_NANOS = 100_000_000;

    private final EpochClock clock;
    private final LongConsumer sleep;
    private final Driver driver;
    private final Recorder recorder;
    private final Workload workload;
    private final int mostInFlight;
    private int next;

    /** A sender that sleeps as a thread does. */
    Sender(EpochClock clock, Driver driver, Recorder recorder, Workload workload, int mostInFlight) {
        this(clock, LockSupport::parkNanos, driver, recorder, workload, mostInFlight);
    }

    /**
     * A sender.
     *
     * @param sleep sleeps for about that many nanoseconds
     * @param mostInFlight so many placements may be without an answer; an event that is due then is not sent
     */
    Sender(
            EpochClock clock,
            LongConsumer sleep,
            Driver driver,
            Recorder recorder,
            Workload workload,
            int mostInFlight) {
        this.clock = clock;
        this.sleep = sleep;
        this.driver = driver;
        this.recorder = recorder;
        this.workload = workload;
        this.mostInFlight = mostInFlight;
    }

    /** The number of the next event. */
    int next() {
        return next;
    }

    /**
     * Places the events of a schedule, each when it is due.
     *
     * @param startNanos the start of the schedule, in epoch nanoseconds
     * @throws InterruptedException if the thread is interrupted; the rest is not placed
     */
    void run(FireTimes times, long startNanos, Mix mix, Phase phase) throws InterruptedException {
        for (int i = 0; i < times.count(); i++) {
            long due = startNanos + times.offsetNanos(i);
            Event event = mix.event(next);
            awaitDue(due);
            place(event, due, phase);
        }
    }

    /** Places one event, due at that moment, now; or not at all if too many are in flight. Its number is spent in any case. */
    void place(Event event, long dueNanos, Phase phase) {
        next++;
        if (recorder.inFlight() >= mostInFlight) {
            return;
        }
        recorder.placing();
        long now = clock.nanos();
        phase.sent(event, dueNanos, now);
        driver.send(event, begun(workload, dueNanos, now));
    }

    /** The trail of an event that was due at the one moment and is sent at the other, in epoch nanoseconds. */
    static Trail begun(Workload workload, long dueNanos, long sentNanos) {
        return Trail.of(workload).with(Stamp.INTENDED, dueNanos).with(Stamp.SENT, sentNanos);
    }

    /** Returns at that moment of the clock, or at once if it has passed. */
    void awaitDue(long dueNanos) throws InterruptedException {
        for (long left = dueNanos - clock.nanos(); left > 0; left = dueNanos - clock.nanos()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("the sender was asked to stop");
            }
            if (left > WATCH_NANOS) {
                sleep.accept(Math.min(left - WATCH_NANOS, LONGEST_SLEEP_NANOS));
            } else {
                Thread.onSpinWait();
            }
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("the sender was asked to stop");
        }
    }
}
