package dev.hopmeter.load;

import dev.hopmeter.contract.Route;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The events that arrived lately with every stamp of their route: what of the hops adds up to the total, as hops and total
 * are those of the same events. Safe for use by many threads.
 */
final class Recent {

    /** How far back it goes. */
    static final Duration WINDOW = Duration.ofSeconds(60);

    /** Of more, only the latest are kept. */
    static final int MOST = 20_000;

    private final int hops;
    private final Deque<Arrived> latest = new ArrayDeque<>();
    private long sinceNanos;
    private volatile boolean skipped = true;

    Recent(Route route) {
        this.hops = route.hops().size();
    }

    @SuppressWarnings("ArrayRecordComponent") // one owner, never compared, never changed
    private record Arrived(long atNanos, long total, long[] lengths) {}

    /**
     * Hops in route order, in nanoseconds; their sum is the total that stands beside them, but for rounding.
     *
     * @param events how many they are the mean of
     */
    record Waterfall(int events, double total, List<Double> hops) {}

    /**
     * What it holds at one moment.
     *
     * @param held so far back all that arrived is among them, at most {@link #WINDOW}
     * @param means of all events
     * @param band of the events whose total lies about the p99, by rank between p98.5 and p99.5; empty where they are too few
     * @param slowest the one event with the largest total
     */
    record View(Duration held, Waterfall means, Optional<Waterfall> band, Waterfall slowest) {}

    /**
     * What quantiles are of.
     *
     * @param held so far back all that arrived is among them, at most as far as was asked for
     * @param totals from intended send
     * @param slips the first hop: the load generator's own lateness
     */
    record Spread(Duration held, Series totals, Series slips) {}

    /**
     * One more event.
     *
     * @param lengths of its hops, which are not changed afterwards
     * @param nowNanos in epoch nanoseconds
     */
    void add(long[] lengths, long nowNanos) {
        Arrived arrived = new Arrived(nowNanos, Arrays.stream(lengths).sum(), lengths);
        synchronized (latest) {
            afterAGap(nowNanos);
            latest.addLast(arrived);
            if (latest.size() > MOST) {
                sinceNanos = latest.removeFirst().atNanos();
            }
        }
    }

    /** An event arrived that is not to be kept; nor is what was kept before, as some would be missing after it. */
    void skip() {
        if (!skipped) {
            skipped = true;
        }
    }

    /** Forgets what lies before a gap. Called with the lock held. */
    private void afterAGap(long nowNanos) {
        if (skipped) {
            skipped = false;
            latest.clear();
            sinceNanos = nowNanos;
        }
    }

    /**
     * Totals and slips of those that arrived in the last moments, for quantiles.
     *
     * @param length how far back, at most {@link #WINDOW}
     */
    Spread spread(Duration length, long nowNanos) {
        Series totals = new Series();
        Series slips = new Series();
        Kept kept = kept(length, nowNanos);
        for (Arrived each : kept.events()) {
            totals.record(each.total());
            slips.record(each.lengths()[0]);
        }
        return new Spread(kept.held(), totals, slips);
    }

    /** What there is, if there is anything. */
    Optional<View> view(long nowNanos) {
        Kept kept = kept(WINDOW, nowNanos);
        List<Arrived> all = kept.events();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        all.sort(Comparator.comparingLong(Arrived::total));
        int n = all.size();
        return Optional.of(new View(
                kept.held(),
                waterfall(all),
                n < Series.LEAST_FOR_P99
                        ? Optional.empty()
                        : Optional.of(waterfall(all.subList(
                                (int) Math.ceil(Measured.BAND_FROM * n) - 1, (int) Math.ceil(Measured.BAND_TO * n)))),
                waterfall(all.subList(n - 1, n))));
    }

    private record Kept(Duration held, List<Arrived> events) {}

    /** Those of the last moments; forgets what is too old. */
    private Kept kept(Duration length, long nowNanos) {
        long fromNanos = nowNanos - length.toNanos();
        List<Arrived> all = new ArrayList<>();
        synchronized (latest) {
            afterAGap(nowNanos);
            Arrived oldest = latest.peekFirst();
            while (oldest != null && oldest.atNanos() < nowNanos - WINDOW.toNanos()) {
                latest.removeFirst();
                oldest = latest.peekFirst();
            }
            Iterator<Arrived> newestFirst = latest.descendingIterator();
            while (newestFirst.hasNext()) {
                Arrived each = newestFirst.next();
                if (each.atNanos() < fromNanos) {
                    break;
                }
                all.add(each);
            }
            return new Kept(Duration.ofNanos(nowNanos - Math.clamp(sinceNanos, fromNanos, nowNanos)), all);
        }
    }

    private Waterfall waterfall(List<Arrived> events) {
        double[] means = new double[hops];
        double total = 0;
        for (Arrived event : events) {
            total += (double) event.total() / events.size();
            for (int hop = 0; hop < hops; hop++) {
                means[hop] += (double) event.lengths()[hop] / events.size();
            }
        }
        return new Waterfall(events.size(), total, Arrays.stream(means).boxed().toList());
    }
}
