package dev.hopmeter.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hopmeter compare}: two studies, as before and after a change. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares what two studies have in common: each workload on each arm, after by before.",
            "",
            "Exit status: 0; 1 if --fail-if-slower is given and something is slower, or cannot be told as BEFORE"
                    + " or AFTER has too few valid trials of it; 2 if they cannot be compared."
        },
        footer = {"", "Example:", "  hopmeter compare results/before results/after --fail-if-slower 10%%"})
final class CompareCommand implements Callable<Integer> {

    /** What can make a difference by itself, by its name in {@code environment.json}. */
    private static final List<String> RAN_ON = List.of("cpu", "cores", "jdk");

    private static final Pattern PERCENT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*%?");

    private final PrintWriter out;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "the folder of a study")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "AFTER", description = "the folder of another")
    private Path after = Path.of("");

    @Option(
            names = "--fail-if-slower",
            paramLabel = "PERCENT",
            description =
                    "exit with 1 if a median is longer by more than that, and the interval of its ratio is above 1; or"
                            + " if there is no such interval")
    private @Nullable String failIfSlower;

    CompareCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Study first;
        Study second;
        Optional<Double> most;
        List<Study.Comparison> comparisons;
        try {
            most = Optional.ofNullable(failIfSlower).map(CompareCommand::share);
            first = read(before);
            second = read(after);
            comparisons = common(first, second);
            if (comparisons.isEmpty()) {
                throw new IllegalArgumentException(
                        "the studies in " + before + " and " + after + " have no workload on the same arm in common");
            }
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
        otherwise(first, second).forEach(out::println);
        if (first.plan().hasHarper() || second.plan().hasHarper()) {
            out.println(HarperSite.BESIDE_FIGURES);
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "workload",
                "arm",
                "p50 before",
                "after",
                "difference",
                "95 %",
                "ratio",
                "95 %",
                "p99 ratio",
                "95 %",
                "valid trials",
                ""));
        boolean failed = false;
        for (Study.Comparison each : comparisons) {
            String verdict = most.map(share -> verdict(each, share)).orElse("");
            failed |= !verdict.isEmpty();
            rows.add(List.of(
                    each.arm().workload().word(),
                    each.arm().arm().label(),
                    millis(each.against()),
                    millis(each.arm()),
                    difference(each),
                    differenceRange(each),
                    ratio(each, "p50"),
                    range(each, "p50"),
                    ratio(each, "p99"),
                    range(each, "p99"),
                    each.against().valid().size() + ", " + each.arm().valid().size(),
                    verdict));
        }
        Columns.aligned(rows).forEach(out::println);
        out.flush();
        return failed ? Hopmeter.NOT_VALID : Hopmeter.VALID;
    }

    private static Study read(Path folder) throws IOException {
        return Study.of(StudyPlan.read(folder), folder);
    }

    /** After by before, for each workload and arm that both have. */
    private static List<Study.Comparison> common(Study first, Study second) {
        List<Study.Comparison> common = new ArrayList<>();
        for (Study.Group group : first.groups()) {
            second.group(group.workload(), group.arm().label())
                    .ifPresent(later -> common.add(new Study.Comparison(later, group)));
        }
        return common;
    }

    /** Empty if it passes. What cannot be told for want of valid trials, before or after, does not. */
    private static String verdict(Study.Comparison comparison, double share) {
        Optional<Estimate.Interval> ratio = comparison.ratio("p50");
        Optional<Estimate.Range> range = ratio.flatMap(Estimate.Interval::range);
        if (range.isEmpty()) {
            return "NOT TOLD";
        }
        return ratio.orElseThrow().value() > 1 + share && range.get().from() > 1 ? "SLOWER" : "";
    }

    /** What was asked for otherwise, or ran on something else, so that a change can be of that. */
    private static List<String> otherwise(Study first, Study second) {
        List<String> lines = new ArrayList<>();
        StudyPlan before = first.plan();
        StudyPlan after = second.plan();
        if (before.rate() != after.rate()) {
            lines.add("rate: " + Table.number(before.rate()) + "/s before, " + Table.number(after.rate()) + "/s after");
        }
        if (!before.duration().equals(after.duration())) {
            lines.add("duration: " + Durations.text(before.duration()) + " before, " + Durations.text(after.duration())
                    + " after");
        }
        for (String word : RAN_ON) {
            String was = first.environment().path(word).asString("");
            String is = second.environment().path(word).asString("");
            if (!was.isEmpty() && !is.isEmpty() && !was.equals(is)) {
                lines.add(word + ": " + was + " before, " + is + " after");
            }
        }
        return lines;
    }

    private static double share(String text) {
        Matcher matcher = PERCENT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("--fail-if-slower is a share as in 10%, not '" + text + "'");
        }
        return Double.parseDouble(matcher.group(1)) / 100;
    }

    private static String millis(Study.Group group) {
        return group.estimate("p50")
                .map(each -> String.format(Locale.ROOT, "%.2f ms", each.value() / 1e6))
                .orElse("-");
    }

    private static String difference(Study.Comparison comparison) {
        return comparison
                .difference("p50")
                .map(each -> String.format(Locale.ROOT, "%.2f ms", each.value() / 1e6))
                .orElse("-");
    }

    private static String differenceRange(Study.Comparison comparison) {
        return comparison
                .difference("p50")
                .flatMap(Estimate.Interval::range)
                .map(range -> String.format(Locale.ROOT, "[%.2f, %.2f]", range.from() / 1e6, range.to() / 1e6))
                .orElse("?");
    }

    private static String ratio(Study.Comparison comparison, String quantile) {
        return comparison
                .ratio(quantile)
                .map(each -> String.format(Locale.ROOT, "%.2f", each.value()))
                .orElse("-");
    }

    private static String range(Study.Comparison comparison, String quantile) {
        return comparison
                .ratio(quantile)
                .flatMap(Estimate.Interval::range)
                .map(range -> String.format(Locale.ROOT, "[%.2f, %.2f]", range.from(), range.to()))
                .orElse("?");
    }
}
