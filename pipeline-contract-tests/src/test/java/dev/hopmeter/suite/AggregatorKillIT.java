package dev.hopmeter.suite;

import static dev.hopmeter.suite.CommandLine.finding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.Service;
import dev.hopmeter.stack.ServicePart;
import dev.hopmeter.stack.StackFolder;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Of two aggregators one is killed with SIGKILL and started again, in the middle of two trials at once: in one its keys are
 * watched, in the other they are queried, at both instances. What the trials check themselves is what is asserted.
 */
@ExtendWith(RunningStack.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AggregatorKillIT {

    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final int RATE = 50;
    /** So long that both trials are under way for some time, whichever is slower to begin. */
    private static final int SECONDS = 25;

    private static final int COMMIT_SECONDS = 5;
    private static final String EVENTS = "hopmeter.events";
    private static final String KILLED = "killed";
    private static final String SURVIVOR = "survivor";

    private final LocalStack stack;
    private final Admin admin;
    private final StackFolder folder = StackFolder.create();

    @TempDir
    private Path results = Path.of("");

    AggregatorKillIT(LocalStack stack) {
        this.stack = stack;
        this.admin = Admin.create(Map.of("bootstrap.servers", stack.addresses().bootstrapServers()));
    }

    @AfterEach
    void end() {
        folder.close();
        admin.close();
    }

    @Test
    void withExactlyOnceEveryTotalIsExactAfterAKill() throws Exception {
        Disturbed trials = killInTheMiddle("strong-exactly-once", 1, Long.MAX_VALUE);

        assertTotals(trials.freshness(), "exactly_once_v2", 0);
        assertTotals(trials.pointQuery(), "exactly_once_v2", 0);
        assertThat(finding(trials.pointQuery(), "staleness")
                        .at("/figures/holdingMore")
                        .asLong())
                .isZero();
    }

    @Test
    void withAtLeastOnceNothingIsMissingAfterAKillAndWhatIsCountedTwiceIsStated() throws Exception {
        // Long enough after a commit that something is summed again, and long enough before the next one.
        Disturbed trials = killInTheMiddle("strong", 15, COMMIT_SECONDS * RATE / 2);

        long over = over(trials.freshness()) + over(trials.pointQuery());
        assertThat(over).isPositive();
        assertTotals(trials.freshness(), "at_least_once", over(trials.freshness()));
        assertTotals(trials.pointQuery(), "at_least_once", over(trials.pointQuery()));
    }

    /** The summaries of both trials. */
    private record Disturbed(JsonNode freshness, JsonNode pointQuery) {}

    /** Kills once so many events are summed, or about to be, and not committed; checks what holds in either guarantee. */
    private Disturbed killInTheMiddle(String arm, long least, long most) throws Exception {
        CompletableFuture<ServicePart> starting = CompletableFuture.supplyAsync(
                () -> aggregator(arm, SURVIVOR),
                command -> Thread.ofPlatform().name("survivor").start(command));
        ServicePart killed = aggregator(arm, KILLED);
        ServicePart survivor = starting.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        await().atMost(BOUND)
                .until(() ->
                        !owned(arm, KILLED).isEmpty() && !owned(arm, SURVIVOR).isEmpty());

        StringWriter ofFreshness = new StringWriter();
        StringWriter ofQueries = new StringWriter();
        CompletableFuture<JsonNode> freshness =
                trial("freshness", arm, ofFreshness, List.of(survivor, killed), List.of());
        // Which takes the longer to begin; so both measure at about the same time.
        await().atMost(BOUND)
                .until(() -> freshness.isDone() || ofFreshness.toString().contains(CommandLine.WARMING));
        CompletableFuture<JsonNode> queries =
                trial("point-query", arm, ofQueries, List.of(survivor, killed), List.of("--events=" + RATE));
        await().atMost(BOUND)
                .until(() -> freshness.isDone()
                        || queries.isDone()
                        || (ofFreshness.toString().contains(CommandLine.MEASURING)
                                && ofQueries.toString().contains(CommandLine.MEASURING)));
        Set<TopicPartition> owned = owned(arm, KILLED);
        await().atMost(BOUND).pollInterval(Duration.ofMillis(10)).until(() -> {
            long uncommitted = uncommitted(arm, owned);
            return uncommitted >= least && uncommitted <= most;
        });
        killed.kill();
        long kill = EpochClock.system().nanos();
        killed.restart();

        Disturbed trials = new Disturbed(freshness.join(), queries.join());
        assertThatTheWatchersCameBack(trials.freshness(), kill);
        assertThatEachAnswerIsRightOrSaysToRetry(trials.pointQuery(), kill);
        return trials;
    }

    private ServicePart aggregator(String arm, String name) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "spring.kafka.bootstrap-servers",
                stack.addresses().bootstrapServers(),
                "spring.kafka.streams.application-id",
                arm + "-kill",
                "spring.kafka.streams.properties.client.id",
                name,
                "spring.kafka.streams.state-dir",
                folder.path().resolve(name + "-state").toString(),
                // The least that brokers permit: the group waits so long for the one that was killed.
                "spring.kafka.streams.properties.session.timeout.ms",
                "6000",
                // Who survives hears of it at once.
                "spring.kafka.streams.properties.heartbeat.interval.ms",
                "500",
                // A successor waits until the brokers have given up the transaction of the one that was killed.
                "spring.kafka.streams.properties.producer.transaction.timeout.ms",
                "5000",
                "hopmeter.aggregator.sources",
                "events"));
        String ours = Service.AGGREGATOR.word() + ".";
        Arm.of(arm).in(Workload.FRESHNESS).settings().forEach((key, value) -> {
            if (key.startsWith(ours)) {
                properties.put(key.substring(ours.length()), value);
            }
        });
        if (!"exactly_once_v2".equals(properties.get("spring.kafka.streams.properties.processing.guarantee"))) {
            properties.put("spring.kafka.streams.properties.commit.interval.ms", COMMIT_SECONDS + "000");
        }
        return ServicePart.start(
                folder,
                name,
                Path.of(System.getProperty("hopmeter.root", ".."), "aggregator-service/target/aggregator-service.jar"),
                properties);
    }

    /** The partitions of the events that this instance sums; none while the group is rebalancing. */
    private Set<TopicPartition> owned(String arm, String instance) throws Exception {
        return admin.describeConsumerGroups(List.of(arm + "-kill")).all().get().values().stream()
                .flatMap(group -> group.members().stream())
                .filter(member -> member.clientId().startsWith(instance))
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .filter(partition -> partition.topic().equals(EVENTS))
                .collect(Collectors.toSet());
    }

    private long uncommitted(String arm, Set<TopicPartition> partitions) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(arm + "-kill")
                .partitionsToOffsetAndMetadata()
                .get();
        return admin
                .listOffsets(partitions.stream().collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest())))
                .all()
                .get()
                .entrySet()
                .stream()
                .mapToLong(end -> end.getValue().offset()
                        - (committed.get(end.getKey()) instanceof OffsetAndMetadata offset ? offset.offset() : 0))
                .sum();
    }

    /** Of a workload on the arm's aggregators; those are asked in this order. */
    private CompletableFuture<JsonNode> trial(
            String workload, String arm, StringWriter err, List<ServicePart> aggregators, List<String> more)
            throws IOException {
        Path at = Files.write(
                results.resolve(workload + ".json"),
                JsonMapper.builder()
                        .build()
                        .writeValueAsBytes(Map.of(
                                "kafka",
                                stack.addresses().bootstrapServers(),
                                "aggregatorServices",
                                aggregators.stream().map(ServicePart::url).toList(),
                                "arm",
                                arm)));
        List<String> options = new ArrayList<>(List.of(
                "--at=" + at,
                "--workload=" + workload,
                "--rate=" + RATE,
                "--duration=" + SECONDS + "s",
                "--warm-up=5s",
                "--deadline=10s",
                "--no-floor"));
        options.addAll(more);
        return CommandLine.start(results.resolve(workload), err, options);
    }

    private static void assertTotals(JsonNode summary, String guarantee, long over) {
        JsonNode totals = finding(summary, "totals");
        JsonNode figures = totals.get("figures");
        assertThat(figures.get("guarantee").asString()).isEqualTo(guarantee);
        assertThat(figures.get("events").asLong()).isGreaterThanOrEqualTo((long) RATE * SECONDS);
        assertThat(figures.get("missing").asLong()).as("%s", totals).isZero();
        assertThat(figures.get("wrongSums").asLong()).as("%s", totals).isZero();
        assertThat(figures.get("unansweredKeys").asLong()).as("%s", totals).isZero();
        assertThat(figures.get("over").asLong()).as("%s", totals).isEqualTo(over);
        assertThat(totals.get("against").asBoolean()).as("%s", totals).isFalse();
        assertThat(totals.get("text").asString())
                .contains(over == 0 ? "each count and sum is exactly what was sent" : over + " counted more than once");
    }

    private static long over(JsonNode summary) {
        return finding(summary, "totals").at("/figures/over").asLong();
    }

    /** The trial says that they were away; and each watcher was told of events that were due after the kill. */
    private void assertThatTheWatchersCameBack(JsonNode summary, long kill) throws IOException {
        JsonNode counts = summary.get("counts");
        assertThat(counts.get("acknowledged").asInt()).as("%s", counts).isEqualTo(RATE * SECONDS);
        assertThat(counts.get("reconnected").asInt()).as("%s", counts).isPositive();
        assertThat(summary.get("valid").asBoolean()).isFalse();
        assertThat(summary.get("why").toString()).contains("was disconnected");
        assertThat(CommandLine.trails(results.resolve("freshness")))
                .filteredOn(row -> !row.getOrDefault("delivered", "").isEmpty() && isAfter(row, kill))
                .extracting(row -> row.get("subscriber"))
                .as("%s", counts)
                .containsAll(IntStream.range(0, 20).mapToObj(Integer::toString).toList());
    }

    /**
     * Those to the killed one itself have no answer while it is away, on a slow machine for all the rest of the trial. Each of
     * those to the survivor has one: it is right, or says when to ask again, as it does for some time after the kill, and no longer
     * than that. On a machine so slow that a key's first event is not summed yet as the measurement begins, the key is unknown;
     * after the kill none is.
     */
    private void assertThatEachAnswerIsRightOrSaysToRetry(JsonNode summary, long kill) throws IOException {
        JsonNode counts = summary.get("counts");
        assertThat(counts.get("sent").asInt()).isEqualTo(RATE * SECONDS);
        assertThat(counts.get("delivered").asInt()
                        + counts.get("refused").asInt()
                        + counts.get("unanswered").asInt())
                .as("%s", counts)
                .isEqualTo(RATE * SECONDS);
        List<Map<String, String>> queries = CommandLine.trails(results.resolve("point-query"));
        assertThat(counts.at("/refusedByStatus/503").asInt()).as("%s", counts).isPositive();
        assertThat(counts.at("/refusedByStatus/404").asLong())
                .as("%s", counts)
                .isLessThanOrEqualTo(queries.stream()
                        .filter(query -> "refused".equals(query.get("answer")) && !isAfter(query, kill))
                        .count());
        assertThat(counts.get("refusedByStatus").propertyNames())
                .as("%s", counts)
                .isSubsetOf("404", "503");
        assertThat(summary.get("why").toString()).doesNotContain("Retry-After");
        JsonNode staleness = finding(summary, "staleness");
        assertThat(staleness.at("/figures/answers").asInt())
                .isEqualTo(counts.get("delivered").asInt());
        assertThat(staleness.at("/figures/untrue").asInt()).as("%s", staleness).isZero();
        assertThat(staleness.get("against").asBoolean()).as("%s", staleness).isFalse();
        assertThat(finding(summary, "events").at("/figures/unpublished").asLong())
                .isZero();
        assertThat(summary.get("findings").toString()).doesNotContain("\"faults\"");
        List<Map<String, String>> toTheSurvivor = queries.stream()
                .filter(query -> Integer.parseInt(query.getOrDefault("event", "")) % 2 == 0)
                .toList();
        assertThat(toTheSurvivor)
                .hasSize(RATE * SECONDS / 2)
                .extracting(query -> query.get("answer"))
                .containsOnly("acknowledged", "refused");
        assertThat(toTheSurvivor)
                .filteredOn(query -> isAfter(query, kill) && "acknowledged".equals(query.get("answer")))
                .hasSizeGreaterThan(RATE);
    }

    private static boolean isAfter(Map<String, String> event, long nanos) {
        return Long.parseLong(event.getOrDefault("intended", "")) > nanos;
    }
}
