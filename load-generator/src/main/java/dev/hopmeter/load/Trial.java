package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of one workload against one backend: attaches subscribers, proves with probes that each of them gets events, warms
 * up, measures, and waits for what is under way.
 */
public final class Trial {

    private static final Duration LONGEST_ATTACHING = Duration.ofSeconds(90);
    private static final Duration PROBE_AGAIN = Duration.ofSeconds(1);
    /** After everything has arrived, so long is listened for second copies. */
    private static final Duration QUIET = Duration.ofMillis(500);
    /** So long after the last event was due, what is still under way is no longer taken for a part of the load. */
    private static final Duration TAIL = Duration.ofSeconds(1);
    /** The schedule is made, and its memory taken, before its first event is due. */
    private static final Duration HEAD_START = Duration.ofMillis(20);

    private static final long GLANCE_NANOS = 5_000_000;

    private final TrialPlan plan;
    private final Driver driver;
    private final EpochClock clock;
    private final Progress progress;
    private final Surroundings surroundings;
    private final Mix mix;
    private final Recorder recorder;
    private final Sender sender;

    private Trial(
            TrialPlan plan,
            String runId,
            Driver driver,
            EpochClock clock,
            Progress progress,
            Live live,
            Recorder.Replies replies,
            Surroundings surroundings) {
        this.plan = plan;
        this.driver = driver;
        this.clock = clock;
        this.progress = progress;
        this.surroundings = surroundings;
        this.mix = plan.mix(runId);
        this.recorder = new Recorder(clock, runId, mix.interests().size(), mix.measured(), live, replies);
        this.sender = new Sender(clock, driver, recorder, plan.workload(), plan.mostInFlight());
    }

    /** What wants to look around just before the measurement and just after it. */
    public interface Surroundings {

        /**
         * The driver is open and nothing is attached yet.
         *
         * @throws IOException if what is wanted then cannot be had; the message says why
         */
        default void trialBegins() throws IOException, InterruptedException {}

        /**
         * Whether what is driven still compiles so much that it is not warm. Asked once a second while it is heated.
         *
         * @param nowNanos in epoch nanoseconds
         */
        default boolean compiling(long nowNanos) {
            return false;
        }

        /**
         * The first measured event is about to be due.
         *
         * @param first its number
         */
        default void measurementBegins(int first) {}

        /**
         * What was sent has arrived, or is so late that from now on it is only waited for: what the measured events have cost was
         * spent before.
         */
        default void loadEnds() {}

        /** The last measured event has arrived, or is no longer waited for. */
        default void measurementEnds() {}

        /** Wants nothing. */
        static Surroundings unobserved() {
            return new Surroundings() {};
        }

        /** The inner, about whom the outer looks: it is told last of what begins and first of what ends. */
        static Surroundings both(Surroundings inner, Surroundings outer) {
            return new Surroundings() {
                @Override
                public void trialBegins() throws IOException, InterruptedException {
                    inner.trialBegins();
                    outer.trialBegins();
                }

                @Override
                public boolean compiling(long nowNanos) {
                    return inner.compiling(nowNanos) | outer.compiling(nowNanos);
                }

                @Override
                public void measurementBegins(int first) {
                    inner.measurementBegins(first);
                    outer.measurementBegins(first);
                }

                @Override
                public void loadEnds() {
                    outer.loadEnds();
                    inner.loadEnds();
                }

                @Override
                public void measurementEnds() {
                    outer.measurementEnds();
                    inner.measurementEnds();
                }
            };
        }
    }

    /** A name for a run that no other has. */
    public static String newRunId(EpochClock clock) {
        return Long.toString(clock.nanos(), Character.MAX_RADIX);
    }

    /**
     * Runs a trial. The driver is opened here, and closed by the caller.
     *
     * @param runId as {@link #newRunId} makes it
     * @param live is told of each event
     * @throws TrialException if it came to no measurement
     * @throws InterruptedException if the thread is interrupted; nothing is measured then
     */
    public static TrialResult run(
            TrialPlan plan,
            String runId,
            Driver driver,
            EpochClock clock,
            Progress progress,
            Live live,
            Surroundings surroundings)
            throws TrialException, InterruptedException {
        return run(plan, runId, driver, clock, progress, live, Recorder.Replies.ignored(), surroundings);
    }

    /** As the other, with someone who wants to know of replies. */
    static TrialResult run(
            TrialPlan plan,
            String runId,
            Driver driver,
            EpochClock clock,
            Progress progress,
            Live live,
            Recorder.Replies replies,
            Surroundings surroundings)
            throws TrialException, InterruptedException {
        return new Trial(plan, runId, driver, clock, progress, live, replies, surroundings).run();
    }

    private TrialResult run() throws TrialException, InterruptedException {
        attach();
        probe();
        WarmUp.Outcome warmUp = warmUp();
        FireTimes times = FireTimes.of(plan.arrivals(), plan.rate(), plan.duration(), plan.seed());
        Ledger ledger;
        try {
            ledger = new Ledger(plan.route(), mix, sender.next(), times.count());
        } catch (IllegalArgumentException e) {
            throw new TrialException(String.valueOf(e.getMessage()), e);
        }
        Guests guests = new Guests(ledger, mix, driver, clock, plan);
        progress.say("measuring for " + Durations.text(plan.duration()));
        surroundings.measurementBegins(sender.next());
        recorder.invite(guests);
        recorder.begin(guests);
        long start = clock.nanos() + HEAD_START.toNanos();
        try (guests;
                Progress.Watch _ = progress.watch(() -> measuring(ledger, start))) {
            guests.start();
            sender.run(times, start, mix, guests);
            drain(ledger, start + times.offsetNanos(times.count() - 1));
        }
        surroundings.measurementEnds();
        return TrialResult.of(plan, start, warmUp, ledger, guests.tally(), recorder);
    }

    private void attach() throws TrialException, InterruptedException {
        driver.open(recorder);
        List<Interest> interests = mix.interests();
        try {
            surroundings.trialBegins();
        } catch (IOException e) {
            throw new TrialException(String.valueOf(e.getMessage()), e);
        }
        try {
            if (!interests.isEmpty()) {
                progress.say("attaching " + interests.size() + " subscribers");
            }
            for (int subscriber = 0; subscriber < interests.size(); subscriber++) {
                driver.attach(subscriber, interests.get(subscriber));
            }
        } catch (IOException e) {
            throw new TrialException("a subscriber could not be attached: " + e.getMessage(), e);
        }
        long patience = clock.nanos() + LONGEST_ATTACHING.toNanos();
        while (!recorder.allSubscribed()) {
            if (clock.nanos() > patience) {
                throw new TrialException(
                        "not every subscription was in effect within " + Durations.text(LONGEST_ATTACHING) + faults());
            }
            glance();
        }
    }

    private void probe() throws TrialException, InterruptedException {
        progress.say("probing until every subscriber has had an event of its own");
        Probes probes = new Probes(sender.next(), mix.subscribers());
        recorder.begin(probes);
        long start = clock.nanos();
        long next = start;
        while (!probes.missing().isEmpty()) {
            long now = clock.nanos();
            if (now > start + LONGEST_ATTACHING.toNanos()) {
                throw new TrialException("no probe reached the subscribers " + probes.missing() + " within "
                        + Durations.text(LONGEST_ATTACHING) + "; " + probes.answers() + faults());
            }
            if (now >= next) {
                for (int subscriber : probes.missing()) {
                    sender.place(mix.probe(sender.next(), subscriber), now, probes);
                }
                next = now + PROBE_AGAIN.toNanos();
            }
            glance();
        }
    }

    private WarmUp.Outcome warmUp() throws InterruptedException {
        WarmUpSlices slices = new WarmUpSlices(sender.next(), mix);
        recorder.begin(slices);
        progress.say(plan.warmUp()
                .fixed()
                .map(length -> "warming up for " + Durations.text(length))
                .orElse("warming up until settled, "
                        + Durations.text(plan.warmUp().most()) + " at most"));
        long start = clock.nanos();
        try (Progress.Watch _ = progress.watch(() -> "warming up: " + seconds(start) + " s, " + slices.delivered()
                + " delivered, " + slices.undelivered() + " under way")) {
            return new WarmUp(
                            clock, LockSupport::parkNanos, plan, sender, recorder, mix, slices, surroundings::compiling)
                    .run();
        }
    }

    private void drain(Ledger ledger, long lastDue) throws InterruptedException {
        awaitArrivals(ledger, lastDue + Math.min(TAIL.toNanos(), plan.deadline().toNanos()));
        surroundings.loadEnds();
        awaitArrivals(ledger, lastDue + plan.deadline().toNanos());
        long quiet = clock.nanos() + QUIET.toNanos();
        while (clock.nanos() < quiet) {
            glance();
        }
    }

    private void awaitArrivals(Ledger ledger, long patience) throws InterruptedException {
        while (ledger.outstanding() + recorder.inFlight() > 0 && clock.nanos() < patience) {
            glance();
        }
    }

    private String measuring(Ledger ledger, long start) {
        return "measuring: " + seconds(start) + " s of " + Durations.text(plan.duration()) + ", " + ledger.sent()
                + " sent, " + ledger.delivered() + " delivered";
    }

    private long seconds(long start) {
        return Math.max(0, (clock.nanos() - start) / 1_000_000_000L);
    }

    private String faults() {
        List<String> faults = new ArrayList<>(recorder.faults());
        return faults.isEmpty() ? "" : "; " + String.join("; ", faults);
    }

    private static void glance() throws InterruptedException {
        LockSupport.parkNanos(GLANCE_NANOS);
        if (Thread.interrupted()) {
            throw new InterruptedException("the trial was asked to stop");
        }
    }
}
