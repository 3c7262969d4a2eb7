package dev.hopmeter.load;

import java.util.List;

/** A trial that came to a measurement, valid or not. */
public final class TrialResult {

    private final TrialPlan plan;
    private final long startNanos;
    private final WarmUp.Outcome warmUp;
    private final Ledger ledger;
    private final Measured measured;
    private final Steadiness steadiness;
    private final Guests.Tally guests;
    private final long foreign;
    private final long dropped;
    private final long reconnections;
    private final List<String> why;

    private TrialResult(
            TrialPlan plan,
            long startNanos,
            WarmUp.Outcome warmUp,
            Ledger ledger,
            Guests.Tally guests,
            Recorder recorder) {
        this.plan = plan;
        this.startNanos = startNanos;
        this.warmUp = warmUp;
        this.ledger = ledger;
        this.measured = Measured.of(ledger, plan.deadline().toNanos());
        this.steadiness = Steadiness.of(ledger, plan);
        this.guests = guests;
        this.foreign = recorder.foreign();
        this.dropped = recorder.dropped();
        this.reconnections = recorder.reconnections();
        this.why = List.copyOf(Verdict.against(plan, warmUp, ledger, measured.counts(), steadiness, guests, recorder));
    }

    static TrialResult of(
            TrialPlan plan,
            long startNanos,
            WarmUp.Outcome warmUp,
            Ledger ledger,
            Guests.Tally guests,
            Recorder recorder) {
        return new TrialResult(plan, startNanos, warmUp, ledger, guests, recorder);
    }

    /** Whether nothing speaks against it. */
    public boolean valid() {
        return why.isEmpty();
    }

    /** What speaks against it, in words. */
    public List<String> why() {
        return why;
    }

    TrialPlan plan() {
        return plan;
    }

    /** The start of the measurement's schedule, in epoch nanoseconds. */
    long startNanos() {
        return startNanos;
    }

    WarmUp.Outcome warmUp() {
        return warmUp;
    }

    Ledger ledger() {
        return ledger;
    }

    Measured measured() {
        return measured;
    }

    /** Whether the delay grew. */
    Steadiness steadiness() {
        return steadiness;
    }

    /** What became of those who came and went. */
    Guests.Tally guests() {
        return guests;
    }

    /** Notifications that came without a trail or were not of this run. */
    long foreign() {
        return foreign;
    }

    /** Events that the backend says it let go of. */
    long dropped() {
        return dropped;
    }

    /** How many times a subscriber that was disconnected came back. */
    long reconnections() {
        return reconnections;
    }
}
