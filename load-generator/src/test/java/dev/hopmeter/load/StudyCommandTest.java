package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StudyCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> taken = new ArrayList<>();
    private int interruptedAt = Integer.MAX_VALUE;
    private int faultyAt = Integer.MAX_VALUE;

    @TempDir
    private Path folder;

    @Test
    void aStudyHasTheClaimsEveryArmAndTheOneAgainstItself() throws IOException {
        assertThat(study("--workloads=freshness,point-query", "--trials=4", "--out=" + results()))
                .as("%s", err)
                .isEqualTo(Hopmeter.VALID);

        JsonNode study = json("study.json");
        assertThat(study.path("complete").asBoolean(false)).isTrue();
        assertThat(study.path("valid").asInt()).isEqualTo(4 * 4 * 2);
        assertThat(taken).hasSize(4 * 4 * 2).doesNotHaveDuplicates();
        JsonNode claim = study.at("/claims/0");
        assertThat(claim.path("workload").asString()).isEqualTo("freshness");
        assertThat(claim.path("ratio").asDouble()).isEqualTo(3);
        assertThat(claim.at("/ours/0/arm").asString()).isEqualTo("conventional/shipped");
        assertThat(claim.at("/ours/0/p50/ratio/value").asDouble()).isCloseTo(125, within(25.0));
        assertThat(claim.at("/ours/0/p50/faster").asString()).isEqualTo("unified/quorum");
        assertThat(claim.at("/ours/1/p50/ratio/from").asDouble()).isBetween(1.0, 2.0);
        assertThat(claim.at("/ours/1/p50/ratio/to").asDouble()).isGreaterThan(2);
        JsonNode aa = study.at("/workloads/0/aa");
        assertThat(aa.path("arm").asString()).isEqualTo("conventional/strong");
        assertThat(aa.path("against").asString()).isEqualTo("conventional/strong (A/A)");
        assertThat(aa.at("/p50/faster").isNull()).isTrue();
        for (JsonNode arm : study.at("/workloads/0/arms")) {
            assertThat(arm.path("validTrials").asInt()).isEqualTo(4);
            assertThat(arm.path("hops")
                            .valueStream()
                            .mapToDouble(hop -> hop.path("meanNanos").asDouble(0))
                            .sum())
                    .isCloseTo(arm.path("meanNanos").asDouble(), within(1.0));
        }
        assertThat(out.toString()).contains("No trial failed").contains("unified/quorum");
        assertThat(results().resolve("report.md")).content().contains("| freshness | 3 |");
        assertThat(ReportPageTest.content(Files.readString(results().resolve("report.html")))
                        .path("study"))
                .isEqualTo(study);
    }

    @Test
    void aLadderIsInTheReportAndStaysThere() throws IOException {
        Path ladder = Files.createDirectories(folder.resolve("ladder"));
        Files.writeString(ladder.resolve(LadderCommand.FILE), SummaryJson.write(ReportPageTest.ladder()));
        study("--workloads=freshness", "--arms=unified", "--trials=2", "--ladder=" + ladder, "--out=" + results());
        assertThat(study("--resume=" + results())).isEqualTo(Hopmeter.VALID);

        assertThat(json("study.json").at("/ladders/0"))
                .isEqualTo(JsonMapper.shared().readTree(Files.readAllBytes(ladder.resolve(LadderCommand.FILE))));
        assertThat(results().resolve("report.md"))
                .content()
                .contains("What each knob buys: freshness, from intended send to delivery", "producer.linger.ms");

        assertThat(study("--resume=" + results(), "--ladder=" + ladder, "--ladder=" + ladder))
                .isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString()).contains("two are of freshness");
        Files.writeString(ladder.resolve(LadderCommand.FILE), "{\"workload\":\"freshness\"}");
        assertThat(study("--resume=" + results(), "--ladder=" + ladder)).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString()).contains("ladder.json is no ladder's");
    }

    @Test
    void trialsThatFailAreKeptAndCountedAndNotRepeated() throws IOException {
        int status = new Hopmeter(EpochClock.system(), MadeUp.noStacks(Integer.MAX_VALUE))
                .run(
                        new String[] {"study", "--quick", "--out", results().toString()},
                        new PrintWriter(out, true),
                        new PrintWriter(err, true));

        assertThat(status).isEqualTo(Hopmeter.NOT_VALID);
        JsonNode study = json("study.json");
        assertThat(study.path("failed").asInt()).isEqualTo(12);
        assertThat(study.path("complete").asBoolean(false)).isTrue();
        assertThat(out.toString()).contains("3 trials failed", "no stack in this test");
        assertThat(results().resolve("write-notify-unified-quorum-2/summary.json.FAIL"))
                .exists();

        assertThat(study("--resume=" + results())).isEqualTo(Hopmeter.NOT_VALID);
        assertThat(taken).isEmpty();
        assertThat(err.toString()).contains("12 of 12 trials have ended already");
    }

    @Test
    void aTrialThatEndsByAFaultOfOursIsKeptAndCountedAndTheStudyGoesOn() throws IOException {
        faultyAt = 3;
        assertThat(study("--workloads=freshness", "--trials=2", "--out=" + results()))
                .isEqualTo(Hopmeter.NOT_VALID);

        String why = "java.lang.IllegalStateException: a made-up fault";
        assertThat(taken).hasSize(8);
        assertThat(json("study.json").path("failed").asInt()).isEqualTo(1);
        assertThat(json("study.json").path("complete").asBoolean(false)).isTrue();
        assertThat(results().resolve(taken.get(2)).resolve("summary.json.FAIL"))
                .content()
                .contains(why);
        assertThat(err.toString()).contains("came to nothing: " + why);
        assertThat(out.toString()).contains("1 trials failed", why);

        taken.clear();
        assertThat(study("--resume=" + results())).isEqualTo(Hopmeter.NOT_VALID);
        assertThat(taken).isEmpty();
    }

    @Test
    void aTrialThatCanHaveNoFolderIsLeftForTheNextResume() throws IOException {
        interruptedAt = 1;
        study("--workloads=freshness", "--trials=2", "--out=" + results());
        String first = json("plan.json").at("/order/0").asString();
        Files.writeString(results().resolve(first), "in its way");

        interruptedAt = Integer.MAX_VALUE;
        assertThat(study("--resume=" + results())).isEqualTo(Hopmeter.NOT_VALID);
        assertThat(err.toString()).contains("came to nothing: results cannot be written to ", first + " is no folder");
        assertThat(json("study.json").path("tried").asInt()).isEqualTo(7);
        assertThat(json("study.json").path("complete").asBoolean(true)).isFalse();

        Files.delete(results().resolve(first));
        assertThat(study("--resume=" + results())).isEqualTo(Hopmeter.VALID);
        assertThat(taken).hasSize(8).last().isEqualTo(first);
    }

    @Test
    void whatCannotBeReadIsNamedInOneLineBeforeATrialIsTaken() throws IOException {
        interruptedAt = 4;
        study("--workloads=freshness", "--arms=unified", "--trials=2", "--out=" + results());
        interruptedAt = Integer.MAX_VALUE;
        String trial = taken.getFirst();
        String again = "; move " + results().resolve(trial) + " away, and 'hopmeter study --resume " + results() + "'";
        List<List<String>> faults = List.of(
                List.of(trial + "/summary.json", "half of", "summary.json is no JSON: ", again),
                List.of(trial + "/summary.json", "{\"format\": 2}", "holds no trial of format 1", again),
                List.of(trial + "/environment.json", "{\"cpu\":", "environment.json is no JSON: ", again),
                List.of(trial + "/histograms.hlog", "", "and the summary beside it are not of one trial", again),
                List.of(trial + "/histograms.hlog", "half of it\n", "histograms.hlog", again),
                List.of("plan.json", "{\"format\": 2}", "is of format 2", "use the version that made it"),
                List.of("plan.json", "{\"form", "does not hold the plan of a study", "begin another study"),
                List.of("plan.json", "{\"format\": 1}", "is missing or unknown", "begin another study"),
                List.of("plan.json", plan("\"trials\" : 2", "\"trials\" : 0"), "not 0", "begin another study"),
                List.of("plan.json", plan("freshness", "sleep"), "is missing or unknown", "begin another study"),
                List.of("plan.json", plan("unified", "moon"), "no backend 'moon'", "begin another study"));
        err.getBuffer().setLength(0);
        for (List<String> fault : faults) {
            Path file = results().resolve(fault.get(0));
            String right = Files.readString(file);
            Files.writeString(file, fault.get(1));
            refusedInOneLine(fault, study("--resume=" + results()));
            refusedInOneLine(fault, compare(results(), results()));
            Files.writeString(file, right);
        }
        assertThat(taken).hasSize(3);
        assertThat(study("--resume=" + results())).as("%s", err).isEqualTo(Hopmeter.VALID);
    }

    private String plan(String is, String other) throws IOException {
        return Files.readString(results().resolve("plan.json")).replace(is, other);
    }

    private void refusedInOneLine(List<String> fault, int status) {
        assertThat(status).as("%s", fault).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString().lines())
                .as("%s", fault)
                .singleElement()
                .asString()
                .contains(fault.get(2), fault.get(3));
        err.getBuffer().setLength(0);
    }

    @Test
    void itsHelpSaysTheExitStatus() {
        assertThat(line(new StudyCommand(
                                EpochClock.system(),
                                MadeUp.noStacks(Integer.MAX_VALUE),
                                new PrintWriter(out),
                                new PrintWriter(err)))
                        .getUsageMessage()
                        .replaceAll("\\s+", " "))
                .contains("Exit status: 0 if every trial is valid; 1 if one is not, or came to nothing; 2 ");
    }

    @Test
    void aQuickStudyIsOfTwelveTrialsOfWhichEachIsShort() throws IOException {
        study("--quick", "--out=" + results());

        JsonNode plan = json("plan.json");
        assertThat(taken)
                .hasSize(12)
                .filteredOn(each -> each.contains("-again-"))
                .hasSize(3);
        long most = plan.path("durationNanos").asLong()
                + plan.path("warmUpAtMostNanos").asLong();
        assertThat(taken.size() * Duration.ofNanos(most).toSeconds())
                .as("leaves half a minute for each start and end")
                .isLessThanOrEqualTo(Duration.ofMinutes(15).toSeconds() - taken.size() * 30L);
    }

    @Test
    void everyTrialSaysHowMuchTimeIsLeftOnceOneHasEnded() {
        study("--workloads=freshness", "--trials=2", "--out=" + results());

        assertThat(err.toString().lines().filter(line -> line.startsWith("trial ")))
                .hasSize(8)
                .first()
                .asString()
                .doesNotContain("left");
        assertThat(err.toString().lines().filter(line -> line.matches("trial [2-8] of 8: .*, about \\d+ min left")))
                .hasSize(7);
    }

    @Test
    void whatAKilledTrialHasLeftIsKeptAsideAndTheTrialTaken() throws IOException {
        interruptedAt = 1;
        study("--workloads=freshness", "--trials=2", "--out=" + results());
        String first = json("plan.json").at("/order/0").asString();
        Files.createDirectories(results().resolve(first));
        Files.writeString(results().resolve(first).resolve("histograms.hlog"), "half of it");

        interruptedAt = Integer.MAX_VALUE;
        assertThat(study("--resume=" + results())).as("%s", err).isEqualTo(Hopmeter.VALID);

        assertThat(taken).hasSize(8).first().isEqualTo(first);
        assertThat(results())
                .isDirectoryContaining(kept -> kept.getFileName().toString().startsWith(first + "-cut-short-"));
    }

    @Test
    void everyFieldOfAStudyIsInItsDocumentation() throws IOException {
        study("--workloads=freshness", "--trials=2", "--out=" + results());
        String page = Files.readString(Path.of("..", "docs", "results-format.md"));
        Set<String> fields = new TreeSet<>();
        gather(json("study.json"), fields);
        gather(json("plan.json"), fields);

        assertThat(fields)
                .hasSizeGreaterThan(60)
                .allSatisfy(field -> assertThat(page).contains("`" + field + "`"));
    }

    /** The names of what has a name of ours: settings are the parts' own, and durability is a summary's. */
    private static void gather(JsonNode node, Set<String> fields) {
        node.properties().forEach(each -> {
            fields.add(each.getKey());
            if (!Set.of("settings", "effective", "durability", "processes").contains(each.getKey())) {
                gather(each.getValue(), fields);
            }
        });
        if (node.isArray()) {
            node.forEach(each -> gather(each, fields));
        }
    }

    @Test
    void aStudyThatIsInterruptedGoesOnWhereItStopped() throws IOException {
        interruptedAt = 4;
        assertThat(study("--workloads=freshness", "--trials=2", "--seed=5", "--out=" + results()))
                .isEqualTo(Hopmeter.INTERRUPTED);
        assertThat(json("study.json").path("tried").asInt()).isEqualTo(3);
        assertThat(err.toString()).contains("--resume " + results());

        interruptedAt = Integer.MAX_VALUE;
        assertThat(study("--resume=" + results())).as("%s", err).isEqualTo(Hopmeter.VALID);

        assertThat(json("study.json").path("tried").asInt()).isEqualTo(8);
        assertThat(taken).hasSize(8).doesNotHaveDuplicates();
        assertThat(taken)
                .containsExactlyElementsOf(json("plan.json")
                        .path("order")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList());
    }

    @Test
    void trialsOfTwoBuildsOrMachinesAreSaidToBe() throws IOException {
        study("--workloads=freshness", "--arms=unified", "--trials=2", "--out=" + results());
        assertThat(json("study.json").at("/environment/distinct/commit")).isEmpty();
        Files.writeString(
                results().resolve("freshness-unified-quorum-1/environment.json"),
                "{\"cores\": 2, \"cpu\": \"one\", \"jdk\": \"25\", \"commit\": \"aaa\"}");
        study("--resume=" + results());
        assertThat(results().resolve("report.md"))
                .content()
                .contains("2 cores of one", "Java 25", "commit aaa.")
                .doesNotContain("NOT ALL TRIALS");

        Files.writeString(
                results().resolve("freshness-unified-quorum-2/environment.json"),
                "{\"cores\": 64, \"cpu\": \"one\", \"jdk\": \"25\"}");
        study("--resume=" + results());

        assertThat(json("study.json").at("/environment/distinct"))
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"commit\": [\"aaa\", null], \"cpu\": [\"one\"], \"cores\": [2, 64],"
                                + " \"jdk\": [\"25\"]}"));
        String warning = "NOT ALL TRIALS are of one machine and one build: commit aaa and unknown; cores 2 and 64.";
        assertThat(results().resolve("report.md"))
                .content()
                .contains(warning, "2 and 64 cores of one", "commit aaa and unknown.");
        assertThat(Headline.of(json("study.json"), "there"))
                .contains(warning)
                .anyMatch(line -> line.startsWith("Machine: 2 and 64 cores of one, "));
    }

    @Test
    void anArmWhoseSettingsChangedBetweenItsTrialsIsSaidToHave() throws IOException {
        study("--workloads=freshness", "--arms=unified", "--trials=2", "--out=" + results());
        for (String trial : List.of("quorum-1", "quorum-2", "quorum-again-1")) {
            settings(trial, "{\"publisher.linger.ms\": \"5\"}");
        }
        study("--resume=" + results());
        assertThat(results().resolve("report.md")).content().doesNotContain("NOT ALL TRIALS");

        settings("quorum-again-2", "{\"publisher.linger.ms\": \"0\", \"publisher.acks\": \"1\"}");
        out.getBuffer().setLength(0);
        study("--resume=" + results());
        String warning =
                "NOT ALL TRIALS of one arm have the same settings: freshness on unified/quorum, publisher.acks:"
                        + " unset and 1; freshness on unified/quorum, publisher.linger.ms: 5 and 0.";
        assertThat(out.toString()).contains(warning);
        assertThat(results().resolve("report.md")).content().contains(warning);
        assertThat(Headline.of(json("study.json"), "there")).contains(warning);
        assertThat(ReportPageTest.content(Files.readString(results().resolve("report.html")))
                        .at("/study/environment/distinct")
                        .path("freshness on unified/quorum, publisher.linger.ms"))
                .extracting(JsonNode::asString)
                .containsExactly("5", "0");
    }

    private void settings(String trial, String settings) throws IOException {
        Files.writeString(
                results().resolve("freshness-unified-" + trial).resolve("environment.json"),
                "{\"settings\": " + settings + "}");
    }

    @Test
    void twoStudiesAreComparedByWhatTheyHaveInCommon() throws IOException {
        Path before = folder.resolve("before");
        Path after = folder.resolve("after");
        study("--workloads=freshness", "--arms=conventional/strong,unified", "--trials=5", "--out=" + before);
        study("--workloads=freshness", "--arms=conventional/shipped,unified", "--trials=5", "--out=" + after);

        assertThat(compare(before, before, "--fail-if-slower=10%")).isEqualTo(Hopmeter.VALID);
        assertThat(out.toString()).contains("conventional/strong").contains("1.00");
        out.getBuffer().setLength(0);
        assertThat(compare(before, after, "--fail-if-slower=10%"))
                .as("an arm is gone")
                .isEqualTo(Hopmeter.NOT_VALID);
        assertThat(out.toString())
                .contains("GONE: freshness on conventional/strong is", "NEW: freshness on conventional/shipped is")
                .doesNotContain("SLOWER", "NOT TOLD");

        study(
                "--workloads=freshness",
                "--arms=conventional/strong,unified",
                "--trials=5",
                "--rate=101",
                "--out=" + folder.resolve("slower"));
        String environment = "freshness-conventional-strong-1/environment.json";
        Files.writeString(before.resolve(environment), "{\"cores\": 2, \"cpu\": \"one\"}");
        Files.writeString(folder.resolve("slower").resolve(environment), "{\"cores\": 64, \"cpu\": \"one\"}");
        assertThat(compare(before, folder.resolve("slower"), "--fail-if-slower=10%"))
                .isEqualTo(Hopmeter.NOT_VALID);
        assertThat(out.toString()).contains("SLOWER");
        assertThat(out.toString()).contains("cores: 2 before, 64 after").doesNotContain("cpu: ", "jdk: ");
        assertThat(out.toString()).contains("rate: 100/s before, 101/s after");
        assertThat(compare(before, folder.resolve("slower"))).isEqualTo(Hopmeter.VALID);
    }

    @Test
    void anArmThatHasNoValidTrialAnyMoreDoesNotPass() {
        Path before = folder.resolve("before");
        Path after = folder.resolve("after");
        String[] asked = {"study", "--workloads=freshness", "--arms=unified", "--trials=2", "--out"};
        study("--workloads=freshness", "--arms=unified", "--trials=2", "--out=" + before);
        new Hopmeter(EpochClock.system(), MadeUp.noStacks(Integer.MAX_VALUE))
                .run(
                        Stream.concat(Stream.of(asked), Stream.of(after.toString()))
                                .toArray(String[]::new),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true));

        assertThat(compare(before, after)).isEqualTo(Hopmeter.VALID);
        assertThat(compare(before, after, "--fail-if-slower=10%")).isEqualTo(Hopmeter.NOT_VALID);
        assertThat(out.toString()).contains("NOT TOLD");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--workloads=sleep | there is no workload 'sleep'",
                "--workloads=ingest | not of ingest",
                "--arms=unified/nix | there is no arm and no file 'nix'",
                "--arms=moon | there is no backend 'moon'",
                "--arms=in-memory | has no arms",
                "--arms=unified,unified | once",
                "--trials=1 | one trial has no interval",
                "--rate=0 | --rate",
                "--out=pom.xml | pom.xml is no folder",
                "--out=src | it has files in it already",
                "--ladder=src --out=target/no-study | src has no ladder.json",
                "--resume=nowhere | there is no study in nowhere",
                "--resume=. --seed=1 | --seed cannot be used here"
            })
    void aStudyThatCannotBeIsRefusedInOneLine(String options, String why) {
        assertThat(study(options.split(" "))).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString().lines()).singleElement().asString().contains(why);
        assertThat(taken).isEmpty();
    }

    @Test
    void armsWhoseTrialsWouldShareAFolderAreRefused() throws IOException {
        Path one = Files.writeString(folder.resolve("a-b.properties"), "based-on=quorum\n");
        Path other = Files.writeString(
                Files.createDirectories(folder.resolve("a")).resolve("b.properties"), "based-on=quorum\n");

        assertThat(study("--arms=unified/" + one + ",unified/" + other)).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString()).contains("the same folders");
        assertThat(taken).isEmpty();
    }

    @Test
    void whatCannotBeComparedIsRefusedInOneLine() {
        assertThat(compare(folder, folder)).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString()).contains("there is no study in ");
        err.getBuffer().setLength(0);
        study("--workloads=freshness", "--arms=unified", "--trials=2", "--out=" + results());
        assertThat(compare(results(), results(), "--fail-if-slower=much")).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString()).contains("a share as in 10%");
        err.getBuffer().setLength(0);
        Path other = folder.resolve("other");
        study("--workloads=point-query", "--arms=unified", "--trials=2", "--out=" + other);
        err.getBuffer().setLength(0);
        assertThat(compare(results(), other)).isEqualTo(Hopmeter.REFUSED);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains(
                        "have no workload on the same arm in common",
                        "'hopmeter study --workloads freshness --arms unified/quorum'");
    }

    private int study(String... options) {
        StudyCommand command = new StudyCommand(
                EpochClock.system(),
                MadeUp.noStacks(Integer.MAX_VALUE),
                this::take,
                new PrintWriter(out, true),
                new PrintWriter(err, true));
        return line(command).execute(options);
    }

    private int compare(Path before, Path after, String... options) {
        String[] all = Stream.concat(Stream.of(before.toString(), after.toString()), Stream.of(options))
                .toArray(String[]::new);
        return line(new CompareCommand(new PrintWriter(out, true))).execute(all);
    }

    private CommandLine line(Object command) {
        CommandLine line = new CommandLine(command);
        line.setParameterExceptionHandler((e, arguments) -> {
            err.write(e.getMessage() + "\n");
            return Hopmeter.REFUSED;
        });
        return line;
    }

    private Report take(RunRequest request, ResultsFolder results)
            throws IOException, TrialException, InterruptedException {
        if (taken.size() + 1 == interruptedAt) {
            throw new InterruptedException("somebody wants it to end");
        }
        taken.add(String.valueOf(results.path().getFileName()));
        if (taken.size() == faultyAt) {
            throw new IllegalStateException("a made-up fault");
        }
        assertThat(request.plan().backend()).isIn(Backend.CONVENTIONAL, Backend.UNIFIED);
        return MadeUp.trials().take(request, results);
    }

    private JsonNode json(String name) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(results().resolve(name)));
    }

    private Path results() {
        return folder.resolve("results");
    }
}
