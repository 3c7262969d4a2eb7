package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a run's deliveries and answers arrive: takes the last stamp, finds the phase that the event belongs to, and counts
 * what belongs to none.
 */
final class Recorder implements Receiver {

    private static final int FAULTS_KEPT = 5;

    private final EpochClock clock;
    private final String keyPrefix;
    private final int measured;
    private final Live live;
    private final Replies replies;
    private final FrameReader reader = new FrameReader();
    private final AtomicIntegerArray subscribed;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong foreign = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong reconnections = new AtomicLong();
    private final AtomicInteger faultCount = new AtomicInteger();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final List<Guests> guests = new CopyOnWriteArrayList<>();
    private volatile List<Phase> phases = List.of();

    /**
     * A recorder without a phase yet.
     *
     * @param runId what the idempotency keys of this run start with, before {@code -number}
     * @param attached how many subscribers are attached
     * @param measured how many of them, from number 0 on, are measured
     * @param live is told of each event of this run
     * @param replies is told of each reply to an event of this run
     */
    Recorder(EpochClock clock, String runId, int attached, int measured, Live live, Replies replies) {
        this.clock = clock;
        this.keyPrefix = runId + "-";
        this.subscribed = new AtomicIntegerArray(attached);
        this.measured = measured;
        this.live = live;
        this.replies = replies;
    }

    /** Wants to know of replies. Called by the drivers' threads. */
    @FunctionalInterface
    interface Replies {

        /** An event's reply is here; its trail ends with DELIVERED. */
        void came(int number, Trail trail, Reply reply);

        /** Wants to know of none. */
        static Replies ignored() {
            return (number, trail, reply) -> {};
        }
    }

    @Override
    public void delivered(int subscriber, CharSequence text) {
        long now = clock.nanos();
        try {
            switch (reader.read(text)) {
                case Frame.Notification frame -> delivered(subscriber, frame, now);
                case Frame.Update update ->
                    update.events().forEach(event -> told(subscriber, event, update.through(), now));
                case Frame.Subscribed _ -> subscribed(subscriber);
                case Frame.Dropped frame -> dropped.addAndGet(frame.count());
            }
        } catch (RuntimeException e) {
            fault("subscriber " + subscriber + " got what cannot be read: " + e.getMessage());
        }
    }

    @Override
    public void returned(int number, Trail trail, Reply reply) {
        long now = clock.nanos();
        answered(number, new Answer.Acknowledged(), now);
        phaseOf(number).ifPresent(phase -> {
            Trail whole = arrived(phase, number, 0, trail, now);
            replies.came(number, whole, reply);
        });
    }

    @Override
    public void acknowledged(int number) {
        answered(number, new Answer.Acknowledged());
    }

    @Override
    public void refused(int number, int status, String body) {
        answered(number, new Answer.Refused(status));
    }

    @Override
    public void unanswered(int number, String why) {
        answered(number, new Answer.Unanswered(why));
    }

    @Override
    public void disconnected(int subscriber, String why) {
        fault("subscriber " + subscriber + " was disconnected: " + why);
    }

    @Override
    public void reconnected(int subscriber) {
        reconnections.incrementAndGet();
    }

    /** Those whose numbers are above the attached ones'. */
    void invite(Guests invited) {
        guests.add(invited);
    }

    /** From that phase's first event on, events belong to it. */
    void begin(Phase phase) {
        List<Phase> more = new ArrayList<>(phases);
        more.addFirst(phase);
        phases = List.copyOf(more);
    }

    /** Whether every subscription is in effect. */
    boolean allSubscribed() {
        for (int i = 0; i < subscribed.length(); i++) {
            if (subscribed.get(i) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Counts a placement that is about to be made; {@link #inFlight} falls again with its answer. */
    void placing() {
        live.placed();
        inFlight.incrementAndGet();
    }

    /** Placements without an answer so far. */
    int inFlight() {
        return inFlight.get();
    }

    /** Notifications that do not belong to this run. */
    long foreign() {
        return foreign.get();
    }

    /** Events that the backend says it let go of, as subscribers were too slow. */
    long dropped() {
        return dropped.get();
    }

    /** How many times a subscriber that was disconnected came back; each of the disconnections is a fault all the same. */
    long reconnections() {
        return reconnections.get();
    }

    /** Disconnections and unreadable frames: how many, and the first few in words. */
    int faultCount() {
        return faultCount.get();
    }

    List<String> faults() {
        return faults;
    }

    /** An event that came with an aggregate: one that does not go as far as the event cannot include it. */
    private void told(int subscriber, Frame.Notification event, long through, long now) {
        int number = event.key().map(this::numberOf).orElse(-1);
        if (number >= 0 && through < EventMix.sequence(number)) {
            fault("subscriber " + subscriber + " was told of event " + number + " by an aggregate through " + through);
        } else {
            delivered(subscriber, event, now);
        }
    }

    private void delivered(int subscriber, Frame.Notification frame, long now) {
        Optional<Phase> phase = Optional.empty();
        int number = frame.key().map(this::numberOf).orElse(-1);
        if (number >= 0) {
            phase = phaseOf(number);
        }
        if (phase.isEmpty() || frame.trail().isEmpty()) {
            foreign.incrementAndGet();
            return;
        }
        arrived(phase.get(), number, subscriber, frame.trail().get(), now);
    }

    private Trail arrived(Phase phase, int number, int subscriber, Trail trail, long now) {
        Trail whole = trail.with(Stamp.DELIVERED, now);
        phase.delivered(number, subscriber, whole, now);
        if (subscriber < measured) {
            live.arrived(whole);
        }
        return whole;
    }

    private void subscribed(int subscriber) {
        if (subscriber < subscribed.length()) {
            subscribed.set(subscriber, 1);
        } else {
            guests.forEach(guest -> guest.subscribed(subscriber));
        }
    }

    private void answered(int number, Answer answer) {
        answered(number, answer, clock.nanos());
    }

    private void answered(int number, Answer answer, long now) {
        inFlight.decrementAndGet();
        phaseOf(number).ifPresent(phase -> phase.answered(number, answer, now));
    }

    private Optional<Phase> phaseOf(int number) {
        for (Phase phase : phases) {
            if (number >= phase.first()) {
                return Optional.of(phase);
            }
        }
        return Optional.empty();
    }

    /** The event's number, or -1 where the key is not of this run. */
    private int numberOf(String key) {
        if (!key.startsWith(keyPrefix)) {
            return -1;
        }
        try {
            return Integer.parseUnsignedInt(key, keyPrefix.length(), key.length(), 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void fault(String what) {
        if (faultCount.getAndIncrement() < FAULTS_KEPT) {
            faults.add(what);
        }
    }
}
