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
            "Exit status: 0; 1 if --fail-if-slower is given and something is slower; 2 if they cannot be compared."
        },
        footer = {"", "Example:", "  hopmeter compare results/before results/after --fail-if-slower 10%%"})
final class CompareCommand implements Callable<Integer> {

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
            description = "exit with 1 if a median is longer by more than that, and its interval holds nothing but"
                    + " longer ones")
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
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("workload", "arm", "p50 before", "after", "ratio", "95 %", "p99 ratio", "95 %", ""));
        boolean slower = false;
        for (Study.Comparison each : comparisons) {
            boolean isSlower = most.map(share -> isSlower(each, share)).orElse(false);
            slower |= isSlower;
            rows.add(List.of(
                    each.arm().workload().word(),
                    each.arm().arm().label(),
                    millis(each.against()),
                    millis(each.arm()),
                    ratio(each, "p50"),
                    range(each, "p50"),
                    ratio(each, "p99"),
                    range(each, "p99"),
                    isSlower ? "SLOWER" : ""));
        }
        Columns.aligned(rows).forEach(out::println);
        out.flush();
        return slower ? Hopmeter.NOT_VALID : Hopmeter.VALID;
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

    private static boolean isSlower(Study.Comparison comparison, double share) {
        return comparison
                .ratio("p50")
                .filter(ratio -> ratio.value() > 1 + share)
                .flatMap(Estimate.Interval::range)
                .map(range -> range.from() > 1)
                .orElse(false);
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
