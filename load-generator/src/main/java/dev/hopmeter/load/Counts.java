package dev.hopmeter.load;

import dev.hopmeter.contract.Stamp;
import java.util.List;
import java.util.Map;

/**
 * What became of the events of a measurement. Without "others", a number is about the measured subscriber.
 *
 * @param planned events in the schedule
 * @param sent events that were placed; the rest found the pool of placements full
 * @param acknowledged placements that were answered with success
 * @param refused placements that were answered with an error
 * @param refusedByStatus the same, by HTTP status
 * @param unanswered placements without an answer
 * @param unansweredWhy the same, by what was the matter
 * @param delivered events that arrived at least once
 * @param lost planned events that did not arrive by the end of the wait
 * @param acknowledgedLost those of them whose placement was acknowledged
 * @param duplicate second and later arrivals of an event
 * @param late events that arrived, and later than the deadline
 * @param reordered events that arrived after one that was due later
 * @param negative hops of negative length, over all hops
 * @param incomplete events that arrived without a stamp of their route
 * @param beforeAcknowledged events that arrived before their placement was answered
 * @param othersExpected deliveries due to the other subscribers
 * @param othersDelivered those of them that came
 * @param missing those that did not
 * @param extra deliveries, to any subscriber, of orders that its filter does not let pass
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
        for (int row = 0; row < ledger.count(); row++) {
            acknowledged += ledger.acknowledged(row) ? 1 : 0;
            refused += ledger.refused(row) ? 1 : 0;
            unanswered += ledger.unanswered(row) ? 1 : 0;
            for (int other = 1; other < ledger.subscribers(); other++) {
                if (ledger.expectedAt(row, other)) {
                    othersExpected++;
                    othersDelivered += ledger.deliveredTo(row, other) ? 1 : 0;
                }
            }
            if (!ledger.deliveredTo(row, Recorder.MEASURED)) {
                lost++;
                acknowledgedLost += ledger.acknowledged(row) ? 1 : 0;
            } else if (!ledger.whole(row)) {
                incomplete++;
            } else {
                late += ledger.total(row) > deadlineNanos ? 1 : 0;
                beforeAcknowledged +=
                        ledger.acknowledged(row) && ledger.stamp(row, last) < ledger.answeredAt(row) ? 1 : 0;
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
