package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code study.json}, as {@code docs/results-format.md} describes it. */
final class StudyJson {

    private static final int FORMAT = 1;

    private static final List<String> COUNTS =
            List.of("sent", "delivered", "lost", "duplicate", "late", "reordered", "negative", "refused", "unanswered");

    static final List<String> MACHINE = List.of("date", "cpu", "cores", "memoryBytes", "system", "jdk", "commit");

    /** What of a trial's environment an arm has under names of its own. */
    private static final List<String> ELSEWHERE = List.of("effective", "settings", "processes", "notes", "arm");

    /** Of a curve of a latency by its quantile. */
    private static final List<Double> CURVE = List.of(
            0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.98, 0.985, 0.99, 0.9925,
            0.995, 0.9975, 0.999, 0.9995, 0.9999, 1.0);

    private final Study study;

    private StudyJson(Study study) {
        this.study = study;
    }

    static String of(Study study) {
        return SummaryJson.write(node(study));
    }

    /** All that {@code study.json} holds. */
    static Map<String, Object> node(Study study) {
        return new StudyJson(study).root();
    }

    /** One trial alone, in the same form, with its summary as {@code summary}. */
    static Map<String, Object> trial(RecordedTrial trial) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("summary", trial.summary());
        node.put("notes", trial.arm().backend() == Backend.HARPER ? List.of(HarperSite.LICENCE) : List.of());
        Map<String, Object> environment = new LinkedHashMap<>();
        MACHINE.forEach(word -> environment.put(word, trial.environment().get(word)));
        environment.put("mostStolenPercent", nullable(trial.stolenPercent()));
        node.put("environment", environment);
        Map<String, Object> workload = new LinkedHashMap<>();
        workload.put("workload", trial.workload().word());
        workload.put("arms", List.of(arm(Study.Group.of(trial.workload(), trial.arm(), trial))));
        workload.put("comparisons", List.of());
        workload.put("aa", null);
        node.put("workloads", List.of(workload));
        return node;
    }

    private Map<String, Object> root() {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("format", FORMAT);
        node.put("study", String.valueOf(study.folder().getFileName()));
        node.put("complete", study.ended() == study.planned());
        node.put("planned", study.planned());
        node.put("tried", study.ended());
        node.put("valid", study.valid());
        node.put("failed", study.ended() - study.valid());
        node.put("plan", study.plan().json());
        node.put("notes", study.plan().hasHarper() ? List.of(HarperSite.LICENCE) : List.of());
        node.put("environment", environment());
        node.put("losses", Losses.of(study));
        node.put("claims", study.claims().stream().map(StudyJson::claim).toList());
        List<Map<String, Object>> workloads = new ArrayList<>();
        for (Workload workload : study.plan().workloads()) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("workload", workload.word());
            each.put("arms", study.of(workload).stream().map(StudyJson::arm).toList());
            List<Study.Comparison> comparisons = study.comparisons().stream()
                    .filter(comparison -> comparison.arm().workload() == workload)
                    .toList();
            each.put(
                    "comparisons",
                    comparisons.stream().map(StudyJson::comparison).toList());
            each.put(
                    "aa",
                    comparisons.stream()
                            .filter(Study.Comparison::againstItself)
                            .findFirst()
                            .map(StudyJson::comparison)
                            .orElse(null));
            workloads.add(each);
        }
        node.put("workloads", workloads);
        node.put("ladders", study.ladders());
        return node;
    }

    private Map<String, Object> environment() {
        Map<String, Object> node = new LinkedHashMap<>();
        JsonNode machine = study.environment();
        if (!machine.isEmpty()) {
            MACHINE.forEach(word -> node.put(word, machine.get(word)));
        }
        Circumstances circumstances = study.circumstances();
        node.put("distinct", circumstances.values());
        node.put("warning", circumstances.warning().orElse(null));
        node.put("mostStolenPercent", nullable(study.mostStolenPercent()));
        return node;
    }

    private static Map<String, Object> claim(Claim claim) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("workload", claim.workload().word());
        node.put("claim", claim.text());
        node.put("ratio", claim.ratio());
        node.put("ours", claim.ours().stream().map(StudyJson::comparison).toList());
        return node;
    }

    /** One arm of one workload. */
    static Map<String, Object> arm(Study.Group group) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("arm", group.arm().label());
        node.put("backend", group.arm().backend().word());
        node.put(
                "twinOf",
                group.arm().again()
                        ? group.arm().backend().word() + "/" + group.arm().arm()
                        : null);
        node.put("validTrials", group.valid().size());
        node.put("failedTrials", group.failed());
        node.put("events", group.events());
        Study.QUANTILES
                .keySet()
                .forEach(name -> node.put(
                        name, group.estimate(name).map(StudyJson::estimate).orElse(null)));
        List<Study.HopMeans> hops = group.hops();
        node.put(
                "meanNanos",
                nullable(sum(hops.stream().map(Study.HopMeans::mean).toList())));
        node.put(
                "bandMeanNanos",
                nullable(sum(hops.stream().map(Study.HopMeans::bandMean).toList())));
        node.put("hops", hops(group, hops));
        Map<String, Object> counts = new LinkedHashMap<>();
        COUNTS.forEach(word -> counts.put(word, group.count(word)));
        counts.put("missing", group.others("missing"));
        counts.put("extra", group.others("extra"));
        node.put("counts", counts);
        node.put("durability", group.durability().isObject() ? group.durability() : null);
        node.put("floor", floor(group));
        node.put("cost", cost(group));
        node.put("beside", beside(group));
        node.put("staleness", staleness(group));
        node.put("curve", curve(group));
        node.put("overTime", overTime(group));
        node.put("warmUp", warmUp(group));
        node.put(
                "settings",
                group.environment().path("settings").isObject()
                        ? group.environment().get("settings")
                        : Map.of());
        Map<String, Object> machine = new LinkedHashMap<>();
        group.environment().properties().stream()
                .filter(each -> !ELSEWHERE.contains(each.getKey()))
                .forEach(each -> machine.put(each.getKey(), each.getValue()));
        node.put("environment", machine);
        Map<String, Object> effective = new TreeMap<>();
        flatten("", group.environment().path("effective"), effective);
        node.put("effective", effective);
        node.put(
                "trials",
                group.trials().stream().map(each -> trial(group, each)).toList());
        return node;
    }

    private static List<Map<String, Object>> hops(Study.Group group, List<Study.HopMeans> hops) {
        OptionalDouble mean = sum(hops.stream().map(Study.HopMeans::mean).toList());
        OptionalDouble band = sum(hops.stream().map(Study.HopMeans::bandMean).toList());
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (int i = 0; i < hops.size(); i++) {
            Study.HopMeans hop = hops.get(i);
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("hop", hop.hop());
            node.put("slip", group.first("/hops/" + i + "/slip").asBoolean(false));
            node.put("meanNanos", nullable(hop.mean()));
            node.put("shareOfMean", nullable(share(hop.mean(), mean)));
            node.put("bandMeanNanos", nullable(hop.bandMean()));
            node.put("shareInP99Band", nullable(share(hop.bandMean(), band)));
            nodes.add(node);
        }
        return nodes;
    }

    private static OptionalDouble share(OptionalDouble part, OptionalDouble whole) {
        return part.isPresent() && whole.isPresent() && whole.getAsDouble() != 0
                ? OptionalDouble.of(part.getAsDouble() / whole.getAsDouble())
                : OptionalDouble.empty();
    }

    private static OptionalDouble sum(List<OptionalDouble> parts) {
        return parts.isEmpty() || parts.stream().anyMatch(OptionalDouble::isEmpty)
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        parts.stream().mapToDouble(OptionalDouble::getAsDouble).sum());
    }

    private static @Nullable Map<String, Object> floor(Study.Group group) {
        OptionalDouble sum = group.mean("/floor/p50SumNanos");
        if (sum.isEmpty()) {
            return null;
        }
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("p50SumNanos", sum.getAsDouble());
        node.put("totalP50OverFloor", nullable(group.mean("/floor/totalP50OverFloor")));
        node.put(
                "parts",
                group.told().stream()
                        .map(trial -> trial.summary().at("/floor/parts"))
                        .filter(parts -> !parts.isEmpty())
                        .findFirst()
                        .orElse(null));
        return node;
    }

    private static @Nullable Map<String, Object> cost(Study.Group group) {
        if (group.cost("residentBytes").isEmpty()) {
            return null;
        }
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("processorSecondsPer1000Events", nullable(group.cost("processorSecondsPer1000Events")));
        node.put("residentBytes", nullable(group.cost("residentBytes")));
        node.put("processes", group.first("/processes"));
        return node;
    }

    private static List<Map<String, Object>> beside(Study.Group group) {
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (JsonNode annotation : group.first("/annotations")) {
            String word = annotation.path("annotation").asString("");
            List<Series> all = group.told().stream()
                    .flatMap(trial -> Optional.ofNullable(trial.beside().get(word)).stream())
                    .toList();
            if (!all.isEmpty()) {
                Map<String, Object> node = new LinkedHashMap<>();
                node.put("measure", word);
                node.put("what", annotation.path("what").asString(""));
                node.put(
                        "p50",
                        Bootstrap.estimate(all, 0.5, 1).map(StudyJson::estimate).orElse(null));
                node.put(
                        "p99",
                        Bootstrap.estimate(all, 0.99, 1)
                                .map(StudyJson::estimate)
                                .orElse(null));
                nodes.add(node);
            }
        }
        return nodes;
    }

    /** What answers of each length of latency lacked, all trials together; null where nothing was asked. */
    private static @Nullable List<Map<String, Object>> staleness(Study.Group group) {
        TreeMap<Long, Staleness.Lacked> all = new TreeMap<>();
        for (RecordedTrial trial : group.told()) {
            for (JsonNode finding : trial.summary().path("findings")) {
                for (JsonNode each : finding.at("/figures/byLatency")) {
                    all.computeIfAbsent(each.path("fromNanos").asLong(), none -> new Staleness.Lacked())
                            .add(each);
                }
            }
        }
        if (all.isEmpty()) {
            return null;
        }
        List<Map<String, Object>> nodes = new ArrayList<>();
        all.forEach((from, lacked) -> {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("fromNanos", from);
            node.putAll(lacked.means());
            nodes.add(node);
        });
        return nodes;
    }

    /** All trials together, and the least and most of them; only quantiles that each trial has events enough for. */
    private static List<Map<String, Object>> curve(Study.Group group) {
        List<Map<String, Object>> nodes = new ArrayList<>();
        List<Series> totals =
                group.totals().stream().filter(total -> total.ranked() > 0).toList();
        Series all = new Series();
        totals.forEach(all::add);
        long fewest = totals.stream().mapToLong(Series::ranked).min().orElse(0);
        for (double quantile : CURVE) {
            if (fewest == 0 || quantile < 1 && fewest < Series.leastFor(quantile)) {
                continue;
            }
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("quantile", quantile);
            node.put("nanos", at(all, quantile));
            node.put(
                    "leastNanos",
                    totals.stream().mapToLong(each -> at(each, quantile)).min().orElseThrow());
            node.put(
                    "mostNanos",
                    totals.stream().mapToLong(each -> at(each, quantile)).max().orElseThrow());
            nodes.add(node);
        }
        return nodes;
    }

    private static long at(Series series, double quantile) {
        return series.atRank(Series.rank(quantile, series.ranked()));
    }

    private static List<Map<String, Object>> overTime(Study.Group group) {
        TreeMap<Double, Series> seconds = new TreeMap<>();
        for (RecordedTrial trial : group.told()) {
            trial.overTime()
                    .forEach((second, interval) -> seconds.computeIfAbsent(second, none -> new Series())
                            .add(interval.total()));
        }
        List<Map<String, Object>> nodes = new ArrayList<>();
        seconds.forEach((second, series) -> {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("second", second);
            node.put("n", series.ranked());
            node.put("p50Nanos", at(series, 0.5));
            node.put("p90Nanos", at(series, 0.9));
            node.put("mostNanos", at(series, 1));
            nodes.add(node);
        });
        return nodes;
    }

    /** Of the first valid trial: its slices, by when they began before the measurement did. */
    private static List<Map<String, Object>> warmUp(Study.Group group) {
        JsonNode slices = group.first("/warmUp/sliceP50Nanos");
        double length = group.first("/warmUp/lengthNanos").asDouble(0) / 1e9;
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (int i = 0; i < slices.size(); i++) {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("second", -length + length * i / slices.size());
            node.put("p50Nanos", slices.get(i));
            nodes.add(node);
        }
        return nodes;
    }

    private static void flatten(String above, JsonNode node, Map<String, Object> into) {
        if (node.has("value")) {
            into.put(above, node.get("value"));
        } else if (node.isObject()) {
            node.properties()
                    .forEach(each -> flatten(
                            above.isEmpty() ? each.getKey() : above + "/" + each.getKey(), each.getValue(), into));
        }
    }

    private static Map<String, Object> trial(Study.Group group, Study.Numbered numbered) {
        RecordedTrial trial = numbered.trial();
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("number", numbered.number());
        node.put("folder", new StudyPlan.Planned(group.workload(), group.arm(), numbered.number()).folder());
        node.put("valid", trial.valid());
        node.put("why", trial.why());
        node.put("notes", trial.summary().path("notes"));
        for (String name : List.of("p50Nanos", "p90Nanos", "p99Nanos")) {
            JsonNode value = trial.summary().path("total").path(name);
            node.put(name, value.isNumber() ? value : null);
        }
        node.put("stolenPercent", nullable(trial.stolenPercent()));
        return node;
    }

    private static Map<String, Object> estimate(Estimate estimate) {
        Map<String, Object> node = interval(estimate.interval(), "nanos", "Nanos");
        node.put("atLeast", estimate.atLeast());
        node.put("trials", estimate.trials());
        return node;
    }

    private static Map<String, Object> comparison(Study.Comparison comparison) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("arm", comparison.arm().arm().label());
        node.put("against", comparison.against().arm().label());
        node.put("equalDurability", comparison.equallyDurable().orElse(null));
        node.put(
                "moreDurable",
                comparison.moreDurable().map(more -> more.arm().label()).orElse(null));
        node.put("durability", comparison.durability());
        node.put("headline", comparison.isInHeadline());
        for (String name : Study.QUANTILES.keySet()) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put(
                    "ratio",
                    comparison
                            .ratio(name)
                            .map(ratio -> interval(ratio, "value", ""))
                            .orElse(null));
            each.put(
                    "difference",
                    comparison
                            .difference(name)
                            .map(difference -> interval(difference, "nanos", "Nanos"))
                            .orElse(null));
            each.put(
                    "faster",
                    comparison.faster(name).map(group -> group.arm().label()).orElse(null));
            node.put(name, comparison.ratio(name).isPresent() ? each : null);
        }
        return node;
    }

    private static Map<String, Object> interval(Estimate.Interval interval, String value, String unit) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put(value, interval.value());
        node.put("from" + unit, interval.range().map(Estimate.Range::from).orElse(null));
        node.put("to" + unit, interval.range().map(Estimate.Range::to).orElse(null));
        return node;
    }

    private static @Nullable Double nullable(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
