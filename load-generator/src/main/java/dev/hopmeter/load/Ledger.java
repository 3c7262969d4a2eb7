package dev.hopmeter.load;

import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The raw record of a measurement: of each planned event when it was sent and how it was answered, of each delivery that is
 * due to a measured subscriber the stamps as they arrived, and of the other subscribers which events they got. All memory is
 * taken in advance: 48 bytes for each event, and for each delivery 4 and 8 more for each stamp of the route.
 *
 * <p>Rows are deliveries: those of event 0 in rising order of the subscribers, then those of event 1, and so on; where each
 * event has one, a row's number is its event's. A row is written by whichever thread brings its first delivery, and
 * reading it is sound once {@link #delivered(int)} says that it is there. Deliveries to one subscriber may come on many
 * threads, as answers to queries do; the one that is recorded first then came first.
 */
final class Ledger implements Phase {

    /** What stands where a stamp is missing. */
    static final long ABSENT = Long.MIN_VALUE;

    /** A row's delivery has come, and is being written. */
    private static final int COMING = 1;
    /** It can be read. */
    private static final int THERE = 2;

    private static final int ACKNOWLEDGED = 1;
    private static final int REFUSED = 2;
    private static final int UNANSWERED = 3;

    private final Route route;
    private final List<Stamp> stamps;
    private final int measured;
    private final int subscribers;
    private final int first;
    private final int count;
    private final Recipients recipients;
    private final Mix mix;
    private final long[] intended;
    private final long[] sentAt;
    private final long[] rows;
    private final AtomicIntegerArray seen;
    private final AtomicLongArray othersDue;
    private final AtomicLongArray othersSeen;
    private final AtomicLongArray answeredAt;
    private final AtomicIntegerArray answers;
    private final AtomicIntegerArray latest;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong outstanding = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong otherDuplicates = new AtomicLong();
    private final AtomicLong extra = new AtomicLong();
    private final AtomicLong reordered = new AtomicLong();
    private final Map<Integer, AtomicLong> refusals = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> unansweredWhy = new ConcurrentHashMap<>();

    /**
     * An empty record.
     *
     * @param mix says who is to get each event; of the subscribers that are not measured there are at most 64
     * @param first the number of the first event
     * @param count how many events are planned
     * @throws IllegalArgumentException if there are more deliveries than {@link TrialPlan#MOST_EVENTS}
     */
    Ledger(Route route, Mix mix, int first, int count) {
        this.route = route;
        this.stamps = route.stamps();
        this.mix = mix;
        this.measured = mix.measured();
        this.subscribers = mix.subscribers();
        this.first = first;
        this.count = count;
        this.recipients = mix.oneEach() ? new OneEach(count) : Several.of(mix, first, count);
        this.intended = filled(count);
        this.sentAt = filled(count);
        this.rows = filled(Math.multiplyExact(recipients.rows(), stamps.size()));
        this.seen = new AtomicIntegerArray(recipients.rows());
        this.othersDue = new AtomicLongArray(count);
        this.othersSeen = new AtomicLongArray(count);
        this.answeredAt = new AtomicLongArray(count);
        this.answers = new AtomicIntegerArray(count);
        this.latest = new AtomicIntegerArray(measured);
    }

    private static long[] filled(int length) {
        long[] values = new long[length];
        Arrays.fill(values, ABSENT);
        return values;
    }

    @Override
    public int first() {
        return first;
    }

    @Override
    public void sent(Event event, long intendedNanos, long sentNanos) {
        int number = event.number() - first;
        intended[number] = intendedNanos;
        sentAt[number] = sentNanos;
        long others = 0;
        int due = 0;
        for (int subscriber : mix.recipients(event)) {
            if (subscriber < measured) {
                recipients.due(number, subscriber);
                due++;
            } else {
                others |= 1L << (subscriber - measured);
            }
        }
        othersDue.set(number, others);
        outstanding.addAndGet(due + Long.bitCount(others));
        sent.incrementAndGet();
    }

    @Override
    public void delivered(int number, int subscriber, Trail trail, long deliveredNanos) {
        int event = number - first;
        if (event >= count) {
            extra.incrementAndGet();
        } else if (subscriber < measured) {
            deliveredToMeasured(event, subscriber, trail);
        } else {
            deliveredToOther(event, 1L << (subscriber - measured));
        }
    }

    private void deliveredToMeasured(int event, int subscriber, Trail trail) {
        int row = recipients.row(event, subscriber);
        if (row < 0) {
            extra.incrementAndGet();
        } else if (!seen.compareAndSet(row, 0, COMING)) {
            duplicates.incrementAndGet();
        } else {
            for (int place = 0; place < stamps.size(); place++) {
                rows[row * stamps.size() + place] = trail.at(stamps.get(place)).orElse(ABSENT);
            }
            seen.set(row, THERE);
            inOrder(subscriber, event);
            delivered.incrementAndGet();
            outstanding.decrementAndGet();
        }
    }

    private void deliveredToOther(int event, long bit) {
        boolean again = (othersSeen.getAndUpdate(event, bits -> bits | bit) & bit) != 0;
        if ((othersDue.get(event) & bit) == 0) {
            extra.incrementAndGet();
        } else if (again) {
            otherDuplicates.incrementAndGet();
        } else {
            outstanding.decrementAndGet();
        }
    }

    @Override
    public void answered(int number, Answer answer, long answeredNanos) {
        int event = number - first;
        if (event >= count) {
            return;
        }
        answeredAt.set(event, answeredNanos);
        switch (answer) {
            case Answer.Acknowledged _ -> answers.set(event, ACKNOWLEDGED);
            case Answer.Refused refused -> {
                answers.set(event, REFUSED);
                refusals.computeIfAbsent(refused.status(), status -> new AtomicLong())
                        .incrementAndGet();
            }
            case Answer.Unanswered unanswered -> {
                answers.set(event, UNANSWERED);
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

    /** How many subscribers are checked and not measured. */
    int others() {
        return subscribers - measured;
    }

    /** Whether each event has exactly one row. */
    boolean oneEach() {
        return mix.oneEach();
    }

    /** How many deliveries to measured subscribers are planned. */
    int rows() {
        return recipients.rows();
    }

    /** The first row of an event; that of the next event follows its last one. */
    int firstRow(int event) {
        return recipients.firstRow(event);
    }

    /** The event of a row. */
    int eventOf(int row) {
        return recipients.eventOf(row);
    }

    /** The subscriber that a row is due to; -1 if its event was not sent. */
    int subscriberOf(int row) {
        return recipients.subscriberOf(row);
    }

    long sent() {
        return sent.get();
    }

    /** Rows that are there. */
    long delivered() {
        return delivered.get();
    }

    /** Deliveries that are still to come, over all subscribers, of the events sent so far. */
    long outstanding() {
        return outstanding.get();
    }

    /** Second and later deliveries to measured subscribers. */
    long duplicates() {
        return duplicates.get();
    }

    /** Second and later deliveries to the others. */
    long otherDuplicates() {
        return otherDuplicates.get();
    }

    /** Deliveries to a subscriber that the event is not for. */
    long extra() {
        return extra.get();
    }

    /** Deliveries to a measured subscriber after one of an event that was due later. */
    long reordered() {
        return reordered.get();
    }

    /** How many events were refused, by HTTP status. */
    Map<Integer, Long> refusals() {
        Map<Integer, Long> counts = new TreeMap<>();
        refusals.forEach((status, n) -> counts.put(status, n.get()));
        return counts;
    }

    /** How many events had no answer, by what was the matter. */
    Map<String, Long> unansweredWhy() {
        Map<String, Long> counts = new TreeMap<>();
        unansweredWhy.forEach((why, n) -> counts.put(why, n.get()));
        return counts;
    }

    boolean wasSent(int event) {
        return sentAt[event] != ABSENT;
    }

    /** When the event was due, in epoch nanoseconds, or {@link #ABSENT} if it was not sent. */
    long intended(int event) {
        return intended[event];
    }

    /** When it was sent, likewise. */
    long sentAt(int event) {
        return sentAt[event];
    }

    boolean delivered(int row) {
        return seen.get(row) == THERE;
    }

    /** Whether an event is due to one of the others, numbered from 0. */
    boolean dueToOther(int event, int other) {
        return (othersDue.get(event) & 1L << other) != 0;
    }

    boolean deliveredToOther(int event, int other) {
        return (othersSeen.get(event) & 1L << other) != 0;
    }

    boolean acknowledged(int event) {
        return answers.get(event) == ACKNOWLEDGED;
    }

    boolean refused(int event) {
        return answers.get(event) == REFUSED;
    }

    boolean unanswered(int event) {
        return answers.get(event) == UNANSWERED;
    }

    /** When the answer came, in epoch nanoseconds; 0 if none did. */
    long answeredAt(int event) {
        return answeredAt.get(event);
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

    private void inOrder(int subscriber, int event) {
        if (event + 1 < latest.getAndAccumulate(subscriber, event + 1, Math::max)) {
            reordered.incrementAndGet();
        }
    }

    private static String kindOf(String why) {
        String line = why.lines().findFirst().orElse("no reason given");
        return line.length() <= 120 ? line : line.substring(0, 120);
    }

    /** Which measured subscribers each event is for, and in which row. */
    private sealed interface Recipients {

        int rows();

        /** The event is sent, and due to that subscriber. */
        void due(int event, int subscriber);

        /** -1 if the event is not for that subscriber. */
        int row(int event, int subscriber);

        int firstRow(int event);

        int eventOf(int row);

        int subscriberOf(int row);
    }

    /** One delivery for each event, to a subscriber that is known once the event is sent. */
    private static final class OneEach implements Recipients {

        private final AtomicIntegerArray subscribers;

        OneEach(int count) {
            subscribers = new AtomicIntegerArray(count);
        }

        @Override
        public int rows() {
            return subscribers.length();
        }

        @Override
        public void due(int event, int subscriber) {
            subscribers.set(event, subscriber + 1);
        }

        @Override
        public int row(int event, int subscriber) {
            return subscribers.get(event) == subscriber + 1 ? event : -1;
        }

        @Override
        public int firstRow(int event) {
            return event;
        }

        @Override
        public int eventOf(int row) {
            return row;
        }

        @Override
        public int subscriberOf(int row) {
            return subscribers.get(row) - 1;
        }
    }

    /** Any number of deliveries for each event, all known in advance. */
    @SuppressWarnings("ArrayRecordComponent") // one owner, never compared, never changed
    private record Several(int[] offsets, int[] subscribers) implements Recipients {

        static Several of(Mix mix, int first, int count) {
            int[] offsets = new int[count + 1];
            List<int[]> each = new ArrayList<>(count);
            for (int event = 0; event < count; event++) {
                int[] measured = Arrays.stream(mix.recipients(mix.event(first + event)))
                        .filter(subscriber -> subscriber < mix.measured())
                        .toArray();
                each.add(measured);
                offsets[event + 1] = Math.addExact(offsets[event], measured.length);
            }
            if (offsets[count] > TrialPlan.MOST_EVENTS) {
                throw new IllegalArgumentException("the events make " + offsets[count] + " deliveries, more than "
                        + TrialPlan.MOST_EVENTS + "; lower the rate, the duration, the subscribers or their match");
            }
            return new Several(
                    offsets, each.stream().flatMapToInt(Arrays::stream).toArray());
        }

        @Override
        public int rows() {
            return subscribers.length;
        }

        @Override
        public void due(int event, int subscriber) {
            if (row(event, subscriber) < 0) {
                throw new IllegalStateException("event " + event + " is not the one that was planned");
            }
        }

        @Override
        public int row(int event, int subscriber) {
            int row = Arrays.binarySearch(subscribers, offsets[event], offsets[event + 1], subscriber);
            return row < 0 ? -1 : row;
        }

        @Override
        public int firstRow(int event) {
            return offsets[event];
        }

        @Override
        public int eventOf(int row) {
            int found = Arrays.binarySearch(offsets, row + 1);
            return found < 0 ? -found - 2 : lastBefore(found, row);
        }

        /** Events without a delivery have the offset of the next one. */
        private int lastBefore(int found, int row) {
            int event = found;
            while (offsets[event] > row) {
                event--;
            }
            return event;
        }

        @Override
        public int subscriberOf(int row) {
            return subscribers[row];
        }
    }
}
