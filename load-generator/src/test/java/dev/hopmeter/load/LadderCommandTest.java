package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.Layout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
        assertThat(results()).isDirectoryNotContaining("glob:**rung-*");
    }

    @Test
    void anInterruptedLadderHasATableOfTheTrialsUntilThen() throws IOException {
        assertThat(ladder(3)).isEqualTo(Hopmeter.INTERRUPTED);

        assertThat(Files.readString(results().resolve("ladder.txt"))).contains("STOPPED after 2 of ");
        assertThat(out.toString()).contains("STOPPED after 2 of ");
        assertThat(err.toString()).contains("until then").doesNotContain("nothing of this run");
        assertThat(results()).isDirectoryNotContaining("glob:**rung-*");
    }

    @Test
    void aLadderThatIsInterruptedAtOnceLeavesNothing() {
        assertThat(ladder(1)).isEqualTo(Hopmeter.INTERRUPTED);
        assertThat(out.toString()).isEmpty();
        assertThat(results()).doesNotExist();
    }

    @Test
    void whatEachKnobBuysIsInTheTableAndTheOutputTopicHasOneOfItsOwn() throws IOException {
        int status = new CommandLine(new LadderCommand(
                        EpochClock.system(),
                        new NoStacks(Integer.MAX_VALUE),
                        LadderCommandTest::report,
                        new PrintWriter(out, true),
                        new PrintWriter(err, true)))
                .execute("--workload=freshness", "--trials=2", "--rate=100", "--duration=10s", "--out=" + results());

        assertThat(status).as("%s", err).isEqualTo(Hopmeter.VALID);
        JsonNode ladder =
                JsonMapper.builder().build().readTree(Files.readString(results().resolve("ladder.json")));
        assertThat(ladder.path("measures").size()).isEqualTo(2);
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

    /** Of a trial that takes 40 ms, and 20 ms with a linger of 0; on the output topic 60 ms, and 40 ms without a cache. */
    private static Report report(RunRequest request, ResultsFolder results) {
        Map<String, String> settings = request.arm().settings();
        long total = settings.getOrDefault(LINGER, "").equals("0") ? 20_000_000 : 40_000_000;
        Series onTopic = new Series();
        for (int i = 0; i < 1_000; i++) {
            onTopic.record(settings.getOrDefault(CACHE, "").equals("0") ? 40_000_000 : 60_000_000);
        }
        return new Report(
                trial(request.plan(), total),
                "run",
                request.arm().name(),
                settings,
                List.of(),
                Optional.of(request.layout()),
                Optional.empty(),
                List.of(Annotation.of(FreshnessWork.SEEN_ON_OUTPUT_TOPIC, "seen on the output topic", onTopic)),
                List.of(),
                List.of(),
                Optional.empty(),
                Durability.of(Backend.CONVENTIONAL, Workload.FRESHNESS, Map.of(), Set.of()),
                List.of(),
                Map.of(),
                Map.of(),
                List.of());
    }

    private static TrialResult trial(TrialPlan plan, long totalNanos) {
        Mix mix = plan.mix("run");
        Ledger ledger = new Ledger(plan.route(), mix, 0, 1_000);
        List<Stamp> stamps = plan.route().stamps();
        for (int number = 0; number < 1_000; number++) {
            long due = 1_000_000_000_000L + number * 10_000_000L;
            Event event = mix.event(number);
            ledger.sent(event, due, due);
            Trail trail = Trail.of(plan.workload());
            for (Stamp stamp : stamps) {
                trail = trail.with(stamp, stamp == Stamp.DELIVERED ? due + totalNanos : due);
            }
            ledger.answered(number, new Answer.Acknowledged(), due + totalNanos);
            ledger.delivered(number, mix.recipients(event)[0], trail, due + totalNanos);
        }
        WarmUp.Outcome warmUp = new WarmUp.Outcome(true, true, Duration.ZERO, 0, 0, List.of());
        Recorder recorder = new Recorder(
                new TestClock(0),
                "run",
                mix.interests().size(),
                mix.measured(),
                trail -> {},
                Recorder.Replies.ignored());
        return TrialResult.of(plan, 1_000_000_000_000L, warmUp, ledger, Guests.Tally.none(), recorder);
    }

    private Path results() {
        return folder.resolve("results");
    }

    private int ladder(int interruptedAt) {
        return new Hopmeter(EpochClock.system(), new NoStacks(interruptedAt))
                .run(
                        new String[] {
                            "ladder", "--trials", "2", "--out", results().toString()
                        },
                        new PrintWriter(out, true),
                        new PrintWriter(err, true));
    }

    private static final class NoStacks implements Stacks {

        private final Stacks real = new LocalStacks(EpochClock.system(), Path.of(""));
        private final int interruptedAt;
        private int starts;

        NoStacks(int interruptedAt) {
            this.interruptedAt = interruptedAt;
        }

        @Override
        public Configuration arm(Backend backend, String nameOrFile, Optional<Workload> workload) throws IOException {
            return real.arm(backend, nameOrFile, workload);
        }

        @Override
        public Running start(Configuration arm, Layout layout, Extent extent, OptionalInt orderPort, Progress progress)
                throws IOException, InterruptedException {
            starts++;
            if (starts == interruptedAt) {
                throw new InterruptedException("somebody wants it to end");
            }
            throw new IOException("there is no stack in this test");
        }
    }
}
