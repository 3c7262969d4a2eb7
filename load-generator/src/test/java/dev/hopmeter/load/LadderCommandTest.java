package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.EpochClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LadderCommandTest {

    private static final String LINGER = "publisher.linger.ms";
    private static final String CACHE = "aggregator-service.spring.kafka.streams.properties.statestore.cache.max.bytes";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void aStackThatDoesNotStartIsAFailedTrialAndTheLadderGoesOn() throws IOException {
        assertThat(ladder(Integer.MAX_VALUE)).isEqualTo(Hopmeter.NOT_VALID);

        JsonNode ladder =
                JsonMapper.builder().build().readTree(Files.readString(results().resolve("ladder.json")));
        JsonNode rungs = ladder.path("measures").get(0).path("rungs");
        assertThat(rungs.size()).isGreaterThan(3);
        assertThat(ladder.path("tried").asInt()).isEqualTo(2 * rungs.size());
        for (JsonNode rung : rungs) {
            assertThat(rung.path("validTrials").asInt(-1)).isZero();
            assertThat(rung.path("failedTrials").asInt()).isEqualTo(2);
        }
        assertThat(err.toString().lines())
                .filteredOn(line -> line.contains("no stack in this test"))
                .hasSize(2 * rungs.size());
        assertThat(out.toString()).contains("0 (-2)").doesNotContain("STOPPED");
        assertThat(results()).isDirectoryContaining("glob:**rung-3-trial-2");
        assertThat(results().resolve("rung-3-trial-2/summary.json.FAIL"))
                .content()
                .contains("no stack in this test");
    }

    @Test
    void anInterruptedLadderHasATableOfTheTrialsUntilThen() throws IOException {
        assertThat(ladder(3)).isEqualTo(Hopmeter.INTERRUPTED);

        assertThat(Files.readString(results().resolve("ladder.txt"))).contains("STOPPED after 2 of ");
        assertThat(out.toString()).contains("STOPPED after 2 of ");
        assertThat(err.toString()).contains("until then").doesNotContain("nothing of this run");
        try (Stream<Path> rungs = Files.list(results())) {
            assertThat(rungs.filter(Files::isDirectory)).hasSize(2);
        }
    }

    @Test
    void aLadderThatIsInterruptedAtOnceLeavesNothing() {
        assertThat(ladder(1)).isEqualTo(Hopmeter.INTERRUPTED);
        assertThat(out.toString()).isEmpty();
        assertThat(results()).doesNotExist();
    }

    @Test
    void whatEachKnobBuysIsInTheTableAndTheOutputTopicHasOneOfItsOwn() throws IOException {
        assertThat(ladder(LadderCommandTest::report)).as("%s", err).isEqualTo(Hopmeter.VALID);

        JsonNode ladder =
                JsonMapper.builder().build().readTree(Files.readString(results().resolve("ladder.json")));
        assertThat(ladder.path("measures").size()).isEqualTo(2);
        assertThat(ReportPageTest.content(Files.readString(results().resolve("report.html")))
                        .path("ladder"))
                .isEqualTo(ladder);
        for (JsonNode measure : ladder.path("measures")) {
            boolean topic = measure.path("measure").asString().contains("output topic");
            for (JsonNode rung : measure.path("rungs")) {
                assertThat(rung.path("validTrials").asInt()).isEqualTo(2);
                boolean bought = rung.path("knob").asString("").equals(topic ? CACHE : LINGER);
                assertThat(Math.round(rung.path("p50ChangeNanos").asDouble(0) / 1e6))
                        .isEqualTo(bought ? -20 : 0);
            }
        }
        assertThat(out.toString())
                .contains("from intended send to delivery", "from intended send to the output topic")
                .contains(CACHE + ": 10485760 -> 0");
    }

    @Test
    void oneFailedTrialIsToldByTheExitStatusThoughEachRungHasAValidOne() throws IOException {
        int status = ladder((request, results) -> {
            if (results.path().endsWith("rung-1-trial-2")) {
                throw new IllegalStateException("a made-up fault");
            }
            return report(request, results);
        });

        JsonNode ladder =
                JsonMapper.builder().build().readTree(Files.readString(results().resolve("ladder.json")));
        JsonNode rungs = ladder.at("/measures/0/rungs");
        assertThat(rungs).allMatch(rung -> rung.path("validTrials").asInt() > 0);
        assertThat(rungs.path(1).path("failedTrials").asInt()).isEqualTo(1);
        assertThat(status).isEqualTo(Hopmeter.NOT_VALID);
        assertThat(results().resolve("rung-1-trial-2/summary.json.FAIL"))
                .content()
                .contains("IllegalStateException: a made-up fault");
    }

    @Test
    void itsHelpSaysTheExitStatus() {
        assertThat(line(LadderCommandTest::report).getUsageMessage().replaceAll("\\s+", " "))
                .contains("Exit status: 0 if every trial is valid; 1 if one is not, or came to nothing; 2 ");
    }

    /** Of a trial that takes 40 ms, and 20 ms with a linger of 0; on the output topic 60 ms, and 40 ms without a cache. */
    private static Report report(RunRequest request, ResultsFolder results) {
        Map<String, String> settings = request.arm().settings();
        long total = settings.getOrDefault(LINGER, "").equals("0") ? 20_000_000 : 40_000_000;
        Series onTopic = new Series();
        for (int i = 0; i < 1_000; i++) {
            onTopic.record(settings.getOrDefault(CACHE, "").equals("0") ? 40_000_000 : 60_000_000);
        }
        return MadeUp.report(
                request,
                MadeUp.trial(request.plan(), event -> total),
                List.of(Annotation.of(FreshnessWork.SEEN_ON_OUTPUT_TOPIC, "seen on the output topic", onTopic)));
    }

    private Path results() {
        return folder.resolve("results");
    }

    private int ladder(FreshStarts.Trials trials) {
        return line(trials)
                .execute("--workload=freshness", "--trials=2", "--rate=100", "--duration=10s", "--out=" + results());
    }

    private CommandLine line(FreshStarts.Trials trials) {
        return new CommandLine(new LadderCommand(
                EpochClock.system(),
                MadeUp.noStacks(Integer.MAX_VALUE),
                trials,
                new PrintWriter(out, true),
                new PrintWriter(err, true)));
    }

    private int ladder(int interruptedAt) {
        return new Hopmeter(EpochClock.system(), MadeUp.noStacks(interruptedAt))
                .run(
                        new String[] {
                            "ladder", "--trials", "2", "--out", results().toString()
                        },
                        new PrintWriter(out, true),
                        new PrintWriter(err, true));
    }
}
