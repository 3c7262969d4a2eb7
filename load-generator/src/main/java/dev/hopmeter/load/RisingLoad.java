package dev.hopmeter.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.BufferExhaustedException;

/**
 * Trials at rising rates, each by half above the last, until one is not held twice running; then one between the last that was
 * held and the first that was not. The highest that was held is the result, beside what it is compared with. A trial that
 * comes to nothing, as one after an overload can, was not held.
 */
final class RisingLoad {

    private static final double FACTOR = 1.5;
    private static final int MOST_STEPS = 16;
    private static final Duration SHORT_WARM_UP = Duration.ofSeconds(3);
    /** Below this, rates are not rounded to whole events a second. */
    private static final double ROUNDED_FROM = 10;

    private static final String BUFFER_FULL = BufferExhaustedException.class.getName();

    /** Takes one trial. */
    @FunctionalInterface
    interface Trials {
        Taken take(TrialPlan plan, String runId) throws IOException, TrialException, InterruptedException;
    }

    /** Holds the rate that was held against something that was measured on the same parts, or says why not. */
    @FunctionalInterface
    interface Comparison {
        /** @throws IOException if it cannot be measured, which speaks against the trial; the message says why */
        Finding run(double held) throws IOException, InterruptedException;
    }

    private final Progress progress;
    private final Trials trials;
    private final Comparison comparison;
    private final double highestRate;
    private final List<Map<String, Object>> steps = new ArrayList<>();

    /**
     * A rising load.
     *
     * @param highestRate none above it is tried
     */
    RisingLoad(Progress progress, Trials trials, Comparison comparison, double highestRate) {
        this.progress = progress;
        this.trials = trials;
        this.comparison = comparison;
        this.highestRate = highestRate;
    }

    /** A rate that was tried, or tried twice: what came of it, if anything did, and why it was not held, if it was not. */
    private record Step(double rate, Optional<Taken> taken, Optional<String> trouble) {

        boolean held() {
            return trouble.isEmpty();
        }

        /** Without its trial, if it was not held: a ledger can fill a quarter of the heap, and this one is no result. */
        Step unburdened() {
            return held() ? this : new Step(rate, Optional.empty(), trouble);
        }
    }

    /**
     * The trial at the highest rate that was held; where not even the first was, that one.
     *
     * @throws TrialException if the first rate came to nothing
     */
    Taken run(TrialPlan first, String runId) throws IOException, TrialException, InterruptedException {
        double cap = Math.min(highestRate, first.highestRate());
        Step best = lowest(first.at(first.rate(), first.warmUp()), runId);
        if (!best.held()) {
            String why = best.trouble().orElseThrow();
            Taken taken = best.taken().orElseThrow(() -> new TrialException("the first rate came to nothing: " + why));
            return taken.with(
                    List.of(new Finding("highest-rate", "not even the first rate was held: " + why, figures(0), true)));
        }
        Optional<Step> failed = Optional.empty();
        for (int i = 1; i <= MOST_STEPS && failed.isEmpty() && best.rate() < cap; i++) {
            Step next = step(first, Math.min(cap, rounded(best.rate() * FACTOR)), runId);
            if (next.held()) {
                best = next;
            } else {
                failed = Optional.of(next);
            }
        }
        if (failed.isPresent()) {
            Step middle = step(first, rounded((best.rate() + failed.get().rate()) / 2), runId);
            if (middle.held()) {
                best = middle;
            } else {
                failed = Optional.of(middle);
            }
        }
        return best.taken().orElseThrow().with(findings(first, best.rate(), failed, cap));
    }

    private static double rounded(double rate) {
        return rate < ROUNDED_FROM ? rate : Math.rint(rate);
    }

    /** The first rate, whose trial is kept also where it is not held. */
    private Step lowest(TrialPlan plan, String runId) throws IOException, InterruptedException {
        Step once = attempt(plan, runId);
        if (once.held()) {
            return once;
        }
        Step again = attempt(plan, runId);
        return again.taken().isPresent() ? again : new Step(plan.rate(), once.taken(), again.trouble());
    }

    /** One rate; where it is not held it is tried once more, as a hiccup of the machine is no limit of the brokers. */
    private Step step(TrialPlan first, double rate, String runId) throws IOException, InterruptedException {
        Duration warmUp = first.warmUp().most().compareTo(SHORT_WARM_UP) < 0
                ? first.warmUp().most()
                : SHORT_WARM_UP;
        TrialPlan plan = first.at(rate, WarmUpPlan.lasting(warmUp));
        Step once = attempt(plan, runId).unburdened();
        return once.held() ? once : attempt(plan, runId).unburdened();
    }

    private Step attempt(TrialPlan plan, String runId) throws IOException, InterruptedException {
        progress.say(String.format(Locale.ROOT, "trial %d: %.0f events a second", steps.size() + 1, plan.rate()));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("ratePerSecond", plan.rate());
        Step step;
        try {
            Taken taken = trials.take(plan, runId + "-" + (steps.size() + 1));
            step = new Step(plan.rate(), Optional.of(taken), trouble(taken));
        } catch (TrialException e) {
            step = nothing(plan, e);
        } catch (IOException e) {
            if (steps.stream().noneMatch(each -> each.containsValue(true))) {
                throw e;
            }
            // Brokers that were there for a lower rate do not answer a new producer after an overload.
            step = nothing(plan, e);
        }
        figures.put("held", step.held());
        figures.put("why", step.trouble().orElse(""));
        step.taken().ifPresent(taken -> {
            Steadiness steadiness = taken.trial().steadiness();
            figures.put("lagSlopePerSecond", steadiness.lagSlope());
            figures.put("p99FirstHalfNanos", steadiness.firstP99Nanos());
            figures.put("p99SecondHalfNanos", steadiness.secondP99Nanos());
        });
        steps.add(figures);
        return step;
    }

    private static Step nothing(TrialPlan plan, Exception why) {
        return new Step(plan.rate(), Optional.empty(), Optional.of("it came to nothing: " + why.getMessage()));
    }

    private static Optional<String> trouble(Taken taken) {
        TrialResult trial = taken.trial();
        return trial.valid()
                ? trial.steadiness().trouble().or(() -> spokenAgainst(taken))
                : Optional.of(ownLimit(trial) + String.join("; ", trial.why()));
    }

    private static Optional<String> spokenAgainst(Taken taken) {
        return taken.findings().stream()
                .filter(Finding::against)
                .findFirst()
                .map(finding -> finding.word() + ": " + finding.text());
    }

    /** Says so where the load generator gave up before the brokers did. */
    private static String ownLimit(TrialResult trial) {
        Counts counts = trial.measured().counts();
        if (counts.sent() < counts.planned()) {
            return String.format(
                    Locale.ROOT,
                    "the load generator's limit of %d events in flight, %.1f s of them, was reached: ",
                    trial.plan().mostInFlight(),
                    trial.plan().mostInFlight() / trial.plan().rate());
        }
        return counts.unansweredWhy().keySet().stream().anyMatch(why -> why.contains(BUFFER_FULL))
                ? "the producer's buffer (publisher.buffer.memory) was full: "
                : "";
    }

    private List<Finding> findings(TrialPlan plan, double held, Optional<Step> failed, double cap)
            throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding(
                "highest-rate",
                String.format(Locale.ROOT, "%.0f events a second held for %s", held, Durations.text(plan.duration()))
                        + failed.map(step -> String.format(Locale.ROOT, ", %.0f not: ", step.rate())
                                        + step.trouble().orElse(""))
                                .orElseGet(() -> held < cap ? ", the highest that was tried" : capped(plan, cap)),
                figures(held),
                false));
        try {
            findings.add(comparison.run(held));
        } catch (IOException e) {
            findings.add(new Finding("producer-test", "could not be run: " + e.getMessage(), Map.of(), true));
        }
        return findings;
    }

    private static String capped(TrialPlan plan, double cap) {
        return cap < plan.highestRate()
                ? ", the highest that was to be tried"
                : ", the highest that a trial of this duration can measure: " + TrialPlan.MOST_EVENTS + " events, "
                        + Math.round(TrialPlan.MOST_PER_SECOND) + " a second";
    }

    private Map<String, Object> figures(double held) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("heldPerSecond", held);
        figures.put("steps", List.copyOf(steps));
        return figures;
    }
}
