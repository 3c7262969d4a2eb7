package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
    private volatile long measuredFromNanos;
    private volatile long publishedBefore;

    EventFlow(EpochClock clock, EventMix events, double perSecond, Publishing publishing, Faults faults) {
        this.clock = clock;
        this.events = events;
        this.perSecond = perSecond;
        this.publishing = publishing;
        this.faults = faults;
    }

    void start() {
        beginNanos = clock.nanos();
        measuredFromNanos = beginNanos;
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

    /** From now on until the stop the rate counts. */
    void measureFromNow() {
        publishedBefore = published;
        measuredFromNanos = clock.nanos();
    }

    /** Events a second while they counted. */
    double publishedPerSecond() {
        return publishedMeasured() * 1e9 / Math.max(1, endNanos - measuredFromNanos);
    }

    /**
     * What became of the flow, once it was stopped. It speaks against the trial if the events fell behind their rate by more than
     * a trial's own may, as queries are then asked beside less than was planned, or if one was not published.
     *
     * @param events that were sent in all
     * @param unpublished those of them that could not be published
     */
    Finding finding(long events, long unpublished) {
        Duration measured = Duration.ofNanos(endNanos - measuredFromNanos);
        double behindSeconds = measured.toNanos() / 1e9 - publishedMeasured() / perSecond;
        // The one that is due next is never late yet.
        boolean slow = behindSeconds > Verdict.mostBehind(measured).toNanos() / 1e9 + 1 / perSecond;
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("plannedPerSecond", perSecond);
        figures.put("publishedPerSecond", publishedPerSecond());
        figures.put("events", events);
        figures.put("unpublished", unpublished);
        return new Finding(
                "events",
                String.format(
                        Locale.ROOT,
                        "%d events flowed, in the measurement %.1f a second of %.1f that were planned; %d could not be"
                                + " published",
                        events,
                        publishedPerSecond(),
                        perSecond,
                        unpublished),
                figures,
                slow || unpublished > 0);
    }

    private long publishedMeasured() {
        return published - publishedBefore;
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
