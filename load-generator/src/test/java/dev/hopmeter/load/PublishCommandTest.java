package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PublishCommandTest {

    private static final String TWO_ARMS = "--arms=conventional/strong,unified";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path root;

    @BeforeEach
    void aProjectWithoutAStudy() throws IOException {
        Files.writeString(root.resolve("README.md"), "# A project\n\n## What comes out\n\nA table.\n");
    }

    @Test
    void aStudyIsCopiedAndItsHeadlineIsThatOfItsFile() throws IOException {
        Path study = study("made-up", "--workloads=freshness,point-query");
        for (int trial = 1; trial <= 2; trial++) {
            Files.writeString(
                    study.resolve("freshness-unified-quorum-" + trial + "/environment.json"),
                    "{\"cpu\": \"one\", \"duringMeasurement\": {\"stolenPercent\": 2.5}, \"effective\": {}}");
        }

        assertThat(publish(study.toString())).as("%s", err).isEqualTo(Hopmeter.VALID);

        Path copy = root.resolve("docs/results/made-up");
        assertThat(copy.resolve("report.md")).exists();
        assertThat(copy.resolve("freshness-unified-quorum-2/summary.json")).exists();
        assertThat(copy.resolve("freshness-unified-quorum-2/histograms.hlog")).exists();
        assertThat(copy.resolve("freshness-unified-quorum-1/environment.json"))
                .content()
                .contains("cpu", "2.5", "effective");
        assertThat(copy.resolve("freshness-unified-quorum-2/environment.json"))
                .as("what is not of the arm")
                .content()
                .contains("cpu", "2.5")
                .doesNotContain("effective");
        JsonNode read = JsonMapper.shared().readTree(Files.readAllBytes(copy.resolve("study.json")));
        JsonNode comparison = read.at("/claims/0/ours/1");
        assertThat(comparison.path("arm").asString()).isEqualTo("conventional/strong");
        String ratio = String.format(
                Locale.ROOT, "%.2f", comparison.at("/p50/ratio/value").asDouble());
        assertThat(readme().lines().filter(line -> line.startsWith("| freshness | conventional/strong | ")))
                .singleElement()
                .asString()
                .contains(" | unified/quorum | ", " | " + ratio + " [", " | 3 | ");
        assertThat(readme().lines().filter(line -> line.startsWith("| ")))
                .as("a head, and two conventional arms against another on two workloads")
                .hasSize(1 + 2 * 2);
        assertThat(readme().lines().takeWhile(line -> !line.startsWith("| ")))
                .as("above the table")
                .contains(
                        "Of all comparisons with another backend, the A/A arm's among them, the conventional side wins"
                                + " none by a 95 % interval, at p50, p90 and p99.");
        assertThat(readme())
                .contains("An arm against itself, which is chance: freshness ")
                .endsWith("## What comes out\n\nA table.\n");
        assertThat(publish("--check")).isEqualTo(Hopmeter.VALID);
    }

    @Test
    void armsOfOneBackendAreAgainstEachOther() throws IOException {
        Path study = study("one-side", "--workloads=point-query", "--arms=conventional/shipped,conventional/strong");

        assertThat(publish(study.toString())).as("%s", err).isEqualTo(Hopmeter.VALID);

        assertThat(readme().lines().filter(line -> line.startsWith("| point-query | ")))
                .singleElement()
                .asString()
                .contains("conventional/shipped", "conventional/strong", " | - | ");
    }

    @Test
    void aCopiedStudyCanBeComparedWithAndHasNoPathOfTheMachine() throws IOException {
        Path study = study("made-up", "--workloads=freshness", "--arms=unified");
        Path environment = study.resolve("freshness-unified-quorum-1/environment.json");
        Files.writeString(
                environment,
                "{\"arm\": \"" + System.getProperty("java.home") + "/bin " + root + "/x /tmp/hopmeter-19/redis\"}");
        publish(study.toString(), "--as=another");

        Path copy = root.resolve("docs/results/another");
        assertThat(copy.resolve(study.relativize(environment)))
                .hasContent("{\"arm\": \"(jdk)/bin (project)/x (stack)/redis\"}");
        CommandLine compare = new CommandLine(new CompareCommand(new PrintWriter(out, true)));
        assertThat(compare.execute(study.toString(), copy.toString(), "--fail-if-slower=10%"))
                .isEqualTo(Hopmeter.VALID);
        assertThat(out.toString()).contains("unified/quorum");
    }

    @Test
    void aHeadlineIsThereIfAndOnlyIfAStudyIs() throws IOException {
        assertThat(publish("--check")).as("neither").isEqualTo(Hopmeter.VALID);
        String without = readme();
        publish(study("made-up", "--workloads=freshness", TWO_ARMS).toString());
        String with = readme();

        Files.writeString(root.resolve("README.md"), without);
        assertThat(publish("--check")).as("a study alone").isEqualTo(Hopmeter.NOT_VALID);
        assertThat(out.toString()).contains("README.md has no headline");

        Files.writeString(
                root.resolve("README.md"), with.replaceFirst("\\| unified/quorum \\| \\d", "| unified/quorum | 9"));
        assertThat(publish("--check")).as("another figure").isEqualTo(Hopmeter.NOT_VALID);
        assertThat(publish(root.resolve("docs/results/made-up").toString())).isEqualTo(Hopmeter.VALID);
        assertThat(readme()).isEqualTo(with);

        Files.writeString(root.resolve("README.md"), with + with);
        assertThat(publish("--check")).as("two headlines").isEqualTo(Hopmeter.NOT_VALID);

        Files.writeString(root.resolve("README.md"), with.replace("docs/results/made-up -->", "docs/results/gone -->"));
        assertThat(publish("--check")).as("of a study that is gone").isEqualTo(Hopmeter.NOT_VALID);
    }

    @Test
    void anotherStudyTakesThePlaceOfTheHeadline() throws IOException {
        publish(study("first", "--workloads=freshness", TWO_ARMS).toString());
        publish(study("second", "--workloads=point-query", TWO_ARMS).toString());

        assertThat(readme())
                .contains("| point-query |", "docs/results/second")
                .doesNotContain("| freshness |", "results/first");
        assertThat(publish("--check")).isEqualTo(Hopmeter.VALID);
    }

    @Test
    void whatCannotBePublishedIsRefusedAndNothingIsChanged() throws IOException {
        String before = readme();
        Path study = study("made-up", "--workloads=freshness", TWO_ARMS);
        assertThat(publish()).isEqualTo(Hopmeter.REFUSED);
        assertThat(publish(root.toString())).isEqualTo(Hopmeter.REFUSED);
        assertThat(publish(study.toString(), "--as=../elsewhere")).isEqualTo(Hopmeter.REFUSED);
        assertThat(publish(study.toString(), "--check")).isEqualTo(Hopmeter.REFUSED);
        String complete = Files.readString(study.resolve("study.json"));
        Files.writeString(study.resolve("study.json"), complete.replace("\"complete\" : true", "\"complete\" : false"));
        assertThat(publish(study.toString())).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString()).contains("study --resume");
        String plan = Files.readString(study.resolve("plan.json"));
        Files.writeString(study.resolve("plan.json"), plan.replace("\"trials\" : 10", "\"trials\" : 9"));
        assertThat(publish(study.toString())).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString()).contains("has 10 trials of each arm").contains("has 9;");
        Files.writeString(study.resolve("plan.json"), plan);
        Files.writeString(study.resolve("study.json"), complete.replace("\"losses\"", "\"others\""));
        assertThat(publish(study.toString())).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString()).contains("does not say what the conventional side wins");

        assertThat(err.toString().lines()).hasSize(7);
        assertThat(readme()).isEqualTo(before);
        assertThat(root.resolve("docs")).doesNotExist();
        Files.writeString(study.resolve("study.json"), complete);
        publish(study.toString());
        assertThat(publish(study.toString())).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString()).contains("is there already");
    }

    @Test
    void aStudyWithAnArmOfHarperIsNotPublished() throws IOException {
        String before = readme();
        StudyPlan plan = new StudyPlan(
                List.of(Workload.FRESHNESS),
                List.of(StudyArm.of("unified"), StudyArm.of("harper")),
                10,
                100,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                1,
                false);
        Path folder = Files.createDirectories(root.resolve("results/with-harper"));
        Files.writeString(folder.resolve(StudyPlan.FILE), SummaryJson.write(plan.json()));
        Study study = MadeUp.study(
                plan,
                folder,
                (request, planned) -> MadeUp.wholeReport(
                        request, MadeUp.trial(request.plan(), event -> 4_000_000), "made up", List.of()));
        Files.writeString(folder.resolve("study.json"), StudyJson.of(study));

        assertThat(publish(folder.toString())).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("an arm of Harper, whose evaluation licence forbids publishing figures");
        assertThat(readme()).isEqualTo(before);
        assertThat(root.resolve("docs")).doesNotExist();
    }

    @Test
    void whatCannotBeReadIsNamedInOneLineAndNothingIsChanged() throws IOException {
        String before = readme();
        Path study = study("made-up", "--workloads=freshness", "--arms=unified");
        String trial = "freshness-unified-quorum-3";
        String again = "'hopmeter study --resume " + study + "' takes that trial again";
        List<List<String>> faults = List.of(
                List.of(trial + "/summary.json", "half of", "summary.json is no JSON: ", again),
                List.of(trial + "/summary.json", "{\"format\": 2}", "holds no trial of format 1", again),
                List.of(trial + "/histograms.hlog", "", "and the summary beside it are not of one trial", again),
                List.of("study.json", "{\"study\"", "study.json is no JSON: ", ""),
                List.of("plan.json", "{\"format\": 2}", "is of format 2", "use the version that made it"),
                List.of("plan.json", "half of", "does not hold the plan of a study", "begin another study"));
        for (List<String> fault : faults) {
            Path file = study.resolve(fault.get(0));
            String right = Files.readString(file);
            Files.writeString(file, fault.get(1));
            refusedInOneLine(fault.get(2), fault.get(3), study.toString());
            Files.writeString(file, right);
        }
        Files.delete(study.resolve(trial).resolve("summary.json"));
        refusedInOneLine("only 19 are there still", "study --resume", study.toString());
        assertThat(readme()).isEqualTo(before);
        assertThat(root.resolve("docs")).doesNotExist();
    }

    @Test
    void aFolderWithoutAReadmeIsSaidToBeNoProject() throws IOException {
        Path study = study("made-up", "--workloads=freshness", "--arms=unified");
        Files.delete(root.resolve("README.md"));

        String why = root.resolve("README.md") + " cannot be read: there is no such file";
        refusedInOneLine(why, "publish in the folder of the project", study.toString());
        refusedInOneLine(why, "publish in the folder of the project", "--check");
        assertThat(root.resolve("docs")).doesNotExist();
    }

    private void refusedInOneLine(String why, String mend, String... options) {
        err.getBuffer().setLength(0);
        assertThat(publish(options)).as(why).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString().lines()).singleElement().asString().contains(why, mend);
    }

    /** A study that nobody ran, in that folder of results. */
    private Path study(String name, String... options) {
        Path folder = root.resolve("results").resolve(name);
        CommandLine line = new CommandLine(new StudyCommand(
                EpochClock.system(),
                MadeUp.noStacks(Integer.MAX_VALUE),
                MadeUp.trials(),
                new PrintWriter(new StringWriter()),
                new PrintWriter(new StringWriter())));
        String[] all = new String[options.length + 3];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = "--out=" + folder;
        all[options.length + 1] = "--duration=3s";
        all[options.length + 2] = "--trials=10";
        assertThat(line.execute(all)).isEqualTo(Hopmeter.VALID);
        return folder;
    }

    private int publish(String... options) {
        CommandLine line = new CommandLine(new PublishCommand(root, new PrintWriter(out, true)));
        line.setParameterExceptionHandler((e, arguments) -> {
            err.write(e.getMessage() + "\n");
            return Hopmeter.REFUSED;
        });
        return line.execute(options);
    }

    private String readme() throws IOException {
        return Files.readString(root.resolve("README.md"));
    }
}
