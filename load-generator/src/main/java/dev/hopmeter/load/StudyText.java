package dev.hopmeter.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What a study has come to, for readers: as text for a terminal, and as {@code report.md}. */
final class StudyText {

    private static final String TWO_SCALES =
            "The interval of a ratio is made on the scale of logarithms, that of a difference on that of milliseconds:"
                + " where trials scatter widely, the one can exclude 1 while the other holds 0. Which arm is lower is"
                + " judged by the ratio.";

    private final Study study;
    private final Function<List<List<String>>, List<String>> table;
    private final String heading;
    private final List<String> lines = new ArrayList<>();

    private StudyText(Study study, Function<List<List<String>>, List<String>> table, String heading) {
        this.study = study;
        this.table = table;
        this.heading = heading;
    }

    static String plain(Study study) {
        return new StudyText(study, Columns::aligned, "").told();
    }

    /** The least of it, narrow enough for a terminal: what the conventional side wins, and each claim's arms, with chance. */
    static String brief(Study study) {
        StudyText brief = new StudyText(study, Columns::aligned, "");
        brief.introduction();
        brief.shown();
        return brief.text();
    }

    static String markdown(Study study) {
        return new StudyText(study, Columns::markdown, "## ").told();
    }

    private String told() {
        introduction();
        claims();
        comparisons();
        arms();
        hops();
        ladders();
        durability();
        circumstances();
        return text();
    }

    private String text() {
        return String.join("\n", lines) + "\n";
    }

    private void introduction() {
        StudyPlan plan = study.plan();
        lines.add((heading.isEmpty() ? "" : "# ") + "Study: " + study.ended() + " of " + study.planned()
                + " trials, each on a stack started anew, in one random order");
        lines.add("");
        lines.add(Table.count(FireTimes.count(plan.rate(), plan.duration())) + " events at " + Table.number(plan.rate())
                + "/s in each trial, seed " + plan.seed()
                + ". Totals from intended send to delivery; 95 % intervals with the"
                + " trial as the unit.");
        if (study.plan().hasHarper()) {
            lines.add("");
            lines.add(HarperSite.BESIDE_FIGURES);
        }
        lost();
        study.circumstances().warning().ifPresent(warning -> {
            lines.add("");
            lines.add(warning);
        });
        List<String> losses = Losses.of(study);
        if (!losses.isEmpty()) {
            lines.add("");
            lines.addAll(losses);
        }
    }

    /** Medians, and ratios of what is in the headline, or of all where nothing is, and of the arm that is there twice. */
    private void shown() {
        title("Every arm, in ms");
        List<List<String>> medians = new ArrayList<>(List.of(List.of("workload", "arm", "trials", "p50", "p99")));
        for (Study.Group group : study.groups()) {
            medians.add(List.of(
                    group.workload().word(),
                    group.arm().label(),
                    trials(group.valid().size(), group.failed()),
                    millis(group, "p50"),
                    millis(group, "p99")));
        }
        lines.addAll(table.apply(medians));
        boolean all = study.comparisons().stream().noneMatch(Study.Comparison::isInHeadline);
        List<List<String>> ratios =
                new ArrayList<>(List.of(List.of("workload", "first", "second", "p50", "p99", "equally durable")));
        for (Study.Comparison each : study.comparisons()) {
            if (all || each.isInHeadline() || each.againstItself()) {
                ratios.add(List.of(
                        each.arm().workload().word(),
                        each.arm().arm().label(),
                        each.against().arm().label(),
                        ratio(each, "p50"),
                        ratio(each, "p99"),
                        durable(each)));
            }
        }
        if (ratios.size() > 1) {
            title("The first by the second: above 1, the first takes longer; (A/A) is an arm by itself, which is"
                    + " chance");
            lines.addAll(table.apply(ratios));
        }
    }

    private void title(String text) {
        lines.add("");
        lines.add(heading + text);
        lines.add("");
    }

    private void lost() {
        List<String> failures = new ArrayList<>();
        for (Study.Group group : study.groups()) {
            int failed = group.failed();
            long lost = group.count("lost");
            if (failed > 0 || lost > 0) {
                failures.add(group.title() + ": " + failed + " trials failed, "
                        + lost
                        + " events lost ("
                        + String.join("; ", group.why())
                        + ")");
            }
        }
        lines.add("");
        lines.add(
                failures.isEmpty()
                        ? "No trial failed, and no event was lost."
                        : "Failed trials are kept, and are in no figure: " + String.join("; ", failures) + ".");
    }

    private void claims() {
        if (study.claims().isEmpty()) {
            return;
        }
        title("The rerun study's ratios of medians, and ours; medians in ms");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "workload",
                "theirs",
                "conventional",
                "p50",
                "other",
                "p50",
                "ratio",
                "difference",
                "by chance",
                "lower median",
                "equally durable"));
        for (Claim claim : study.claims()) {
            String chance = study.comparisons().stream()
                    .filter(each -> each.againstItself() && each.arm().workload() == claim.workload())
                    .findFirst()
                    .map(each -> ratio(each, "p50"))
                    .orElse("-");
            for (Study.Comparison each : claim.ours()) {
                rows.add(List.of(
                        claim.workload().word(),
                        theirs(claim.ratio()),
                        each.arm().arm().label(),
                        millis(each.arm(), "p50"),
                        each.against().arm().label(),
                        millis(each.against(), "p50"),
                        ratio(each, "p50"),
                        difference(each, "p50"),
                        chance,
                        each.faster("p50").map(faster -> faster.arm().label()).orElse("not to be told apart"),
                        durable(each)));
            }
        }
        lines.addAll(table.apply(rows));
        lines.add("");
        lines.add("A ratio above 1 is how many times as long the conventional side takes; where it has the lower"
            + " median comes first, then what is equally durable: as many flushed copies when a sender and when a"
            + " subscriber is told; or which arm has more, where one has more at one moment and no fewer at the other."
            + " By chance: the ratio of an arm by itself.");
        if (study.claims().stream()
                .flatMap(claim -> claim.ours().stream())
                .noneMatch(each -> each.equallyDurable().orElse(false))) {
            lines.add("");
            lines.add("No two arms here are equally durable: nothing in this table is compared head-on.");
        }
    }

    private static String durable(Study.Comparison each) {
        return durable(
                each.equallyDurable(), each.moreDurable().map(more -> more.arm().label()));
    }

    /** Whether two arms are equally durable and, where one has more flushed copies, which. */
    static String durable(Optional<Boolean> equally, Optional<String> more) {
        return equally.map(equal -> equal
                        ? "yes"
                        : "no" + more.map(arm -> ": " + arm + " more").orElse(""))
                .orElse("not known");
    }

    private void comparisons() {
        if (study.comparisons().isEmpty()) {
            return;
        }
        title("Every arm by every other, and one by itself, which is chance: ratios of the totals");
        lines.addAll(table.apply(compared(StudyText::ratio)));
        title("Every arm minus every other, and one minus itself, which is chance: differences of the totals in ms");
        lines.addAll(table.apply(compared(StudyText::difference)));
        lines.add("");
        lines.add(TWO_SCALES);
    }

    /** As the rerun study's ratios are told: those below 1 by their inverse. */
    static String theirs(double ratio) {
        return ratio < 1 ? "1/" + Table.number(1 / ratio) : Table.number(ratio);
    }

    /** Each two arms, and what that makes of them at each quantile. */
    private List<List<String>> compared(BiFunction<Study.Comparison, String, String> what) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("workload", "first", "second", "p50", "p90", "p99", "p99.9"));
        for (Study.Comparison comparison : study.comparisons()) {
            rows.add(List.of(
                    comparison.arm().workload().word(),
                    comparison.arm().arm().label(),
                    comparison.against().arm().label(),
                    what.apply(comparison, "p50"),
                    what.apply(comparison, "p90"),
                    what.apply(comparison, "p99"),
                    what.apply(comparison, "p999")));
        }
        return rows;
    }

    private static String ratio(Study.Comparison comparison, String quantile) {
        return comparison.ratio(quantile).map(each -> interval(each, 1)).orElse("-");
    }

    private static String difference(Study.Comparison comparison, String quantile) {
        return comparison.difference(quantile).map(each -> interval(each, 1e-6)).orElse("-");
    }

    static String interval(Estimate.Interval interval, double scale) {
        return (interval.atLeast() ? ">=" : "")
                + number(interval.value() * scale)
                + interval.range()
                        .map(range -> " [" + number(range.from() * scale) + ", " + number(range.to() * scale) + "]")
                        .orElse(" [?]");
    }

    private void arms() {
        title("Every arm, in ms");
        List<String> quantiles = Study.QUANTILES.keySet().stream()
                .filter(quantile -> !quantile.equals("p999")
                        || study.groups().stream()
                                .anyMatch(group -> group.estimate(quantile).isPresent()))
                .toList();
        List<String> head = new ArrayList<>(List.of("workload", "arm", "trials"));
        quantiles.forEach(quantile -> head.add(Study.name(quantile)));
        head.addAll(List.of("lost", "duplicate", "processor s for 1 000", "memory (MB)", "over floor (first trial)"));
        List<List<String>> rows = new ArrayList<>(List.of(head));
        for (Study.Group group : study.groups()) {
            List<String> row = new ArrayList<>(List.of(
                    group.workload().word(),
                    group.arm().label(),
                    trials(group.valid().size(), group.failed())));
            quantiles.forEach(quantile -> row.add(millis(group, quantile)));
            row.addAll(List.of(
                    Long.toString(group.count("lost")),
                    Long.toString(group.count("duplicate")),
                    told(group.cost("processorSecondsPer1000Events"), 1),
                    told(scaled(group.cost("residentBytes"), 1e-6), 0),
                    told(group.mean("/floor/totalP50OverFloor"), 1)));
            rows.add(row);
        }
        lines.addAll(table.apply(rows));
        if (study.plan().floor()) {
            lines.add("");
            lines.add("Over floor: only the first trial of each arm measures its floor, and that trial's own p50 is"
                + " divided by it, not the p50 of all trials. What one trial alone is worth shows between an arm and"
                + " its A/A row.");
        }
    }

    private static OptionalDouble scaled(OptionalDouble value, double by) {
        return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * by) : value;
    }

    private static String told(OptionalDouble value, int digits) {
        return value.isPresent() ? String.format(Locale.ROOT, "%." + digits + "f", value.getAsDouble()) : "-";
    }

    private static String millis(Study.Group group, String quantile) {
        return group.estimate(quantile)
                .map(each -> interval(each.interval(), 1e-6))
                .orElse("n too small");
    }

    private void hops() {
        title("Where the time goes: means of the hops in ms, which add up, of all events and of those about each"
                + " trial's p99");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("workload", "arm", "hop", "all", "about each trial's p99"));
        for (Study.Group group : study.groups()) {
            for (Study.HopMeans hop : group.hops()) {
                rows.add(List.of(
                        group.workload().word(),
                        group.arm().label(),
                        hop.hop(),
                        told(scaled(hop.mean(), 1e-6), 3),
                        told(scaled(hop.bandMean(), 1e-6), 3)));
            }
        }
        lines.addAll(table.apply(rows));
        lines.add("");
        lines.add("About each trial's p99: of the events whose total lies between p98.5 and p99.5 of their own trial,"
                + " pooled over the trials. They need not lie about the p99 of all trials together, which is the"
                + " one of the tables above.");
    }

    private void ladders() {
        for (JsonNode ladder : study.ladders()) {
            for (JsonNode measure : ladder.path("measures")) {
                title("What each knob buys: " + ladder.path("workload").asString() + ", "
                        + measure.path("measure").asString() + ", in ms");
                int planned =
                        ladder.path("trials").asInt(0) * measure.path("rungs").size();
                lines.add((ladder.path("tried").asInt(0) < planned
                                ? "STOPPED after " + ladder.path("tried").asInt(0) + " of " + planned + " trials; "
                                : "")
                        + ladder.path("trials").asInt(0) + " trials of each rung, "
                        + Table.number(ladder.path("ratePerSecond").asDouble(0)) + " events a second for "
                        + Table.number(ladder.path("durationNanos").asDouble(0) / 1e9) + " s, seed "
                        + ladder.path("seed").asLong(0) + ".");
                lines.add("");
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("rung", "knob", "trials", "p50", "change", "p99", "change"));
                for (JsonNode rung : measure.path("rungs")) {
                    rows.add(List.of(
                            rung.path("rung").asString(),
                            rung.path("knob").isNull()
                                    ? ladder.path("from").asString()
                                    : rung.path("knob").asString() + ": "
                                            + rung.path("from").asString() + " to "
                                            + rung.path("to").asString(),
                            trials(
                                    rung.path("validTrials").asInt(0),
                                    rung.path("failedTrials").asInt(0)),
                            climbed(rung, "p50"),
                            climbed(rung, "p50Change"),
                            climbed(rung, "p99"),
                            climbed(rung, "p99Change")));
                }
                lines.addAll(table.apply(rows));
            }
        }
    }

    private static String climbed(JsonNode rung, String name) {
        return (rung.path(name + "AtLeast").asBoolean(false) ? ">=" : "")
                + interval(rung, name + "Nanos", name + "FromNanos", name + "ToNanos", 1e-6);
    }

    private void durability() {
        title("What an acknowledgement and a notification promise");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("workload", "arm", "flushed copies", "order", "record", "notification"));
        for (Study.Group group : study.groups()) {
            rows.add(List.of(
                    group.workload().word(),
                    group.arm().label(),
                    group.flushed()
                            .map(copies -> copies.stream().map(String::valueOf).collect(Collectors.joining(", then ")))
                            .orElse("not known"),
                    group.durability().path("order").asString("-"),
                    group.durability().path("record").asString("-"),
                    group.durability().path("notification").asString("-")));
        }
        lines.addAll(table.apply(rows));
        lines.add("");
        lines.add("Flushed copies: when a sender is told, then when a subscriber is.");
    }

    private void circumstances() {
        JsonNode machine = study.environment();
        if (machine.isEmpty()) {
            return;
        }
        Circumstances circumstances = study.circumstances();
        title("The machine");
        lines.add(circumstances.told("cores", "?") + " cores of " + circumstances.told("cpu", "an unknown processor")
                + ", "
                + told(OptionalDouble.of(machine.path("memoryBytes").asDouble(0) / (1L << 30)), 1)
                + " GiB, "
                + machine.path("system").asString("an unknown system") + ", Java "
                + circumstances.told("jdk", "?") + ", "
                + machine.path("date").asString("at an unknown date") + ", commit "
                + circumstances.told("commit", "unknown") + ".");
        OptionalDouble stolen = study.mostStolenPercent();
        lines.add("");
        lines.add("Taken from these cores by the host while a trial measured: "
                + (stolen.isPresent() ? told(stolen, 1) + " % at most." : "not known."));
        lines.add("");
        lines.add("Every arm's processes share these cores, and the conventional side has the most of them."
                + " Its processor seconds, above, are what that costs it. Settings of each part,"
                + " counts and curves: study.json and report.html.");
    }

    /** How many were valid and, in brackets after a minus, how many were not. */
    static String trials(int valid, int failed) {
        return valid + (failed == 0 ? "" : " (-" + failed + ")");
    }

    /** A value of JSON and its interval, by the names of both. */
    static String interval(JsonNode node, String value, String from, String to, double scale) {
        if (!node.path(value).isNumber()) {
            return "-";
        }
        String range = node.path(from).isNumber() && node.path(to).isNumber()
                ? number(node.path(from).asDouble() * scale) + ", "
                        + number(node.path(to).asDouble() * scale)
                : "?";
        return number(node.path(value).asDouble() * scale) + " [" + range + "]";
    }

    /** Three digits that mean something. */
    static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size < 1 ? "%.3f" : size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%.0f", value);
    }
}
