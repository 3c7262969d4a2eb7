package dev.hopmeter.load;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The raw record of a measurement: the stamps of each planned event as they arrived at the measured subscriber, its answer,
 * and which subscribers got it. All memory is taken in advance: 8 bytes for each stamp of the route and 28 more an event.
 *
 * <p>One row an event. A row is written by the sender before the event is placed, then by the measured subscriber's thread;
 * reading it is sound once {@link #deliveredTo} says that it is there.
 */
final class Ledger implements Phase {

    /** What stands where a stamp is missing. */
    static final long ABSENT = Long.MIN_VALUE;

    private static final int ACKNOWLEDGED = 1;
    private static final int REFUSED = 2;
    private static final int UNANSWERED = 3;

    private final Route route;
    private final List<Stamp> stamps;
    private final List<Filter> filters;
    private final int first;
    private final int count;
    private final long[] rows;
    private final AtomicLongArray expected;
    private final AtomicLongArray seen;
    private final AtomicLongArray answeredAt;
    private final AtomicIntegerArray answers;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong outstanding = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong otherDuplicates = new AtomicLong();
    private final AtomicLong extra = new AtomicLong();
    private final AtomicLong reordered = new AtomicLong();
    private final Map<Integer, AtomicLong> refusals = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> unansweredWhy = new ConcurrentHashMap<>();
    private volatile int greatest = -1;

    /**
     * An empty record.
     *
     * @param filters of the subscribers, by their number; the first lets everything pass
     * @param first the number of the first event
     * @param count how many events are planned
     */
    Ledger(Route route, List<Filter> filters, int first, int count) {
        this.route = route;
        this.stamps = route.stamps();
        this.filters = filters;
        this.first = first;
        this.count = count;
        this.rows = new long[Math.multiplyExact(count, stamps.size())];
        Arrays.fill(rows, ABSENT);
        this.expected = new AtomicLongArray(count);
        this.seen = new AtomicLongArray(count);
        this.answeredAt = new AtomicLongArray(count);
        this.answers = new AtomicIntegerArray(count);
    }

    @Override
    public int first() {
        return first;
    }

    @Override
    public void sent(Event event, long intendedNanos, long sentNanos) {
        int row = event.number() - first;
        rows[row * stamps.size()] = intendedNanos;
        rows[row * stamps.size() + 1] = sentNanos;
        long matching = 0;
        for (int i = 0; i < filters.size(); i++) {
            if (filters.get(i)
                    .matches(
                            event.draft().region(),
                            event.draft().kind(),
                            event.draft().amount())) {
                matching |= 1L << i;
            }
        }
        expected.set(row, matching);
        outstanding.addAndGet(Long.bitCount(matching));
        sent.incrementAndGet();
    }

    @Override
    public void delivered(int number, int subscriber, Trail trail, long deliveredNanos) {
        int row = number - first;
        if (row >= count) {
            extra.incrementAndGet();
            return;
        }
        long bit = 1L << subscriber;
        if (subscriber == Recorder.MEASURED && (seen.get(row) & bit) == 0) {
            write(row, trail);
        }
        boolean again = (seen.getAndUpdate(row, bits -> bits | bit) & bit) != 0;
        if ((expected.get(row) & bit) == 0) {
            extra.incrementAndGet();
        } else if (again) {
            (subscriber == Recorder.MEASURED ? duplicates : otherDuplicates).incrementAndGet();
        } else {
            if (subscriber == Recorder.MEASURED) {
                inOrder(row);
                delivered.incrementAndGet();
            }
            outstanding.decrementAndGet();
        }
    }

    @Override
    public void answered(int number, Answer answer, long answeredNanos) {
        int row = number - first;
        answeredAt.set(row, answeredNanos);
        switch (answer) {
            case Answer.Acknowledged _ -> answers.set(row, ACKNOWLEDGED);
            case Answer.Refused refused -> {
                answers.set(row, REFUSED);
                refusals.computeIfAbsent(refused.status(), status -> new AtomicLong())
                        .incrementAndGet();
            }
            case Answer.Unanswered unanswered -> {
                answers.set(row, UNANSWERED);
                unansweredWhy
                        .computeIfAbsent(kindOf(unanswered.why()), why -> new AtomicLong())
                        .incrementAndGet();
            }
        }
    }

    Route route() {
        return route;
    }

    /** How many events are planned. */
    int count() {
        return count;
    }

    int subscribers() {
        return filters.size();
    }

    long sent() {
        return sent.get();
    }

    long delivered() {
        return delivered.get();
    }

    /** Deliveries that are still to come, over all subscribers, of the events sent so far. */
    long outstanding() {
        return outstanding.get();
    }

    /** Second and later deliveries to the measured subscriber. */
    long duplicates() {
        return duplicates.get();
    }

    /** Second and later deliveries to the others. */
    long otherDuplicates() {
        return otherDuplicates.get();
    }

    /** Deliveries to a subscriber whose filter the order does not pass. */
    long extra() {
        return extra.get();
    }

    /** Events that arrived at the measured subscriber after one that was due later. */
    long reordered() {
        return reordered.get();
    }

    /** How many placements were refused, by HTTP status. */
    Map<Integer, Long> refusals() {
        Map<Integer, Long> counts = new TreeMap<>();
        refusals.forEach((status, n) -> counts.put(status, n.get()));
        return counts;
    }

    /** How many placements had no answer, by what was the matter. */
    Map<String, Long> unansweredWhy() {
        Map<String, Long> counts = new TreeMap<>();
        unansweredWhy.forEach((why, n) -> counts.put(why, n.get()));
        return counts;
    }

    boolean wasSent(int row) {
        return rows[row * stamps.size() + 1] != ABSENT;
    }

    boolean deliveredTo(int row, int subscriber) {
        return (seen.get(row) & 1L << subscriber) != 0;
    }

    boolean expectedAt(int row, int subscriber) {
        return (expected.get(row) & 1L << subscriber) != 0;
    }

    boolean acknowledged(int row) {
        return answers.get(row) == ACKNOWLEDGED;
    }

    boolean refused(int row) {
        return answers.get(row) == REFUSED;
    }

    boolean unanswered(int row) {
        return answers.get(row) == UNANSWERED;
    }

    /** When the answer came, in epoch nanoseconds; 0 if none did. */
    long answeredAt(int row) {
        return answeredAt.get(row);
    }

    /** The stamp at that place of the route, in epoch nanoseconds, or {@link #ABSENT}. */
    long stamp(int row, int place) {
        return rows[row * stamps.size() + place];
    }

    /** Whether every stamp of the route is there. */
    boolean whole(int row) {
        for (int place = 0; place < stamps.size(); place++) {
            if (stamp(row, place) == ABSENT) {
                return false;
            }
        }
        return true;
    }

    /** The last stamp minus the first, in nanoseconds; both must be there. */
    long total(int row) {
        return Math.subtractExact(stamp(row, stamps.size() - 1), stamp(row, 0));
    }

    private void write(int row, Trail trail) {
        for (int place = 0; place < stamps.size(); place++) {
            rows[row * stamps.size() + place] = trail.at(stamps.get(place)).orElse(ABSENT);
        }
    }

    /** Called by the measured subscriber's thread alone. */
    private void inOrder(int row) {
        if (row < greatest) {
            reordered.incrementAndGet();
        } else {
            greatest = row;
        }
    }

    private static String kindOf(String why) {
        String line = why.lines().findFirst().orElse("no reason given");
        return line.length() <= 120 ? line : line.substring(0, 120);
    }
}
