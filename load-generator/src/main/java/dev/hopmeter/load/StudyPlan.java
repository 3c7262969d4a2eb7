package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a study does: for each workload as many trials of each arm, all of them in one random order.
 *
 * @param arms with an A/A arm among them
 * @param trials of each arm and workload
 * @param seed of the order, the events and the intervals
 * @param floor whether the first trial of each arm and workload measures its floor
 */
record StudyPlan(
        List<Workload> workloads,
        List<StudyArm> arms,
        int trials,
        double rate,
        Duration duration,
        Duration warmUpAtMost,
        long seed,
        boolean floor) {

    static final String FILE = "plan.json";

    /** The arms of a study that is told of none, beside the one that is there twice. */
    static final List<String> USUAL_ARMS = List.of("conventional/shipped", "conventional/strong", "unified/quorum");

    private static final int FORMAT = 1;
    private static final int MOST_TRIALS = 100;

    /**
     * Checks the plan.
     *
     * @throws IllegalArgumentException if nothing can be compared by it; the message says why
     */
    StudyPlan {
        workloads = List.copyOf(workloads);
        arms = List.copyOf(arms);
        if (workloads.isEmpty() || workloads.contains(Workload.INGEST)) {
            throw new IllegalArgumentException(
                    "a study is of one workload at least, and not of ingest, which measures a rate and no latency");
        }
        if (workloads.stream().distinct().count() < workloads.size()
                || arms.stream().distinct().count() < arms.size()) {
            throw new IllegalArgumentException("a study names each workload and each arm once");
        }
        if (arms.stream().map(StudyArm::word).distinct().count() < arms.size()) {
            throw new IllegalArgumentException("two arms would have the same folders; rename the file of one");
        }
        if (trials < 2 || trials > MOST_TRIALS) {
            throw new IllegalArgumentException(
                    "--trials is 2 to " + MOST_TRIALS + ", not " + trials + ": one trial has no interval");
        }
        for (Workload workload : workloads) {
            for (StudyArm arm : arms) {
                trial(workload, arm, seed, rate, duration, warmUpAtMost);
            }
        }
    }

    /**
     * One trial of it.
     *
     * @param number from 1
     */
    record Planned(Workload workload, StudyArm arm, int number) {

        /** The name of its folder. */
        String folder() {
            return workload.word() + "-" + arm.word() + "-" + number;
        }

        String title() {
            return workload.word() + " on " + arm.label() + ", its trial " + number;
        }
    }

    /** The whole of it in the order in which it is run: the same for the same plan. */
    List<Planned> order() {
        List<Planned> all = new ArrayList<>();
        for (Workload workload : workloads) {
            for (StudyArm arm : arms) {
                for (int number = 1; number <= trials; number++) {
                    all.add(new Planned(workload, arm, number));
                }
            }
        }
        return FreshStarts.inRandomOrder(all, seed);
    }

    /** Trials of one number have the same events on each arm. */
    TrialPlan trial(Planned planned) {
        return trial(planned.workload(), planned.arm(), seed + planned.number(), rate, duration, warmUpAtMost);
    }

    private static TrialPlan trial(
            Workload workload, StudyArm arm, long seed, double rate, Duration duration, Duration warmUpAtMost) {
        return new TrialPlan(
                arm.backend(),
                workload,
                rate,
                duration,
                Arrivals.UNIFORM,
                WarmUpPlan.untilSettled(warmUpAtMost),
                Audience.usual(workload),
                100,
                Duration.ofSeconds(10),
                TrialPlan.IN_FLIGHT,
                seed);
    }

    /** Whether an arm of it is Harper's, whose licence says something of its figures. */
    boolean hasHarper() {
        return arms.stream().anyMatch(arm -> arm.backend() == Backend.HARPER);
    }

    Map<String, Object> json() {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("format", FORMAT);
        node.put("workloads", workloads.stream().map(Workload::word).toList());
        node.put(
                "arms",
                arms.stream().filter(arm -> !arm.again()).map(StudyArm::label).toList());
        node.put(
                "again",
                arms.stream()
                        .filter(StudyArm::again)
                        .map(arm -> arm.backend().word() + "/" + arm.arm())
                        .toList());
        node.put("trials", trials);
        node.put("ratePerSecond", rate);
        node.put("durationNanos", duration.toNanos());
        node.put("warmUpAtMostNanos", warmUpAtMost.toNanos());
        node.put("seed", seed);
        node.put("floor", floor);
        node.put("order", order().stream().map(Planned::folder).toList());
        return node;
    }

    /**
     * The plan of a study that was begun.
     *
     * @throws IOException if there is none in the folder; the message says so
     */
    static StudyPlan read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            JsonNode node = JsonMapper.shared().readTree(Files.readAllBytes(file));
            if (node.path("format").asInt(0) != FORMAT) {
                throw new IOException(
                        file + " is of format " + node.path("format").asString("unknown")
                                + ", and this version reads format " + FORMAT + "; use the version that made it");
            }
            List<StudyArm> arms = new ArrayList<>();
            node.get("arms").forEach(arm -> arms.add(StudyArm.of(arm.asString())));
            node.get("again")
                    .forEach(arm -> arms.add(StudyArm.of(arm.asString()).copy()));
            return new StudyPlan(
                    node.get("workloads")
                            .valueStream()
                            .map(word -> Workload.of(word.asString()).orElseThrow())
                            .toList(),
                    arms,
                    node.get("trials").asInt(),
                    node.get("ratePerSecond").asDouble(),
                    Duration.ofNanos(node.get("durationNanos").asLong()),
                    Duration.ofNanos(node.get("warmUpAtMostNanos").asLong()),
                    node.get("seed").asLong(),
                    node.get("floor").asBoolean());
        } catch (IOException e) {
            throw new IOException("there is no study in " + folder + ": " + FileFault.text(e), e);
        } catch (JacksonException | NullPointerException | NoSuchElementException | IllegalArgumentException e) {
            throw new IOException(
                    file + " does not hold the plan of a study (" + reason(e)
                            + "); put it right, or begin another study",
                    e);
        }
    }

    private static String reason(RuntimeException e) {
        return switch (e) {
            case JacksonException broken -> broken.getOriginalMessage();
            case IllegalArgumentException unfit -> String.valueOf(unfit.getMessage());
            default -> "something in it is missing or unknown";
        };
    }
}
