package dev.hopmeter.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Trials at rising rates, each by half above the last, until one is not held twice running; then one between the last that was
 * held and the first that was not. The highest that was held is the result, beside what Kafka's own producer test reaches on the
 * same brokers.
 */
final class RisingLoad {

    private static final double FACTOR = 1.5;
    private static final int MOST_STEPS = 16;
    private static final Duration SHORT_WARM_UP = Duration.ofSeconds(3);

    /** Takes one trial. */
    @FunctionalInterface
    interface Trials {
        Taken take(TrialPlan plan, String runId) throws IOException, TrialException, InterruptedException;
    }

    private final Progress progress;
    private final String bootstrapServers;
    private final Map<String, String> publisher;
    private final List<Map<String, Object>> steps = new ArrayList<>();

    /**
     * Rising load on those brokers.
     *
     * @param publisher settings of the producer, for Kafka's own test as well
     */
    RisingLoad(Progress progress, String bootstrapServers, Map<String, String> publisher) {
        this.progress = progress;
        this.bootstrapServers = bootstrapServers;
        this.publisher = publisher;
    }

    /** The trial at the highest rate that was held; where not even the first was, that one. */
    Taken run(TrialPlan first, String runId, Trials trials) throws IOException, TrialException, InterruptedException {
        Taken best = step(first, runId, trials);
        Optional<String> trouble = trouble(best);
        if (trouble.isPresent()) {
            return best.with(List.of(new Finding(
                    "highest-rate", "not even the first rate was held: " + trouble.get(), figures(0), true)));
        }
        double held = first.rate();
        double notHeld = Double.NaN;
        String why = "";
        for (int i = 1; i <= MOST_STEPS && Double.isNaN(notHeld); i++) {
            double rate = Math.min(TrialPlan.MOST_PER_SECOND, Math.rint(held * FACTOR));
            Taken next = step(first.at(rate, WarmUpPlan.lasting(SHORT_WARM_UP)), runId, trials);
            Optional<String> problem = trouble(next);
            if (problem.isPresent()) {
                notHeld = rate;
                why = problem.get();
            } else {
                best = next;
                held = rate;
            }
            if (held >= TrialPlan.MOST_PER_SECOND) {
                break;
            }
        }
        if (!Double.isNaN(notHeld)) {
            double between = Math.rint((held + notHeld) / 2);
            Taken middle = step(first.at(between, WarmUpPlan.lasting(SHORT_WARM_UP)), runId, trials);
            Optional<String> problem = trouble(middle);
            if (problem.isEmpty()) {
                best = middle;
                held = between;
            } else {
                notHeld = between;
                why = problem.get();
            }
        }
        return best.with(findings(first, held, notHeld, why));
    }

    /** One rate; where it is not held it is tried once more, as a hiccup of the machine is no limit of the brokers. */
    private Taken step(TrialPlan plan, String runId, Trials trials)
            throws IOException, TrialException, InterruptedException {
        Taken first = attempt(plan, runId, trials);
        return trouble(first).isEmpty() ? first : attempt(plan, runId, trials);
    }

    private Taken attempt(TrialPlan plan, String runId, Trials trials)
            throws IOException, TrialException, InterruptedException {
        progress.say(String.format(Locale.ROOT, "trial %d: %.0f events a second", steps.size() + 1, plan.rate()));
        Taken taken = trials.take(plan, runId + "-" + (steps.size() + 1));
        Steadiness steadiness = Steadiness.of(taken.trial().ledger(), plan.rate());
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("ratePerSecond", plan.rate());
        step.put("held", trouble(taken).isEmpty());
        step.put("why", trouble(taken).orElse(""));
        step.put("lagSlopePerSecond", steadiness.lagSlope());
        step.put("p99FirstHalfNanos", steadiness.firstP99Nanos());
        step.put("p99SecondHalfNanos", steadiness.secondP99Nanos());
        steps.add(step);
        return taken;
    }

    private static Optional<String> trouble(Taken taken) {
        TrialResult trial = taken.trial();
        return trial.valid()
                ? Steadiness.of(trial.ledger(), trial.plan().rate()).trouble()
                : Optional.of(String.join("; ", trial.why()));
    }

    private List<Finding> findings(TrialPlan plan, double held, double notHeld, String why)
            throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding(
                "highest-rate",
                String.format(Locale.ROOT, "%.0f events a second held for %s", held, Durations.text(plan.duration()))
                        + (Double.isNaN(notHeld)
                                ? ", the highest that was tried"
                                : String.format(Locale.ROOT, ", %.0f not: ", notHeld) + why),
                figures(held),
                false));
        progress.say("running Kafka's own producer test");
        try {
            ProducerTest.Outcome test = ProducerTest.run(bootstrapServers, publisher);
            double ratio = held / test.recordsPerSecond();
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("recordsPerSecond", test.recordsPerSecond());
            figures.put("averageLatencyMillis", test.averageMillis());
            figures.put("p99LatencyMillis", test.p99Millis());
            figures.put("heldOverRecordsPerSecond", ratio);
            findings.add(new Finding(
                    "producer-test",
                    String.format(
                            Locale.ROOT,
                            "Kafka's own producer-perf-test, unthrottled, at the same settings: %.0f records a second"
                                    + " (average latency %.0f ms, p99 %.0f ms); the rate held is %.2f of it",
                            test.recordsPerSecond(),
                            test.averageMillis(),
                            test.p99Millis(),
                            ratio),
                    figures,
                    false));
        } catch (IOException e) {
            findings.add(new Finding("producer-test", "could not be run: " + e.getMessage(), Map.of(), true));
        }
        return findings;
    }

    private Map<String, Object> figures(double held) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("heldPerSecond", held);
        figures.put("steps", List.copyOf(steps));
        return figures;
    }
}
