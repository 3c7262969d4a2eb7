package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code hopmeter compare}: two studies, as before and after a change. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares what two studies have in common: each workload on each arm, after by before. What only one of"
                + " them has is named, and so is what may make a difference by itself: settings, commits, machines.",
            "",
            "Exit status: 0; 1 if --fail-if-slower is given and something is slower, or cannot be told as BEFORE"
                    + " or AFTER has too few valid trials of it, or as AFTER does not have it; 2 if they cannot be"
                    + " compared."
        },
        footer = {"", "Example:", "  hopmeter compare results/before results/after --fail-if-slower 10%%"})
final class CompareCommand implements Callable<Integer> {

    /** What can make a difference by itself, by its name in {@code environment.json}. */
    private static final List<String> RAN_ON = List.of("cpu", "cores", "jdk");

    private static final String UNKNOWN = "unknown";

    private static final List<String> HEAD = List.of(
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
            "trials (-failed)",
            "");

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
                            + " if there is no such interval, or AFTER does not have the workload on that arm")
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
                throw new IllegalArgumentException("the studies in " + before + " and " + after
                        + " have no workload on the same arm in common; to compare with the first, 'hopmeter study"
                        + asked(first.plan()) + "'");
            }
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
        List<Study.Group> gone = without(first, second);
        out.println(told("before", before, first));
        out.println(told("after", after, second));
        otherwise(first, second).forEach(out::println);
        changedSettings(comparisons).forEach(out::println);
        if (first.plan().hasHarper() || second.plan().hasHarper()) {
            out.println(HarperSite.BESIDE_FIGURES);
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        // An arm whose second copy alone is gone is compared all the same.
        boolean failed =
                most.isPresent() && gone.stream().anyMatch(group -> !group.arm().again());
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
                    trials(each.against()) + ", " + trials(each.arm()),
                    verdict));
        }
        Columns.aligned(rows).forEach(out::println);
        gone.forEach(group -> out.println("GONE: " + group.title() + " is in BEFORE alone"));
        without(second, first).forEach(group -> out.println("NEW: " + group.title() + " is in AFTER alone"));
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

    /** What the one has, and the other has not. */
    private static List<Study.Group> without(Study one, Study other) {
        return one.groups().stream()
                .filter(group ->
                        other.group(group.workload(), group.arm().label()).isEmpty())
                .toList();
    }

    /** The options of another study like that. */
    private static String asked(StudyPlan plan) {
        return " --workloads "
                + plan.workloads().stream().map(Workload::word).collect(Collectors.joining(",")) + " --arms "
                + plan.arms().stream()
                        .filter(arm -> !arm.again())
                        .map(StudyArm::label)
                        .collect(Collectors.joining(","));
    }

    /** How much there is of a study, and of what it is. */
    private static String told(String which, Path folder, Study study) {
        Circumstances circumstances = study.circumstances();
        return which + ": " + folder + ", " + study.ended() + " of " + study.planned() + " trials"
                + (study.ended() < study.planned() ? ", INCOMPLETE" : "") + ", "
                + (study.ended() - study.valid()) + " failed, commit " + circumstances.told("commit", UNKNOWN)
                + circumstances.warning().map(warning -> "; " + warning).orElse("");
    }

    private static String trials(Study.Group group) {
        return StudyText.trials(group.valid().size(), group.failed());
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
        if (before.trials() != after.trials()) {
            lines.add("trials of each arm: " + before.trials() + " before, " + after.trials() + " after");
        }
        for (String word : RAN_ON) {
            String was = first.circumstances().told(word, UNKNOWN);
            String is = second.circumstances().told(word, UNKNOWN);
            if (!was.equals(is)) {
                lines.add(word + ": " + was + " before, " + is + " after");
            }
        }
        return lines;
    }

    /** What arms have otherwise than before, each once, as most are the same on every workload. */
    private static List<String> changedSettings(List<Study.Comparison> comparisons) {
        Set<String> changed = new LinkedHashSet<>();
        for (Study.Comparison each : comparisons) {
            List<JsonNode> before = each.against().settings();
            List<JsonNode> after = each.arm().settings();
            if (before.isEmpty() || after.isEmpty()) {
                continue;
            }
            for (String name : Circumstances.names(Stream.concat(before.stream(), after.stream()))) {
                String was = String.join(" and ", Circumstances.values(before, name));
                String is = String.join(" and ", Circumstances.values(after, name));
                if (!was.equals(is)) {
                    changed.add(each.arm().arm().original().label() + ", " + name + ": " + was + " -> " + is);
                }
            }
        }
        List<String> lines =
                new ArrayList<>(changed.stream().limit(Circumstances.MOST_TOLD).toList());
        if (changed.size() > lines.size()) {
            lines.add("and " + (changed.size() - lines.size()) + " more settings");
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
