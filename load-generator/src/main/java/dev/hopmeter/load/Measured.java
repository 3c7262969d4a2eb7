package dev.hopmeter.load;

import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * What a measurement comes to: every hop, the total, and what lies between them. All of it, but the annotation, is of one
 * population: the events that arrived with every stamp; those that did not arrive count in quantiles of totals as later than
 * the deadline.
 */
final class Measured {

    /** By rank, the band about the p99 begins here. */
    static final double BAND_FROM = 0.985;

    /** It ends here. */
    static final double BAND_TO = 0.995;

    private final Route route;
    private final Counts counts;
    private final List<Series> hops = new ArrayList<>();
    private final Series total = new Series();
    private final Series totalFromSend = new Series();
    private final Map<Hop, Series> spans = new LinkedHashMap<>();
    private final Series acknowledged = new Series();
    private final Optional<PerEvent> perEvent;
    private final Optional<Band> band;

    private Measured(Ledger ledger, long deadlineNanos) {
        route = ledger.route();
        counts = Counts.of(ledger, deadlineNanos);
        route.hops().forEach(hop -> hops.add(new Series()));
        spansOf(route).forEach(span -> spans.put(span, new Series()));
        for (int event = 0; event < ledger.count(); event++) {
            if (ledger.acknowledged(event)) {
                acknowledged.record(ledger.answeredAt(event) - ledger.sentAt(event));
            }
        }
        for (int row = 0; row < ledger.rows(); row++) {
            record(ledger, row, deadlineNanos);
        }
        perEvent = ledger.oneEach() ? Optional.empty() : Optional.of(PerEvent.of(ledger, deadlineNanos));
        band = total.ranked() < Series.LEAST_FOR_P99 || total.bounded(BAND_TO)
                ? Optional.empty()
                : Optional.of(band(ledger));
    }

    /** Evaluates a finished measurement; the deadline in nanoseconds after the intended send. */
    static Measured of(Ledger ledger, long deadlineNanos) {
        return new Measured(ledger, deadlineNanos);
    }

    /**
     * The events whose total lies about the p99, by rank between p98.5 and p99.5.
     *
     * @param count how many
     * @param hopSums the exact sum of each hop over them, in route order
     * @param totalSum the exact sum of their totals, which is that of the hops' sums
     * @param fromNanos the least total among them
     * @param toNanos the largest
     */
    record Band(long count, long[] hopSums, long totalSum, long fromNanos, long toNanos) {

        /** The hop's part of the band's time; over all hops these add up to 1. */
        double share(int hop) {
            return (double) hopSums[hop] / totalSum;
        }
    }

    /**
     * From an event's intended send to its deliveries, over the events that have any.
     *
     * @param first until the first of them
     * @param median until half of them, rounded up
     * @param last until all of them; lost ones count as later than the deadline
     */
    record PerEvent(Series first, Series median, Series last) {

        private static PerEvent of(Ledger ledger, long deadlineNanos) {
            PerEvent lengths = new PerEvent(new Series(), new Series(), new Series());
            for (int event = 0; event < ledger.count(); event++) {
                int from = ledger.firstRow(event);
                int to = ledger.firstRow(event + 1);
                long[] totals = IntStream.range(from, to)
                        .mapToLong(row -> counted(ledger, row) ? ledger.total(row) : Long.MAX_VALUE)
                        .sorted()
                        .toArray();
                if (totals.length > 0) {
                    record(lengths.first, totals[0], deadlineNanos);
                    record(lengths.median, totals[(totals.length - 1) / 2], deadlineNanos);
                    record(lengths.last, totals[totals.length - 1], deadlineNanos);
                }
            }
            return lengths;
        }

        private static void record(Series series, long total, long deadlineNanos) {
            if (total == Long.MAX_VALUE) {
                series.recordAtLeast(deadlineNanos);
            } else {
                series.record(total);
            }
        }
    }

    Route route() {
        return route;
    }

    Counts counts() {
        return counts;
    }

    /** One series for each hop, in route order. */
    List<Series> hops() {
        return hops;
    }

    /** The hop's part of the total's mean; over all hops these add up to 1. Empty if nothing arrived. */
    OptionalDouble shareOfMean(int hop) {
        return total.sum() == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) hops.get(hop).sum() / total.sum());
    }

    /** From intended send to delivery. */
    Series total() {
        return total;
    }

    /** From actual send to delivery. */
    Series totalFromSend() {
        return totalFromSend;
    }

    /** Intervals of interest that span several hops. */
    Map<Hop, Series> spans() {
        return spans;
    }

    /** From actual send to the answer of success. */
    Series acknowledged() {
        return acknowledged;
    }

    /** Absent where each event has one delivery. */
    Optional<PerEvent> perEvent() {
        return perEvent;
    }

    /** Absent where there are too few events for a p99. */
    Optional<Band> band() {
        return band;
    }

    private void record(Ledger ledger, int row, long deadlineNanos) {
        if (!ledger.delivered(row)) {
            total.recordAtLeast(deadlineNanos);
            totalFromSend.recordAtLeast(deadlineNanos);
            spans.forEach((span, series) -> {
                if (span.to() == Stamp.DELIVERED) {
                    series.recordAtLeast(deadlineNanos);
                }
            });
            return;
        }
        if (!ledger.whole(row)) {
            return;
        }
        for (int hop = 0; hop < hops.size(); hop++) {
            hops.get(hop).record(ledger.stamp(row, hop + 1) - ledger.stamp(row, hop));
        }
        total.record(ledger.total(row));
        totalFromSend.record(ledger.total(row) - (ledger.stamp(row, 1) - ledger.stamp(row, 0)));
        List<Stamp> stamps = route.stamps();
        spans.forEach((span, series) -> series.record(
                ledger.stamp(row, stamps.indexOf(span.to())) - ledger.stamp(row, stamps.indexOf(span.from()))));
    }

    private Band band(Ledger ledger) {
        long[] totals = new long[Math.toIntExact(total.count())];
        int n = 0;
        for (int row = 0; row < ledger.rows(); row++) {
            if (counted(ledger, row)) {
                totals[n++] = ledger.total(row);
            }
        }
        Arrays.sort(totals);
        long from = totals[Math.toIntExact(Series.rank(BAND_FROM, total.ranked())) - 1];
        long to = totals[Math.toIntExact(Series.rank(BAND_TO, total.ranked())) - 1];
        long[] sums = new long[hops.size()];
        long sum = 0;
        long inside = 0;
        for (int row = 0; row < ledger.rows(); row++) {
            if (counted(ledger, row) && ledger.total(row) >= from && ledger.total(row) <= to) {
                inside++;
                sum = Math.addExact(sum, ledger.total(row));
                for (int hop = 0; hop < sums.length; hop++) {
                    sums[hop] = Math.addExact(sums[hop], ledger.stamp(row, hop + 1) - ledger.stamp(row, hop));
                }
            }
        }
        return new Band(inside, sums, sum, from, to);
    }

    private static boolean counted(Ledger ledger, int row) {
        return ledger.delivered(row) && ledger.whole(row);
    }

    /** Placing and telling, as far as the route has a commit between them. */
    private static List<Hop> spansOf(Route route) {
        return route.stamps().contains(Stamp.COMMITTED)
                ? List.of(new Hop(Stamp.SENT, Stamp.COMMITTED), new Hop(Stamp.COMMITTED, Stamp.DELIVERED))
                : List.of();
    }
}
