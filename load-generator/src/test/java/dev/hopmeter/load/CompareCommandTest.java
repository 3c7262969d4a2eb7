package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CompareCommandTest {

    private static final String AGAIN = " again";

    private final StringWriter out = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void whatHarpersLicenceSaysIsBesideItsFigures() throws IOException {
        Path with = study("with", true, "unified", "harper");
        Path without = study("without", true, "unified");

        assertThat(compare(with, with)).isEqualTo(Hopmeter.VALID);
        assertThat(out.toString()).contains(HarperSite.LICENCE, "harper/confirmed");
        assertThat(compare(with, without)).isEqualTo(Hopmeter.VALID);
        assertThat(out.toString()).contains(HarperSite.LICENCE);
        assertThat(compare(without, with)).isEqualTo(Hopmeter.VALID);
        assertThat(out.toString()).contains(HarperSite.LICENCE);
        assertThat(compare(without, without)).isEqualTo(Hopmeter.VALID);
        assertThat(out.toString()).contains("unified/quorum").doesNotContain("licence");
    }

    @Test
    void whatCannotBeToldDoesNotPassWhicheverSideHasTooFewValidTrials() throws IOException {
        Path valid = study("valid", true, "unified");
        Path failed = study("failed", false, "unified");

        for (List<Path> sides : List.of(List.of(valid, failed), List.of(failed, valid))) {
            assertThat(compare(sides.getFirst(), sides.getLast(), "--fail-if-slower=10%"))
                    .as("%s", sides)
                    .isEqualTo(Hopmeter.NOT_VALID);
            assertThat(out.toString()).contains("NOT TOLD");
            assertThat(compare(sides.getFirst(), sides.getLast())).isEqualTo(Hopmeter.VALID);
        }
        assertThat(compare(valid, valid, "--fail-if-slower=10%")).isEqualTo(Hopmeter.VALID);
        assertThat(new CommandLine(new CompareCommand(new PrintWriter(out)))
                        .getUsageMessage()
                        .replaceAll("\\s+", " "))
                .contains("cannot be told as BEFORE or AFTER has too few valid trials");
    }

    @Test
    void whatOnlyOneHasIsNamedAndAnArmOrWorkloadThatIsGoneDoesNotPass() throws IOException {
        Path more = study("more", true, "unified", "conventional/strong");
        Path fewer = study("fewer", true, "unified");
        Path both = study("both", List.of(Workload.FRESHNESS, Workload.POINT_QUERY), trial -> true, "unified");

        assertThat(compare(more, fewer, "--fail-if-slower=10%")).isEqualTo(Hopmeter.NOT_VALID);
        assertThat(out.toString())
                .contains("GONE: freshness on conventional/strong is in BEFORE alone")
                .doesNotContain("NEW", "SLOWER", "NOT TOLD");
        assertThat(compare(more, fewer)).isEqualTo(Hopmeter.VALID);
        assertThat(out.toString()).contains("GONE: freshness on conventional/strong is in BEFORE alone");
        assertThat(compare(both, fewer, "--fail-if-slower=10%")).isEqualTo(Hopmeter.NOT_VALID);
        assertThat(out.toString()).contains("GONE: point-query on unified/quorum is in BEFORE alone");

        assertThat(compare(fewer, more, "--fail-if-slower=10%")).isEqualTo(Hopmeter.VALID);
        assertThat(out.toString())
                .contains("NEW: freshness on conventional/strong is in AFTER alone")
                .doesNotContain("GONE");
    }

    @Test
    void theSecondCopyOfAnArmMayBeGone() throws IOException {
        Path twice = study("twice", true, "unified", "unified" + AGAIN);
        Path once = study("once", true, "unified");

        assertThat(compare(twice, once, "--fail-if-slower=10%")).isEqualTo(Hopmeter.VALID);
        assertThat(out.toString()).contains("GONE: freshness on unified/quorum (A/A) is in BEFORE alone");
    }

    @Test
    void aStudyOfTwoMachinesOrBuildsIsSaidToBe() throws IOException {
        Path one = study("one", true, "unified");
        Path two = study("two", true, "unified");
        for (int trial = 1; trial <= 3; trial++) {
            environment(one, trial, "{\"commit\": \"aaa\", \"cpu\": \"its\", \"cores\": 2}");
            environment(
                    two,
                    trial,
                    "{\"commit\": \"%s\", \"cpu\": \"its\", \"cores\": %d}"
                            .formatted(trial == 3 ? "bbb" : "aaa", trial == 3 ? 64 : 2));
        }

        compare(one, two);
        assertThat(out.toString())
                .contains("before: " + one + ", 3 of 3 trials, 0 failed, commit aaa" + System.lineSeparator())
                .contains("after: " + two + ", 3 of 3 trials, 0 failed, commit aaa and bbb; NOT ALL TRIALS are of one"
                        + " machine and one build: commit aaa and bbb; cores 2 and 64.")
                .contains("cores: 2 before, 2 and 64 after")
                .doesNotContain("cpu: ");
    }

    @Test
    void whatIsMissingOrFailedIsSaidOfBoth() throws IOException {
        Path half = study("half", List.of(Workload.FRESHNESS), trial -> trial != 2, "unified");
        Files.delete(half.resolve("freshness-unified-quorum-3").resolve("summary.json"));
        Path whole = study("whole", true, "unified");

        compare(half, whole);
        assertThat(out.toString())
                .contains("before: " + half + ", 2 of 3 trials, INCOMPLETE, 1 failed, commit unknown")
                .contains("after: " + whole + ", 3 of 3 trials, 0 failed, commit unknown")
                .contains("1 (-1), 3");
        compare(whole, half);
        assertThat(out.toString()).contains("after: " + half + ", 2 of 3 trials, INCOMPLETE, 1 failed");
    }

    @Test
    void settingsOfAnArmThatChangedAreTold() throws IOException {
        Path before = study("before", true, "unified", "unified" + AGAIN);
        Path after = study("after", true, "unified", "unified" + AGAIN);
        String same = "\"publisher.acks\": \"all\"";
        for (int trial = 1; trial <= 3; trial++) {
            environment(before, trial, "{\"settings\": {\"linger\": \"5\", \"old\": \"x\", " + same + "}}");
            environment(after, trial, "{\"settings\": {\"linger\": \"0\", \"new\": \"y\", " + same + "}}");
        }

        compare(before, after);
        assertThat(out.toString().lines().filter(line -> line.startsWith("unified/quorum, ")))
                .containsExactly(
                        "unified/quorum, linger: 5 -> 0",
                        "unified/quorum, new: unset -> y",
                        "unified/quorum, old: x -> unset");
        assertThat(out.toString()).doesNotContain(" more settings");

        String many = IntStream.range(0, 12)
                .mapToObj(each -> "\"k%d\": \"v\"".formatted(each))
                .collect(Collectors.joining(", "));
        for (int trial = 1; trial <= 3; trial++) {
            environment(
                    after, trial, "{\"settings\": {\"linger\": \"5\", \"old\": \"x\", " + same + ", " + many + "}}");
        }
        compare(before, after);
        assertThat(out.toString().lines().filter(line -> line.startsWith("unified/quorum, ")))
                .hasSize(10);
        assertThat(out.toString().lines()).contains("and 2 more settings");
    }

    private static void environment(Path study, int trial, String text) throws IOException {
        Files.writeString(study.resolve("freshness-unified-quorum-" + trial).resolve("environment.json"), text);
    }

    private Path study(String name, boolean valid, String... arms) throws IOException {
        return study(name, List.of(Workload.FRESHNESS), trial -> valid, arms);
    }

    private Path study(String name, List<Workload> workloads, IntPredicate valid, String... arms) throws IOException {
        StudyPlan plan = new StudyPlan(
                workloads,
                Stream.of(arms)
                        .map(arm -> arm.endsWith(AGAIN)
                                ? StudyArm.of(arm.replace(AGAIN, "")).copy()
                                : StudyArm.of(arm))
                        .toList(),
                3,
                100,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                1,
                true);
        Path made = Files.createDirectories(folder.resolve(name));
        Files.writeString(made.resolve(StudyPlan.FILE), SummaryJson.write(plan.json()));
        MadeUp.study(plan, made, (request, planned) -> {
            TrialResult trial = MadeUp.trial(request.plan(), event -> 4_000_000L + 1_000L * (event % 90));
            return MadeUp.wholeReport(
                    request, trial, "made up", valid.test(planned.number()) ? List.of() : List.of("it was not"));
        });
        return made;
    }

    /** Its exit status; what it prints is all that there is in {@link #out}. */
    private int compare(Path before, Path after, String... options) {
        out.getBuffer().setLength(0);
        String[] all = Stream.concat(Stream.of(before.toString(), after.toString()), Stream.of(options))
                .toArray(String[]::new);
        return new CommandLine(new CompareCommand(new PrintWriter(out, true))).execute(all);
    }
}
