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
     * @param means of all events
     * @param band of the events whose total lies about the p99, by rank between p98.5 and p99.5; empty where they are too few
     * @param slowest the one event with the largest total
     */
    record View(Waterfall means, Optional<Waterfall> band, Waterfall slowest) {}

    /**
     * What quantiles are of.
     *
     * @param totals from intended send
     * @param slips the first hop: the load generator's own lateness
     */
    record Spread(Series totals, Series slips) {}

    /**
     * One more event.
     *
     * @param lengths of its hops, which are not changed afterwards
     * @param nowNanos in epoch nanoseconds
     */
    void add(long[] lengths, long nowNanos) {
        Arrived arrived = new Arrived(nowNanos, Arrays.stream(lengths).sum(), lengths);
        synchronized (latest) {
            latest.addLast(arrived);
            if (latest.size() > MOST) {
                latest.removeFirst();
            }
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
        for (Arrived each : since(nowNanos - length.toNanos(), nowNanos)) {
            totals.record(each.total());
            slips.record(each.lengths()[0]);
        }
        return new Spread(totals, slips);
    }

    /** What there is, if there is anything. */
    Optional<View> view(long nowNanos) {
        List<Arrived> all = since(nowNanos - WINDOW.toNanos(), nowNanos);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        all.sort(Comparator.comparingLong(Arrived::total));
        int n = all.size();
        return Optional.of(new View(
                waterfall(all),
                n < Series.LEAST_FOR_P99
                        ? Optional.empty()
                        : Optional.of(waterfall(all.subList(
                                (int) Math.ceil(Measured.BAND_FROM * n) - 1, (int) Math.ceil(Measured.BAND_TO * n)))),
                waterfall(all.subList(n - 1, n))));
    }

    /** Forgets what is too old. */
    private List<Arrived> since(long fromNanos, long nowNanos) {
        List<Arrived> all = new ArrayList<>();
        synchronized (latest) {
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
        }
        return all;
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
