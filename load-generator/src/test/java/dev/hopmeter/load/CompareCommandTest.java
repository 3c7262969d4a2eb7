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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CompareCommandTest {

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

    private Path study(String name, boolean valid, String... arms) throws IOException {
        StudyPlan plan = new StudyPlan(
                List.of(Workload.FRESHNESS),
                Stream.of(arms).map(StudyArm::of).toList(),
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
            return MadeUp.wholeReport(request, trial, "made up", valid ? List.of() : List.of("it was not"));
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
