package dev.hopmeter.load;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What a study came to in one table of Markdown, made of its {@code study.json} and of nothing else. */
final class Headline {

    private static final String CONVENTIONAL = "conventional";

    private final JsonNode study;
    private final String place;

    private Headline(JsonNode study, String place) {
        this.study = study;
        this.place = place;
    }

    /**
     * The lines of it: how it was measured, what the conventional side wins, conventional arms against those of other backends, and
     * an arm against itself. Of the arms, the usual ones, any two that are equally durable, and those of what the conventional side
     * wins; where it has the lower median comes first, then what is equally durable. Where a workload has arms of one backend alone,
     * they are against each other.
     *
     * @param study what {@code study.json} holds
     * @param place where the study is, for a link
     */
    static List<String> of(JsonNode study, String place) {
        return new Headline(study, place).lines();
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.addAll(how());
        List<String> losses =
                study.path("losses").valueStream().map(JsonNode::asString).toList();
        if (!losses.isEmpty()) {
            lines.add("");
            lines.addAll(losses);
        }
        lines.add("");
        lines.addAll(Columns.markdown(rows()));
        lines.add("");
        lines.add("A ratio above 1: the first takes longer. Theirs: the ratio that the rerun study reports.");
        lines.add(
                "Equally durable: as many flushed copies when a sender and when a subscriber is told; or which arm has"
                        + " more, where one has more at one moment and no fewer at the other.");
        String chance = chance();
        if (!chance.isEmpty()) {
            lines.add("An arm against itself, which is chance: " + chance + ".");
        }
        return lines;
    }

    /** A sentence on each line. */
    private List<String> how() {
        JsonNode plan = study.path("plan");
        JsonNode machine = study.path("environment");
        Circumstances circumstances = Circumstances.read(machine);
        long failed = study.path("failed").asLong(0);
        List<String> lines = new ArrayList<>(List.of(
                "Medians of the total in ms, their ratios and differences, and 95 % intervals, the trial being the"
                        + " unit.",
                study.path("tried").asLong(0) + " trials in one random order, "
                        + plan.path("trials").asInt(0)
                        + " of each arm on each workload, each on a stack started anew: "
                        + Table.number(plan.path("ratePerSecond").asDouble(0)) + " events a second for "
                        + Table.number(plan.path("durationNanos").asLong(0) / 1e9) + " s.",
                failed == 0 ? "None of them failed." : failed + " of them failed, and are in no figure.",
                "Machine: " + circumstances.told("cores", "?") + " cores of "
                        + circumstances.told("cpu", "an unknown processor") + ", "
                        + machine.path("date").asString("at an unknown date").replaceAll("T.*", "") + "."));
        circumstances.warning().ifPresent(lines::add);
        lines.add("All figures, every hop and what each arm promises: [" + place + "/report.md](" + place
                + "/report.md).");
        return lines;
    }

    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "workload",
                "first",
                "p50",
                "second",
                "p50",
                "ratio",
                "difference",
                "theirs",
                "lower median",
                "equally durable"));
        for (Map.Entry<String, JsonNode> each : workloads().entrySet()) {
            for (JsonNode comparison : compared(each.getValue())) {
                rows.add(row(each.getKey(), each.getValue(), comparison));
            }
        }
        return rows;
    }

    /** By their words, those with a claim in the order of the claims: first where the conventional side has the lower median. */
    private Map<String, JsonNode> workloads() {
        Map<String, JsonNode> byWord = new LinkedHashMap<>();
        study.path("workloads").forEach(each -> byWord.put(each.path("workload").asString(), each));
        Map<String, JsonNode> ordered = new LinkedHashMap<>();
        for (JsonNode claim : study.path("claims")) {
            String word = claim.path("workload").asString();
            JsonNode workload = byWord.remove(word);
            if (workload != null) {
                ordered.put(word, workload);
            }
        }
        ordered.putAll(byWord);
        return ordered;
    }

    private static List<JsonNode> compared(JsonNode workload) {
        List<String> twins = workload.path("arms")
                .valueStream()
                .filter(arm -> !arm.path("twinOf").isNull())
                .map(arm -> arm.path("arm").asString())
                .toList();
        List<JsonNode> all = workload.path("comparisons")
                .valueStream()
                .filter(each -> Stream.of("arm", "against")
                        .map(side -> each.path(side).asString())
                        .noneMatch(twins::contains))
                .toList();
        List<JsonNode> acrossBackends = all.stream()
                .filter(Headline::isAcrossBackends)
                .sorted(Comparator.<JsonNode, Boolean>comparing(each -> !hasTheLowerMedian(each))
                        .thenComparing(each -> !isEquallyDurable(each)))
                .toList();
        List<JsonNode> shown = acrossBackends.stream()
                .filter(each -> each.path("headline").asBoolean(false))
                .toList();
        return acrossBackends.isEmpty() ? all : shown.isEmpty() ? acrossBackends : shown;
    }

    private static boolean hasTheLowerMedian(JsonNode comparison) {
        return comparison
                .at("/p50/faster")
                .asString("")
                .equals(comparison.path("arm").asString());
    }

    private static boolean isEquallyDurable(JsonNode comparison) {
        return comparison.path("equalDurability").asBoolean(false);
    }

    private static boolean isAcrossBackends(JsonNode comparison) {
        return isConventional(comparison, "arm") && !isConventional(comparison, "against");
    }

    private static boolean isConventional(JsonNode comparison, String side) {
        return comparison.path(side).asString().startsWith(CONVENTIONAL + "/");
    }

    private List<String> row(String word, JsonNode workload, JsonNode comparison) {
        JsonNode p50 = comparison.path("p50");
        JsonNode equal = comparison.path("equalDurability");
        JsonNode more = comparison.path("moreDurable");
        return List.of(
                word,
                comparison.path("arm").asString(),
                median(workload, comparison.path("arm").asString()),
                comparison.path("against").asString(),
                median(workload, comparison.path("against").asString()),
                StudyText.interval(p50.path("ratio"), "value", "from", "to", 1),
                StudyText.interval(p50.path("difference"), "nanos", "fromNanos", "toNanos", 1e-6),
                theirs(word, comparison),
                p50.path("faster").asString("not to be told apart"),
                StudyText.durable(
                        equal.isBoolean() ? Optional.of(equal.asBoolean()) : Optional.empty(),
                        more.isString() ? Optional.of(more.asString()) : Optional.empty()));
    }

    private String theirs(String word, JsonNode comparison) {
        return study.path("claims")
                .valueStream()
                .filter(claim -> claim.path("workload").asString().equals(word))
                .filter(claim -> isAcrossBackends(comparison))
                .findFirst()
                .map(claim -> StudyText.theirs(claim.path("ratio").asDouble(0)))
                .orElse("-");
    }

    private static String median(JsonNode workload, String label) {
        return workload.path("arms")
                .valueStream()
                .filter(arm -> arm.path("arm").asString().equals(label))
                .map(arm -> (arm.at("/p50/atLeast").asBoolean(false) ? ">=" : "")
                        + StudyText.interval(arm.path("p50"), "nanos", "fromNanos", "toNanos", 1e-6))
                .findFirst()
                .orElse("-");
    }

    private String chance() {
        List<String> said = new ArrayList<>();
        for (JsonNode workload : study.path("workloads")) {
            if (workload.path("aa").isObject()) {
                said.add(workload.path("workload").asString() + " "
                        + StudyText.interval(workload.at("/aa/p50/ratio"), "value", "from", "to", 1));
            }
        }
        return String.join("; ", said);
    }
}
