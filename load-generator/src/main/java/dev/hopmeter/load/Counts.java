package dev.hopmeter.load;

import dev.hopmeter.contract.Stamp;
import java.util.List;
import java.util.Map;

/**
 * What became of the events of a measurement, and of their deliveries to the measured subscribers. Where each event has one
 * delivery, "delivery" and "event" mean the same.
 *
 * @param planned events in the schedule
 * @param sent events that were placed; the rest found the pool of placements full
 * @param acknowledged placements that were answered with success
 * @param refused placements that were answered with an error
 * @param refusedByStatus the same, by HTTP status
 * @param unanswered placements without an answer
 * @param unansweredWhy the same, by what was the matter
 * @param due deliveries that the planned events are due to make
 * @param delivered those of them that came at least once
 * @param lost those that did not come by the end of the wait
 * @param acknowledgedLost those of the lost whose event was acknowledged
 * @param duplicate second and later arrivals of a delivery
 * @param late deliveries that came, and later than the deadline
 * @param reordered deliveries that came to their subscriber after one that was due later
 * @param negative hops of negative length, over all hops
 * @param incomplete deliveries that came without a stamp of their route
 * @param beforeAcknowledged deliveries that came before their event was answered
 * @param othersExpected deliveries due to the other subscribers
 * @param othersDelivered those of them that came
 * @param missing those that did not
 * @param extra deliveries, to any subscriber, of events that are not for it
 * @param othersDuplicate second and later deliveries to the others
 */
record Counts(
        long planned,
        long sent,
        long acknowledged,
        long refused,
        Map<Integer, Long> refusedByStatus,
        long unanswered,
        Map<String, Long> unansweredWhy,
        long due,
        long delivered,
        long lost,
        long acknowledgedLost,
        long duplicate,
        long late,
        long reordered,
        long negative,
        long incomplete,
        long beforeAcknowledged,
        long othersExpected,
        long othersDelivered,
        long missing,
        long extra,
        long othersDuplicate) {

    /** Counts a finished measurement's events; the deadline in nanoseconds after the intended send. */
    static Counts of(Ledger ledger, long deadlineNanos) {
        List<Stamp> stamps = ledger.route().stamps();
        int last = stamps.size() - 1;
        long acknowledged = 0;
        long refused = 0;
        long unanswered = 0;
        long lost = 0;
        long acknowledgedLost = 0;
        long late = 0;
        long negative = 0;
        long incomplete = 0;
        long beforeAcknowledged = 0;
        long othersExpected = 0;
        long othersDelivered = 0;
        for (int event = 0; event < ledger.count(); event++) {
            acknowledged += ledger.acknowledged(event) ? 1 : 0;
            refused += ledger.refused(event) ? 1 : 0;
            unanswered += ledger.unanswered(event) ? 1 : 0;
            for (int other = 0; other < ledger.others(); other++) {
                if (ledger.dueToOther(event, other)) {
                    othersExpected++;
                    othersDelivered += ledger.deliveredToOther(event, other) ? 1 : 0;
                }
            }
        }
        for (int row = 0; row < ledger.rows(); row++) {
            int event = ledger.eventOf(row);
            if (!ledger.delivered(row)) {
                lost++;
                acknowledgedLost += ledger.acknowledged(event) ? 1 : 0;
            } else if (!ledger.whole(row)) {
                incomplete++;
            } else {
                late += ledger.total(row) > deadlineNanos ? 1 : 0;
                beforeAcknowledged +=
                        ledger.acknowledged(event) && ledger.stamp(row, last) < ledger.answeredAt(event) ? 1 : 0;
                for (int place = 1; place <= last; place++) {
                    negative += ledger.stamp(row, place) < ledger.stamp(row, place - 1) ? 1 : 0;
                }
            }
        }
        return new Counts(
                ledger.count(),
                ledger.sent(),
                acknowledged,
                refused,
                ledger.refusals(),
                unanswered,
                ledger.unansweredWhy(),
                ledger.rows(),
                ledger.delivered(),
                lost,
                acknowledgedLost,
                ledger.duplicates(),
                late,
                ledger.reordered(),
                negative,
                incomplete,
                beforeAcknowledged,
                othersExpected,
                othersDelivered,
                othersExpected - othersDelivered,
                ledger.extra(),
                ledger.otherDuplicates());
    }
}
