package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;

/**
 * What a study has come to, from the files of its trials: the quantiles of each arm, each two arms against each other, and the
 * claims of the study that it reruns. Figures are of valid trials alone; counts are of all.
 */
final class Study {

    /** What is estimated, by name. */
    static final Map<String, Double> QUANTILES = quantiles();

    private final StudyPlan plan;
    private final Path folder;
    private final List<Group> groups;
    private final List<Comparison> comparisons;
    private final List<Claim> claims;
    private final List<JsonNode> ladders;

    /** Of those groups, whose trials are in that folder. */
    Study(StudyPlan plan, Path folder, List<Group> groups, List<JsonNode> ladders) {
        this.plan = plan;
        this.folder = folder;
        this.groups = groups;
        this.ladders = ladders;
        List<Comparison> all = new ArrayList<>();
        for (Workload workload : plan.workloads()) {
            List<Group> same = of(workload);
            for (int first = 0; first < same.size(); first++) {
                for (int second = first + 1; second < same.size(); second++) {
                    all.add(new Comparison(same.get(first), same.get(second)));
                }
            }
        }
        this.comparisons = List.copyOf(all);
        this.claims = Claim.of(comparisons);
    }

    /**
     * Of all trials that have ended in that folder, with the ladders that were put beside them.
     *
     * @throws IOException if the files of one of either cannot be understood; the message says which
     */
    static Study of(StudyPlan plan, Path folder) throws IOException {
        List<Group> groups = new ArrayList<>();
        for (Workload workload : plan.workloads()) {
            for (StudyArm arm : plan.arms()) {
                List<Numbered> trials = new ArrayList<>();
                for (int number = 1; number <= plan.trials(); number++) {
                    Path its = folder.resolve(new StudyPlan.Planned(workload, arm, number).folder());
                    if (RecordedTrial.isIn(its)) {
                        trials.add(new Numbered(number, trial(its, folder)));
                    }
                }
                groups.add(Group.of(workload, arm, List.copyOf(trials), plan.seed()));
            }
        }
        List<JsonNode> ladders = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            Path ladder = folder.resolve(ladderFile(workload));
            if (Files.exists(ladder)) {
                ladders.add(RecordedTrial.json(ladder));
            }
        }
        return new Study(plan, folder, List.copyOf(groups), List.copyOf(ladders));
    }

    private static RecordedTrial trial(Path its, Path folder) throws IOException {
        try {
            return RecordedTrial.read(its);
        } catch (IOException e) {
            throw new IOException(
                    e.getMessage() + "; move " + its + " away, and 'hopmeter study --resume " + folder
                            + "' takes that trial again",
                    e);
        }
    }

    /** In a study's folder, what {@code hopmeter ladder} found for that workload. */
    static String ladderFile(Workload workload) {
        return "ladder-" + workload.word() + ".json";
    }

    StudyPlan plan() {
        return plan;
    }

    /** Where its trials are. */
    Path folder() {
        return folder;
    }

    List<Group> groups() {
        return groups;
    }

    /** Those of one workload, in the order of the plan's arms. */
    List<Group> of(Workload workload) {
        return groups.stream().filter(group -> group.workload() == workload).toList();
    }

    List<Comparison> comparisons() {
        return comparisons;
    }

    List<Claim> claims() {
        return claims;
    }

    /** What a first valid trial says of the machine; empty where no trial is valid. What others say is in {@link #circumstances}. */
    JsonNode environment() {
        return groups.stream()
                .map(Group::environment)
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse(JsonNodeFactory.instance.objectNode());
    }

    /** The most that the host took from the processors while a trial measured, in percent; empty where no trial says. */
    OptionalDouble mostStolenPercent() {
        return groups.stream()
                .flatMap(group -> group.trials().stream())
                .flatMapToDouble(each -> each.trial().stolenPercent().stream())
                .max();
    }

    /** Of all trials that came to a measurement, valid or not. */
    Circumstances circumstances() {
        return Circumstances.of(groups);
    }

    /** As {@code ladder.json} has each. */
    List<JsonNode> ladders() {
        return ladders;
    }

    /** How many trials have ended. */
    int ended() {
        return groups.stream().mapToInt(group -> group.trials().size()).sum();
    }

    int valid() {
        return groups.stream().mapToInt(group -> group.valid().size()).sum();
    }

    int planned() {
        return plan.order().size();
    }

    /** The group of that workload and arm, if the plan has it. */
    Optional<Group> group(Workload workload, String label) {
        return groups.stream()
                .filter(group ->
                        group.workload() == workload && group.arm().label().equals(label))
                .findFirst();
    }

    /** As readers have it. */
    static String name(String quantile) {
        return quantile.equals("p999") ? "p99.9" : quantile;
    }

    private static Map<String, Double> quantiles() {
        Map<String, Double> quantiles = new LinkedHashMap<>();
        quantiles.put("p50", 0.5);
        quantiles.put("p90", 0.9);
        quantiles.put("p99", 0.99);
        quantiles.put("p999", 0.999);
        return quantiles;
    }

    /** One of an arm's trials. */
    record Numbered(int number, RecordedTrial trial) {}

    /**
     * The trials of one workload on one arm.
     *
     * @param trials that have ended, valid or not
     * @param told those that its figures are of: the valid ones of a study, or the only trial of a report of its own
     * @param estimates of the total's quantiles, by name; those that there are too few events for are not there
     */
    record Group(
            Workload workload,
            StudyArm arm,
            List<Numbered> trials,
            List<RecordedTrial> told,
            Map<String, Estimate> estimates) {

        static Group of(Workload workload, StudyArm arm, List<Numbered> trials, long seed) {
            List<RecordedTrial> valid = trials.stream()
                    .map(Numbered::trial)
                    .filter(RecordedTrial::valid)
                    .toList();
            return of(workload, arm, trials, valid, seed);
        }

        /** Of one trial alone, whose figures are told even if it is not valid. */
        static Group of(Workload workload, StudyArm arm, RecordedTrial trial) {
            return of(workload, arm, List.of(new Numbered(1, trial)), List.of(trial), 1);
        }

        private static Group of(
                Workload workload, StudyArm arm, List<Numbered> trials, List<RecordedTrial> told, long seed) {
            Group group = new Group(workload, arm, trials, told, new LinkedHashMap<>());
            QUANTILES.forEach((name, quantile) -> Bootstrap.estimate(group.totals(), quantile, seed)
                    .ifPresent(estimate -> group.estimates().put(name, estimate)));
            return group;
        }

        List<RecordedTrial> valid() {
            return trials.stream()
                    .map(Numbered::trial)
                    .filter(RecordedTrial::valid)
                    .toList();
        }

        int failed() {
            return trials.size() - valid().size();
        }

        /** As in {@code freshness on unified/quorum}. */
        String title() {
            return workload.word() + " on " + arm.label();
        }

        /** Of each trial that is told. */
        List<Series> totals() {
            return told.stream().map(RecordedTrial::total).toList();
        }

        Optional<Estimate> estimate(String quantile) {
            return Optional.ofNullable(estimates.get(quantile));
        }

        /** How many events the trials that are told have. */
        long events() {
            return totals().stream().mapToLong(Series::ranked).sum();
        }

        /** What speaks against the trials that failed, each once. */
        List<String> why() {
            return trials.stream()
                    .flatMap(each -> each.trial().why().stream())
                    .distinct()
                    .toList();
        }

        /** One of {@code counts} in the summaries, over all trials. */
        long count(String word) {
            return trials.stream()
                    .mapToLong(each ->
                            each.trial().summary().path("counts").path(word).asLong(0))
                    .sum();
        }

        /** Deliveries that are due and did not come, or came and were not due, to whom no latency is measured; over all trials. */
        long others(String word) {
            return trials.stream()
                    .map(each -> each.trial().summary().path("counts"))
                    .mapToLong(counts -> counts.path("others").path(word).asLong(0)
                            + counts.path("guests").path(word).asLong(0))
                    .sum();
        }

        /** What a summary has for each process, added up over the processes; its mean over the trials. */
        OptionalDouble cost(String word) {
            return told.stream()
                    .map(trial -> trial.summary().path("processes"))
                    .filter(processes -> !processes.isEmpty())
                    .mapToDouble(processes -> processes
                            .valueStream()
                            .mapToDouble(each -> each.path(word).asDouble(0))
                            .sum())
                    .average();
        }

        /** A number of the summaries that have it, as their mean. */
        OptionalDouble mean(String pointer) {
            return told.stream()
                    .map(trial -> trial.summary().at(pointer))
                    .filter(JsonNode::isNumber)
                    .mapToDouble(JsonNode::asDouble)
                    .average();
        }

        /** What its parts say that they promise, as the first valid trial has it. */
        JsonNode durability() {
            return first("/durability");
        }

        /** Something of the first valid trial's summary; missing where there is none. */
        JsonNode first(String pointer) {
            return told.stream()
                    .findFirst()
                    .map(trial -> trial.summary().at(pointer))
                    .orElse(MissingNode.getInstance());
        }

        JsonNode environment() {
            return told.stream()
                    .findFirst()
                    .map(RecordedTrial::environment)
                    .orElse(JsonNodeFactory.instance.objectNode());
        }

        /** What trials that came to a measurement ran with, valid or not, each once. */
        List<JsonNode> settings() {
            return trials.stream()
                    .map(each -> each.trial().environment().path("settings"))
                    .filter(JsonNode::isObject)
                    .distinct()
                    .toList();
        }

        /** Where events are at the least when a sender or a subscriber is told: on how many disks; empty where not known. */
        Optional<List<Integer>> flushed() {
            JsonNode acknowledged = durability().at("/acknowledged/flushed");
            JsonNode told = durability().at("/told/flushed");
            return acknowledged.isInt() && told.isInt()
                    ? Optional.of(List.of(acknowledged.asInt(), told.asInt()))
                    : Optional.empty();
        }

        /**
         * Each hop's mean over all events of all valid trials, and over those of each trial's own band about its own p99, which need
         * not lie about the p99 of all trials together.
         */
        List<HopMeans> hops() {
            Map<String, double[]> sums = new LinkedHashMap<>();
            for (RecordedTrial trial : told) {
                JsonNode band = trial.summary().path("p99Band");
                int place = 0;
                for (JsonNode hop : trial.summary().path("hops")) {
                    double[] each = sums.computeIfAbsent(hop.path("hop").asString(""), none -> new double[4]);
                    each[0] += hop.path("sumNanos").asDouble(0);
                    each[1] += hop.path("count").asDouble(0);
                    each[2] += band.path("hopSumNanos").path(place).asDouble(0);
                    each[3] += band.path("count").asDouble(0);
                    place++;
                }
            }
            List<HopMeans> hops = new ArrayList<>();
            sums.forEach(
                    (hop, each) -> hops.add(new HopMeans(hop, quotient(each[0], each[1]), quotient(each[2], each[3]))));
            return hops;
        }

        private static OptionalDouble quotient(double sum, double count) {
            return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
        }
    }

    /** Of one hop, in nanoseconds: the means of all hops add up to that of the total, and so do those of the band. */
    record HopMeans(String hop, OptionalDouble mean, OptionalDouble bandMean) {}

    /** One arm against another on the same workload. */
    record Comparison(Group arm, Group against) {

        /** That quantile of the one by that of the other, if both have it. */
        Optional<Estimate.Interval> ratio(String quantile) {
            return arm.estimate(quantile)
                    .flatMap(above -> against.estimate(quantile).flatMap(above::by));
        }

        /** That quantile of the one minus that of the other, in nanoseconds, if both have it. */
        Optional<Estimate.Interval> difference(String quantile) {
            return arm.estimate(quantile)
                    .flatMap(above -> against.estimate(quantile).flatMap(above::minus));
        }

        /** Which of them has the lower quantile, by the interval of their ratio; empty where that holds 1. */
        Optional<Group> faster(String quantile) {
            return ratio(quantile)
                    .flatMap(Estimate.Interval::range)
                    .filter(range -> !range.holds(1))
                    .map(range -> range.to() < 1 ? arm : against);
        }

        /** Whether both are the same arm, so that what they differ by is chance. */
        boolean againstItself() {
            return arm.arm().copy().equals(against.arm().copy());
        }

        /** Whether sender and subscriber are promised as many flushed copies by both; empty where one does not say. */
        Optional<Boolean> equallyDurable() {
            return arm.flushed().flatMap(one -> against.flushed().map(one::equals));
        }

        /**
         * Which of them promises more flushed copies to sender or subscriber and no fewer to the other; empty where neither does, or
         * one does not say.
         */
        Optional<Group> moreDurable() {
            return promisesMore(arm, against)
                    ? Optional.of(arm)
                    : promisesMore(against, arm) ? Optional.of(against) : Optional.empty();
        }

        private static boolean promisesMore(Group one, Group other) {
            return one.flushed()
                    .flatMap(more -> other.flushed()
                            .map(less ->
                                    !more.equals(less) && more.get(0) >= less.get(0) && more.get(1) >= less.get(1)))
                    .orElse(false);
        }

        /** Whether it is of a conventional arm with one of another backend, neither of them a copy. */
        boolean isAcrossBackends() {
            return arm.arm().backend() == Backend.CONVENTIONAL
                    && against.arm().backend() != Backend.CONVENTIONAL
                    && !arm.arm().again()
                    && !against.arm().again();
        }

        /** The same with the conventional arm first, be it a copy or not; empty where not one of the two alone is conventional. */
        Optional<Comparison> conventionalFirst() {
            boolean first = arm.arm().backend() == Backend.CONVENTIONAL;
            boolean second = against.arm().backend() == Backend.CONVENTIONAL;
            return first == second ? Optional.empty() : Optional.of(first ? this : new Comparison(against, arm));
        }

        /** Whether the first has the lower one, by the interval of their ratio. */
        boolean isWonByTheFirst(String quantile) {
            return faster(quantile).equals(Optional.of(arm));
        }

        /**
         * Whether it is among those that are shown first: across backends, of usual or equally durable arms, or won by the first at any
         * quantile.
         */
        boolean isInHeadline() {
            return isAcrossBackends()
                    && (equallyDurable().orElse(false)
                            || arm.arm().isUsual() && against.arm().isUsual()
                            || QUANTILES.keySet().stream().anyMatch(this::isWonByTheFirst));
        }

        /** What is promised, in words. */
        String durability() {
            return Stream.of(arm, against)
                    .map(group -> group.arm().label() + ": "
                            + group.flushed()
                                    .map(flushed -> "flushed copies when acknowledged " + flushed.get(0)
                                            + ", when told " + flushed.get(1))
                                    .orElse("not known"))
                    .reduce((one, two) -> one + "; " + two)
                    .orElseThrow();
        }
    }
}
