package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Events on a thread of its own: one for each key at once, so that each can be asked for, then at a steady rate, each when it
 * is due, until it is stopped. If it ends before, that is a fault.
 */
final class EventFlow {

    private static final String NAME = "event-flow";

    /** Publishes one event that is due at those epoch nanoseconds, without waiting for its acknowledgement. */
    @FunctionalInterface
    interface Publishing {
        void publish(Event event, long dueNanos);
    }

    private final EpochClock clock;
    private final EventMix events;
    private final double perSecond;
    private final Publishing publishing;
    private final Faults faults;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Thread thread = Thread.ofPlatform().unstarted(() -> {});
    private volatile long published;
    private volatile long beginNanos;
    private volatile long endNanos;

    EventFlow(EpochClock clock, EventMix events, double perSecond, Publishing publishing, Faults faults) {
        this.clock = clock;
        this.events = events;
        this.perSecond = perSecond;
        this.publishing = publishing;
        this.faults = faults;
    }

    void start() {
        beginNanos = clock.nanos();
        thread = Thread.ofPlatform().daemon().name(NAME).start(this::flow);
    }

    /** Publishes no more; can be called again. */
    void stop() {
        if (stopping.getCount() > 0) {
            endNanos = clock.nanos();
            stopping.countDown();
        }
    }

    /** Returns once nothing is published any more. */
    void join() throws InterruptedException {
        thread.join();
    }

    /** Events a second from the start to the stop, beyond the first of each key. */
    double publishedPerSecond() {
        return published * 1e9 / Math.max(1, endNanos - beginNanos);
    }

    private void flow() {
        long gap = Math.round(1e9 / perSecond);
        long due = beginNanos;
        try {
            for (int cell = 0; cell < events.keys().size(); cell++) {
                publishing.publish(events.eventOf(cell, cell), due);
            }
            for (int number = events.keys().size(); ; number++) {
                due += gap;
                if (stopping.await(Math.max(0, due - clock.nanos()), TimeUnit.NANOSECONDS)) {
                    return;
                }
                publishing.publish(events.event(number), due);
                published = number - events.keys().size() + 1;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            faults.add("the flow of events was interrupted");
        } catch (RuntimeException e) {
            faults.add("the flow of events ended: " + e);
        }
    }
}
