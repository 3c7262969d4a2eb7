package dev.hopmeter.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What makes a trial a failed one. */
final class Verdict {

    private static final double BEHIND = 0.01;
    private static final Duration BEHIND_AT_LEAST = Duration.ofMillis(250);

    private Verdict() {}

    /** Everything that speaks against a trial, in words; nothing for a valid one. */
    static List<String> against(
            TrialPlan plan,
            WarmUp.Outcome warmUp,
            Ledger ledger,
            Counts counts,
            Steadiness steadiness,
            Guests.Tally guests,
            Recorder recorder) {
        List<String> why = new ArrayList<>();
        String events = plan.events();
        if (warmUp.checked() && !warmUp.settled()) {
            why.add("warm-up did not settle within "
                    + Durations.text(plan.warmUp().most()));
        }
        if (counts.sent() < counts.planned()) {
            why.add(Table.count(counts.planned() - counts.sent()) + " " + events + " found "
                    + Table.count(plan.mostInFlight()) + " without an answer and were not sent: lower --rate");
        }
        rate(plan, ledger, why);
        steadiness.growth().ifPresent(why::add);
        if (counts.lost() > 0) {
            why.add(Table.count(counts.lost()) + " of " + Table.count(counts.due())
                    + (ledger.oneEach() ? " events" : " deliveries") + " were lost, "
                    + Table.count(counts.acknowledgedLost()) + " of them acknowledged");
        }
        if (counts.refused() > 0) {
            why.add(Table.count(counts.refused()) + " " + events + " were refused: "
                    + counts.refusedByStatus().entrySet().stream()
                            .map(each -> Table.count(each.getValue()) + " with status " + each.getKey())
                            .collect(Collectors.joining(", ")));
        }
        if (counts.unanswered() > 0) {
            why.add(Table.count(counts.unanswered()) + " " + events + " had no answer: "
                    + counts.unansweredWhy().entrySet().stream()
                            .map(each -> Table.count(each.getValue()) + " " + each.getKey())
                            .collect(Collectors.joining(", ")));
        }
        if (counts.missing() > 0) {
            why.add(counts.missing() + " of " + counts.othersExpected()
                    + " deliveries to subscribers with narrower filters are missing");
        }
        if (counts.extra() > 0) {
            why.add(counts.extra() + " deliveries went to subscribers whose filter does not let them pass");
        }
        if (guests.missing() + guests.extra() + guests.failed() > 0) {
            why.add("of the subscribers that came and went, " + guests.failed()
                    + " were not let in or broke off"
                    + (guests.failures().isEmpty()
                            ? ""
                            : ' ' + guests.failures().toString()) + ", " + guests.missing() + " of " + guests.due()
                    + " deliveries are missing and " + guests.extra()
                    + " went to one that does not match");
        }
        if (counts.incomplete() > 0) {
            why.add(counts.incomplete() + (ledger.oneEach() ? " events" : " deliveries")
                    + " arrived without a stamp of their route");
        }
        if (recorder.dropped() > 0) {
            why.add("the backend let go of " + recorder.dropped() + " events, as a subscriber was too slow");
        }
        if (recorder.faultCount() > 0) {
            why.add(recorder.faultCount() + " faults at the subscribers: " + String.join("; ", recorder.faults()));
        }
        return why;
    }

    /** What is sent on a schedule may be behind it by so much at the end: a hundredth of the duration, or a hiccup. */
    static Duration mostBehind(Duration scheduled) {
        Duration share = Duration.ofNanos(Math.round(BEHIND * scheduled.toNanos()));
        return share.compareTo(BEHIND_AT_LEAST) > 0 ? share : BEHIND_AT_LEAST;
    }

    private static void rate(TrialPlan plan, Ledger ledger, List<String> why) {
        for (int event = ledger.count() - 1; event >= 0; event--) {
            if (ledger.wasSent(event)) {
                long behind = ledger.sentAt(event) - ledger.intended(event);
                if (behind > mostBehind(plan.duration()).toNanos()) {
                    why.add("the rate was missed: the last event was sent " + behind / 1_000_000 + " ms late");
                }
                return;
            }
        }
    }
}
