package dev.hopmeter.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/** What a study has come to, for readers: as text for a terminal, and as {@code report.md}. */
final class StudyText {

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

    static String markdown(Study study) {
        return new StudyText(study, Columns::markdown, "## ").told();
    }

    private String told() {
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
            lines.add("Beside every figure of Harper's: " + HarperSite.LICENCE + ".");
        }
        lost();
        claims();
        againstItself();
        arms();
        hops();
        durability();
        return String.join("\n", lines) + "\n";
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
                failures.add(group.workload().word() + " on " + group.arm().label() + ": " + failed + " trials failed, "
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
        title("The rerun study's ratios of medians, and ours");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "workload", "theirs", "ours", "95 %", "conventional", "other", "lower median", "equally durable"));
        for (Claim claim : study.claims()) {
            for (Study.Comparison each : claim.ours()) {
                rows.add(List.of(
                        claim.workload().word(),
                        number(claim.ratio()),
                        ratio(each, "p50"),
                        range(each, "p50"),
                        each.arm().arm().label(),
                        each.against().arm().label(),
                        each.faster("p50").map(faster -> faster.arm().label()).orElse("not to be told apart"),
                        each.equallyDurable().map(equal -> equal ? "yes" : "no").orElse("not known")));
            }
        }
        lines.addAll(table.apply(rows));
        lines.add("");
        lines.add("A ratio above 1 is how many times as long the conventional side takes; what it wins comes first."
                + " Equally durable: as many flushed copies when a sender and when a subscriber is told.");
    }

    private void againstItself() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("workload", "arm against itself", "p50 ratio", "95 %", "p99 ratio", "95 %"));
        for (Study.Comparison comparison : study.comparisons()) {
            if (comparison.againstItself()) {
                rows.add(List.of(
                        comparison.arm().workload().word(),
                        comparison.arm().arm().label(),
                        ratio(comparison, "p50"),
                        range(comparison, "p50"),
                        ratio(comparison, "p99"),
                        range(comparison, "p99")));
            }
        }
        if (rows.size() > 1) {
            title("What chance alone makes of it");
            lines.addAll(table.apply(rows));
        }
    }

    private static String ratio(Study.Comparison comparison, String quantile) {
        return comparison.ratio(quantile).map(each -> number(each.value())).orElse("-");
    }

    private static String range(Study.Comparison comparison, String quantile) {
        return comparison
                .ratio(quantile)
                .flatMap(Estimate.Interval::range)
                .map(range -> "[" + number(range.from()) + ", " + number(range.to()) + "]")
                .orElse("?");
    }

    private void arms() {
        title("Every arm, in ms");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "workload",
                "arm",
                "trials",
                "p50",
                "p90",
                "p99",
                "lost",
                "processor s for 1 000",
                "memory (MB)",
                "over floor"));
        for (Study.Group group : study.groups()) {
            int failed = group.failed();
            rows.add(List.of(
                    group.workload().word(),
                    group.arm().label(),
                    group.valid().size() + (failed == 0 ? "" : " (-" + failed + ")"),
                    millis(group, "p50"),
                    millis(group, "p90"),
                    millis(group, "p99"),
                    Long.toString(group.count("lost")),
                    told(group.cost("processorSecondsPer1000Events"), 1),
                    told(scaled(group.cost("residentBytes"), 1e-6), 0),
                    told(group.mean("/floor/totalP50OverFloor"), 1)));
        }
        lines.addAll(table.apply(rows));
    }

    private static OptionalDouble scaled(OptionalDouble value, double by) {
        return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * by) : value;
    }

    private static String told(OptionalDouble value, int digits) {
        return value.isPresent() ? String.format(Locale.ROOT, "%." + digits + "f", value.getAsDouble()) : "-";
    }

    private static String millis(Study.Group group, String quantile) {
        return group.estimate(quantile)
                .map(Estimate::interval)
                .map(each -> (each.atLeast() ? ">=" : "")
                        + number(each.value() / 1e6)
                        + each.range()
                                .map(range -> " [" + number(range.from() / 1e6) + ", " + number(range.to() / 1e6) + "]")
                                .orElse(" [?]"))
                .orElse("n too small");
    }

    private void hops() {
        title("Where the time goes: means of the hops in ms, which add up, of all events and of those about the p99");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("workload", "arm", "hop", "all", "about the p99"));
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
    }

    private void durability() {
        title("What an acknowledgement and a notification promise");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("workload", "arm", "order", "record", "notification"));
        for (Study.Group group : study.groups()) {
            rows.add(List.of(
                    group.workload().word(),
                    group.arm().label(),
                    group.durability().path("order").asString("-"),
                    group.durability().path("record").asString("-"),
                    group.durability().path("notification").asString("-")));
        }
        lines.addAll(table.apply(rows));
    }

    /** Three digits that mean something. */
    static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size < 1 ? "%.3f" : size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%.0f", value);
    }
}
