package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** The events of a warm-up, by the slice that each was due in. */
final class WarmUpSlices implements Phase {

    private final int first;
    private final Mix mix;
    private final List<Slice> slices = new ArrayList<>();
    private final AtomicLong due = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    /** No slice yet; events before the first one are only counted. */
    WarmUpSlices(int first, Mix mix) {
        this.first = first;
        this.mix = mix;
    }

    @Override
    public int first() {
        return first;
    }

    @Override
    public void sent(Event event, long intendedNanos, long sentNanos) {
        int deliveries = measured(event);
        due.addAndGet(deliveries);
        synchronized (slices) {
            if (!slices.isEmpty()) {
                slices.getLast().sent(deliveries, sentNanos);
            }
        }
    }

    @Override
    public void delivered(int number, int subscriber, Trail trail, long deliveredNanos) {
        if (subscriber >= mix.measured()) {
            return;
        }
        delivered.incrementAndGet();
        synchronized (slices) {
            for (int i = slices.size() - 1; i >= 0; i--) {
                if (number >= slices.get(i).first) {
                    slices.get(i).record(trail);
                    return;
                }
            }
        }
    }

    @Override
    public void answered(int number, Answer answer, long answeredNanos) {
        if (!(answer instanceof Answer.Acknowledged)) {
            failed.incrementAndGet();
        }
    }

    private int measured(Event event) {
        int measured = 0;
        for (int subscriber : mix.recipients(event)) {
            measured += subscriber < mix.measured() ? 1 : 0;
        }
        return measured;
    }

    /** Placements that were refused or had no answer. */
    long failed() {
        return failed.get();
    }

    /** Begins a slice with the event of that number. */
    void beginSlice(int number) {
        synchronized (slices) {
            slices.add(new Slice(number));
        }
    }

    /** Deliveries to measured subscribers that are due and not there yet. */
    long undelivered() {
        return due.get() - delivered.get();
    }

    long delivered() {
        return delivered.get();
    }

    /**
     * The latencies of the orders of one slice.
     *
     * @param totals from intended send to delivery
     * @param rests the same without the longest interval between two stamps of that order
     */
    record Latencies(Histogram totals, Histogram rests) {}

    /**
     * Latencies of the slices that are done, in order, up to the first that is not: all that was sent in it has arrived, or
     * it is so long ago that the rest will not. A slice that misses a delivery is empty: it shows nothing.
     */
    List<Latencies> done(long nowNanos, long deadlineNanos) {
        synchronized (slices) {
            List<Latencies> done = new ArrayList<>();
            for (Slice slice : slices) {
                long missing = slice.due - slice.totals.getTotalCount();
                if (missing > 0 && nowNanos < slice.lastSentNanos + deadlineNanos) {
                    break;
                }
                done.add(
                        missing > 0
                                ? new Latencies(new Histogram(3), new Histogram(3))
                                : new Latencies(slice.totals.copy(), slice.rests.copy()));
            }
            return done;
        }
    }

    private static final class Slice {

        private final int first;
        private final Histogram totals = new Histogram(3);
        private final Histogram rests = new Histogram(3);
        private long due;
        private long lastSentNanos;

        Slice(int first) {
            this.first = first;
        }

        void sent(int deliveries, long nanos) {
            due += deliveries;
            lastSentNanos = nanos;
        }

        void record(Trail trail) {
            long[] stamps = trail.stamps().stream()
                    .mapToLong(stamp -> trail.at(stamp).orElseThrow())
                    .toArray();
            long total = stamps[stamps.length - 1] - stamps[0];
            long longest = 0;
            for (int i = 1; i < stamps.length; i++) {
                longest = Math.max(longest, stamps[i] - stamps[i - 1]);
            }
            totals.recordValue(Math.max(0, total));
            rests.recordValue(Math.max(0, total - longest));
        }
    }
}
