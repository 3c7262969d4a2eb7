package dev.hopmeter.suite;

import static dev.hopmeter.suite.CommandLine.finding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.stack.PostgresServer;
import dev.hopmeter.stack.UnifiedStack;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Whole trials of each workload on the unified backend, and what is lost when a part of it fails under one. Beside the classes of
 * other stacks, as it mostly waits.
 */
@Order(1)
@ExtendWith(RunningUnifiedStack.class)
@ResourceLock(RunningUnifiedStack.LOCK)
@Execution(ExecutionMode.CONCURRENT)
class UnifiedTrialsIT {

    private static final int RATE = 60;
    private static final int SECONDS = 4;
    private static final int SECONDS_WITH_A_FAULT = 8;
    private static final String WARM = "--warm-up=2s";
    private static final String MEASURED_WITH_ITS_FLOOR = "write-notify";

    private final UnifiedStack stack;

    @TempDir
    private Path folder;

    UnifiedTrialsIT(UnifiedStack stack) {
        this.stack = stack;
    }

    @ParameterizedTest
    @ValueSource(strings = {"journey", "write-notify"})
    void everyOrderIsDeliveredAndItsHopsAddUp(String workload) throws Exception {
        JsonNode summary = trial(workload, SECONDS, WARM);

        Summaries.assertNothingLost(summary, SECONDS * RATE);
        assertThat(Summaries.words(summary))
                .containsExactly(
                        "intended-sent",
                        "sent-received",
                        "received-committed",
                        "committed-streamed",
                        "streamed-confirmed",
                        "confirmed-routed",
                        "routed-pushed",
                        "pushed-delivered");
        Summaries.assertHopsAddUp(summary);
        assertThat(summary.at("/durability/order").asString())
                .isEqualTo("flushed on two of three servers before it is acknowledged (2 standbys stream)");
        assertThat(summary.at("/floor/totalP50OverFloor").asDouble(0) > 0)
                .isEqualTo(workload.equals(MEASURED_WITH_ITS_FLOOR));
        JsonNode effective =
                CommandLine.json(folder.resolve(workload), "environment.json").path("effective");
        for (String server : List.of("primary", "standby-1", "standby-2")) {
            assertThat(Summaries.setting(effective.path("postgres"), server, "max_slot_wal_keep_size"))
                    .startsWith("1024");
        }
    }

    @Test
    void eachMessageReachesExactlyTheSubscribersWhoseFilterMatchesAlsoThoseThatComeAndGo() throws Exception {
        JsonNode summary = trial("fan-out", SECONDS, WARM, "--subscribers=200", "--match=5", "--guests=3");

        JsonNode counts = summary.get("counts");
        assertThat(counts.get("sent").asLong()).isEqualTo(SECONDS * RATE);
        assertThat(counts.get("due").asLong()).isGreaterThan(SECONDS * RATE);
        assertThat(counts.get("delivered")).isEqualTo(counts.get("due"));
        assertThat(counts.at("/others/extra").asLong()).isZero();
        assertThat(counts.at("/guests/missing").asLong()
                        + counts.at("/guests/extra").asLong())
                .isZero();
        Summaries.assertHopsAddUp(summary);
    }

    @Test
    void everyEventIsToldToTheWatcherOfItsKeyAndTheTotalsAreWhatWasSent() throws Exception {
        JsonNode summary = trial("freshness", SECONDS, WARM);

        Summaries.assertNothingLost(summary, SECONDS * RATE);
        assertThat(Summaries.words(summary)).contains("confirmed-summed", "summed-pushed");
        Summaries.assertHopsAddUp(summary);
        assertThat(finding(summary, "totals").get("against").asBoolean()).isFalse();
    }

    @Test
    void queriesAreAnsweredAndSayWhatTheyInclude() throws Exception {
        JsonNode summary = trial("point-query", SECONDS, WARM);

        Summaries.assertEachQueryIsAnsweredOrToldToAskAgain(summary, SECONDS * RATE);
        Summaries.assertHopsAddUp(summary);
        assertThat(finding(summary, "staleness").get("against").asBoolean()).isFalse();
        assertThat(finding(summary, "totals").get("against").asBoolean()).isFalse();
    }

    @Test
    void theRateOfIngestRisesAndKafkasOwnTestIsLeftOutWithItsReason() throws Exception {
        JsonNode summary = trial("ingest", 2, "--warm-up=1s", "--highest-rate=120");

        assertThat(Summaries.words(summary)).containsExactly("intended-sent", "sent-delivered");
        assertThat(finding(summary, "highest-rate").at("/figures/heldPerSecond").asDouble())
                .isBetween((double) RATE, 120.0);
        assertThat(finding(summary, "producer-test").get("text").asString()).startsWith("left out");
        assertThat(finding(summary, "slots").at("/figures")).isNotEmpty();
    }

    @Test
    void withOneStandbyStoppedAllGoesOn() throws Exception {
        CompletableFuture<JsonNode> trial = started("journey", SECONDS_WITH_A_FAULT, WARM);
        PostgresServer standby = stack.postgres().standbys().getFirst();

        standby.kill();
        JsonNode summary;
        try {
            summary = trial.join();
        } finally {
            standby.restart();
            stack.postgres().awaitStreaming();
        }

        // Its settings could not be read back, which speaks against the trial.
        Summaries.assertEachIsDelivered(summary, SECONDS_WITH_A_FAULT * RATE);
    }

    @Test
    void noAcknowledgedOrderIsLostWhenThePrimaryIsKilledAndRestarted() throws Exception {
        CompletableFuture<JsonNode> trial = started("journey", SECONDS_WITH_A_FAULT, WARM, "--deadline=15s");

        stack.postgres().primary().kill();
        stack.postgres().primary().restart();
        stack.postgres().awaitStreaming();
        JsonNode summary = trial.join();

        JsonNode counts = summary.get("counts");
        assertThat(counts.get("sent").asInt()).isEqualTo(SECONDS_WITH_A_FAULT * RATE);
        assertThat(counts.get("acknowledgedLost").asInt()).as("%s", counts).isZero();
        assertThat(counts.get("delivered").asInt())
                .as("%s", counts)
                .isGreaterThanOrEqualTo(counts.get("acknowledged").asInt());
    }

    @Test
    void totalsAreExactWhenTheServiceIsKilledWhileItIsWatched() throws Exception {
        CompletableFuture<JsonNode> trial = started("freshness", SECONDS_WITH_A_FAULT, WARM, "--deadline=15s");

        stack.service().kill();
        stack.service().restart();
        JsonNode summary = trial.join();

        assertThat(finding(summary, "totals").get("against").asBoolean())
                .as("%s", finding(summary, "totals"))
                .isFalse();
    }

    private JsonNode trial(String workload, int seconds, String... more) throws IOException {
        return CommandLine.run(folder.resolve(workload), new StringWriter(), options(workload, seconds, more));
    }

    /** Starts a trial, and returns once it measures. */
    private CompletableFuture<JsonNode> started(String workload, int seconds, String... more) throws IOException {
        StringWriter told = new StringWriter();
        CompletableFuture<JsonNode> trial =
                CommandLine.start(folder.resolve(workload), told, options(workload, seconds, more));
        await().atMost(Duration.ofMinutes(4))
                .until(() -> trial.isDone() || told.toString().contains(CommandLine.MEASURING));
        assertThat(trial).as("%s", told).isNotDone();
        return trial;
    }

    private List<String> options(String workload, int seconds, String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of(
                "--at=" + RunningUnifiedStack.addressesIn(folder, stack),
                "--workload=" + workload,
                "--rate=" + RATE,
                "--duration=" + seconds + "s"));
        if (!workload.equals(MEASURED_WITH_ITS_FLOOR)) {
            options.add("--no-floor");
        }
        options.addAll(List.of(more));
        if (options.stream().noneMatch(option -> option.startsWith("--deadline"))) {
            options.add("--deadline=75s");
        }
        return options;
    }
}
