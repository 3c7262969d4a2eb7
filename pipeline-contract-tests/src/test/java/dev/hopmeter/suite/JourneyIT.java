package dev.hopmeter.suite;

import static dev.hopmeter.suite.CommandLine.finding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.Service;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whole trials, by the command line, on the whole pipeline. The first one warms it up for the others; those of the other
 * workloads run two at a time, as each mostly waits.
 */
@ExtendWith(RunningStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JourneyIT {

    private static final int RATE = 60;
    private static final int SECONDS = 6;
    private static final int SECONDS_WITH_A_FAULT = 15;
    private static final String WARM = "--warm-up=3s";
    private static final String NO_FLOOR = "--no-floor";

    private final LocalStack stack;
    private final Map<String, CompletableFuture<JsonNode>> others = new HashMap<>();

    private final Path folder;
    private final Path addresses;

    JourneyIT(LocalStack stack, @TempDir Path folder) throws IOException {
        this.stack = stack;
        this.folder = folder;
        this.addresses = RunningStack.addressesIn(folder, stack);
    }

    @Test
    @Order(1)
    void everyOrderIsDeliveredAndSummedAndItsHopsAddUp() throws Exception {
        JsonNode summary = CommandLine.run(
                folder.resolve("journey"), new StringWriter(), options("journey", SECONDS, "--warm-up=10s"));

        Summaries.assertNothingLost(summary, SECONDS * RATE);
        assertThat(Summaries.words(summary))
                .containsExactly(
                        "intended-sent",
                        "sent-received",
                        "received-committed",
                        "committed-captured",
                        "captured-taken",
                        "taken-routed",
                        "routed-fetched",
                        "fetched-pushed",
                        "pushed-delivered");
        Summaries.assertHopsAddUp(summary);
        assertTheArmIsWhatThePartsRunWith(folder.resolve("journey"));
        assertThat(summary.at("/floor/totalP50OverFloor").asDouble()).isPositive();
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(summed("eu-west", "retail"))
                        .isEqualTo(stored("select count(*) || '/' || coalesce(sum(amount), 0) from orders"
                                + " where region = 'eu-west' and kind = 'retail'")));
    }

    @Test
    @Order(3)
    void writeNotifyDoesWithoutTheRouter() throws Exception {
        JsonNode summary = trialOf("write-notify");

        Summaries.assertNothingLost(summary, SECONDS * RATE);
        assertThat(Summaries.words(summary))
                .hasSize(7)
                .contains("captured-fetched")
                .doesNotContain("taken-routed");
        Summaries.assertHopsAddUp(summary);
    }

    @Test
    @Order(4)
    void eachMessageReachesExactlyTheSubscribersWhoseFilterMatchesAlsoThoseThatComeAndGo() throws Exception {
        JsonNode summary = trialOf("fan-out");

        JsonNode counts = summary.get("counts");
        assertThat(counts.get("sent").asLong()).isEqualTo(SECONDS * RATE);
        assertThat(counts.get("due").asLong()).isGreaterThan(SECONDS * RATE);
        assertThat(counts.get("delivered")).isEqualTo(counts.get("due"));
        assertThat(counts.at("/others/extra").asLong()).isZero();
        assertThat(counts.at("/guests/visits").asLong()).isPositive();
        assertThat(counts.at("/guests/missing").asLong()
                        + counts.at("/guests/extra").asLong())
                .isZero();
        assertThat(Summaries.words(summary))
                .containsExactly(
                        "intended-sent",
                        "sent-taken",
                        "taken-routed",
                        "routed-fetched",
                        "fetched-pushed",
                        "pushed-delivered");
        Summaries.assertHopsAddUp(summary);
    }

    @Test
    @Order(3)
    void everyEventIsToldToTheWatcherOfItsKeyAndTheTotalsAreWhatWasSent() throws Exception {
        JsonNode summary = trialOf("freshness");

        Summaries.assertNothingLost(summary, SECONDS * RATE);
        assertThat(Summaries.words(summary))
                .containsExactly("intended-sent", "sent-taken", "taken-summed", "summed-pushed", "pushed-delivered");
        Summaries.assertHopsAddUp(summary);
        assertThat(Summaries.annotation(summary, "seen-by-asking")).isEqualTo(SECONDS * RATE);
        assertThat(Summaries.annotation(summary, "seen-on-output-topic")).isEqualTo(SECONDS * RATE);
        assertThat(finding(summary, "totals").at("/figures/over").asLong()).isZero();
    }

    @Test
    @Order(4)
    void queriesAreAnsweredByTheInstanceAskedOrByWayOfTheOwnerAndSayWhatTheyInclude() throws Exception {
        JsonNode summary = trialOf("point-query");

        Summaries.assertEachQueryIsAnsweredOrToldToAskAgain(summary, SECONDS * RATE);
        assertThat(Summaries.words(summary))
                .containsExactly("intended-sent", "sent-received", "received-found", "found-read", "read-delivered");
        Summaries.assertHopsAddUp(summary);
        assertThat(Summaries.annotation(summary, "answered-locally")
                        + Summaries.annotation(summary, "answered-forwarded"))
                .isEqualTo(summary.at("/counts/delivered").asLong());
        assertThat(Summaries.annotation(summary, "answered-forwarded")).isPositive();
        assertThat(finding(summary, "staleness").get("against").asBoolean()).isFalse();
        assertThat(finding(summary, "events").at("/figures/publishedPerSecond").asDouble())
                .isPositive();
        assertThat(finding(summary, "totals").at("/figures/over").asLong()).isZero();
    }

    @Test
    @Order(2)
    void theRateOfIngestRisesAndItsHighestStandsBesideKafkasOwnProducerTest() throws Exception {
        JsonNode summary = CommandLine.run(
                folder.resolve("ingest"),
                new StringWriter(),
                options("ingest", 2, WARM, NO_FLOOR, "--highest-rate=120"));

        assertThat(Summaries.words(summary)).containsExactly("intended-sent", "sent-delivered");
        Summaries.assertHopsAddUp(summary);
        JsonNode highest = finding(summary, "highest-rate");
        assertThat(highest.at("/figures/heldPerSecond").asDouble())
                .as("%s", highest)
                .isBetween((double) RATE, 120.0);
        assertThat(highest.at("/figures/steps")).hasSizeGreaterThanOrEqualTo(2);
        JsonNode test = finding(summary, "producer-test");
        assertThat(test.get("against").asBoolean()).as("%s", test).isFalse();
        assertThat(test.at("/figures/recordsPerSecond").asDouble()).isPositive();
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", stack.addresses().bootstrapServers()))) {
            assertThat(admin.listTopics().names().get()).noneMatch(topic -> topic.startsWith("hopmeter.producer-test"));
        }
    }

    @Test
    void noAcknowledgedOrderIsLostWhenRouterConnectorAndABrokerAreKilledAtOnce() throws Exception {
        CompletableFuture<JsonNode> trial =
                startedUntil(CommandLine.MEASURING, "faults", options("journey", SECONDS_WITH_A_FAULT, WARM, NO_FLOOR));

        stack.service(Service.ROUTER).kill();
        stack.service(Service.CDC).kill();
        stack.brokers().kill(2);
        stack.brokers().restart(2);
        stack.service(Service.CDC).restart();
        stack.service(Service.ROUTER).restart();

        JsonNode summary = trial.join();
        Summaries.assertNothingLost(summary, SECONDS_WITH_A_FAULT * RATE);
        Summaries.assertHopsAddUp(summary);
    }

    /**
     * The notifier pauses, so that it leaves entries unread when Redis is killed, and that Redis is back, empty, before the
     * notifier can put its subscriptions back: each of the two ways in which a message is lost.
     */
    @Test
    void subscriptionsSurviveARestartOfRedisInAFanOutAndEachLossIsCountedByAService() throws Exception {
        int subscribers = 20;
        CompletableFuture<JsonNode> trial = startedUntil(
                CommandLine.MEASURING,
                "redis",
                options(
                        "fan-out",
                        SECONDS_WITH_A_FAULT,
                        WARM,
                        NO_FLOOR,
                        "--subscribers=" + subscribers,
                        "--match=100",
                        "--guests=0",
                        "--deadline=5s"));
        double gaps = counted(Service.NOTIFIER, "hopmeter_notifier_gaps");
        double mended = counted(Service.NOTIFIER, "hopmeter_notifier_mended");
        double unmatched = counted(Service.ROUTER, "hopmeter_router_unmatched");
        double undeliverable = counted(Service.ROUTER, "hopmeter_router_undeliverable");

        signal(Service.NOTIFIER, "STOP");
        try {
            awaitMore(Service.ROUTER, "hopmeter_router_matches", 30 * subscribers);
            stack.redis().kill();
            Files.deleteIfExists(stack.folder().resolve("redis").resolve("dump.rdb"));
            stack.redis().restart();
            awaitMore(Service.ROUTER, "hopmeter_router_unmatched", 30);
        } finally {
            signal(Service.NOTIFIER, "CONT");
        }
        JsonNode summary = trial.join();

        double unread = counted(Service.NOTIFIER, "hopmeter_notifier_gaps") - gaps;
        double unwanted = counted(Service.ROUTER, "hopmeter_router_unmatched") - unmatched;
        assertThat(unread).isPositive();
        assertThat(unwanted).isGreaterThanOrEqualTo(30);
        assertThat(counted(Service.ROUTER, "hopmeter_router_undeliverable")).isEqualTo(undeliverable);
        assertThat(counted(Service.NOTIFIER, "hopmeter_notifier_mended")).isEqualTo(mended + subscribers);
        JsonNode counts = summary.get("counts");
        assertThat(counts.get("sent").asInt()).isEqualTo(SECONDS_WITH_A_FAULT * RATE);
        assertThat(counts.get("lost").asDouble()).as("%s", counts).isEqualTo(subscribers * (unread + unwanted));
        assertThat(counts.get("dropped").asInt()).isZero();
        assertThat(summary.get("why").toString()).contains("were lost").doesNotContain("disconnected");
        assertThatEverySubscriberHasTheLastMessages(CommandLine.trails(folder.resolve("redis")), subscribers);
    }

    /** A message is lost to all or to none, and from the last that is lost on none is. */
    private static void assertThatEverySubscriberHasTheLastMessages(
            List<Map<String, String>> deliveries, int subscribers) {
        Map<String, Integer> lost = new LinkedHashMap<>();
        for (int i = 0; i < deliveries.size(); i++) {
            Map<String, String> delivery = deliveries.get(i);
            if (delivery.getOrDefault("delivered", "").isEmpty()) {
                lost.merge(delivery.getOrDefault("event", ""), 1, Integer::sum);
                assertThat(deliveries.size() - i)
                        .as("deliveries due after the last lost one")
                        .isGreaterThan(RATE * subscribers);
            }
        }
        assertThat(lost.values()).containsOnly(subscribers);
    }

    private void signal(Service service, String signal) throws Exception {
        assertThat(new ProcessBuilder(
                                "kill",
                                "-" + signal,
                                Long.toString(stack.service(service).pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private void awaitMore(Service service, String counter, int more) throws Exception {
        double before = counted(service, counter);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> counted(service, counter) >= before + more);
    }

    private double counted(Service service, String counter) throws Exception {
        return Scrape.of(stack.service(service)).counter(counter);
    }

    /** The summary of the trial of one of the other workloads, which is started together with another's. */
    private JsonNode trialOf(String workload) {
        if (!others.containsKey(workload)) {
            switch (workload) {
                case "write-notify", "freshness" -> {
                    start("write-notify");
                    start("freshness");
                }
                default -> {
                    start("fan-out", "--subscribers=200", "--match=5", "--guests=3");
                    start("point-query");
                }
            }
        }
        return Objects.requireNonNull(others.get(workload)).join();
    }

    private void start(String workload, String... more) {
        List<String> options = options(workload, SECONDS, WARM, NO_FLOOR);
        options.addAll(List.of(more));
        others.put(workload, CommandLine.start(folder.resolve(workload), new StringWriter(), options));
    }

    private List<String> options(String workload, int seconds, String... more) {
        List<String> options = new ArrayList<>(List.of(
                "--at=" + addresses, "--workload=" + workload, "--rate=" + RATE, "--duration=" + seconds + "s"));
        options.addAll(List.of(more));
        if (options.stream().noneMatch(option -> option.startsWith("--deadline"))) {
            options.add("--deadline=75s");
        }
        return options;
    }

    /** Starts a trial, and returns once it says so. */
    private CompletableFuture<JsonNode> startedUntil(String said, String name, List<String> options) {
        StringWriter told = new StringWriter();
        CompletableFuture<JsonNode> trial = CommandLine.start(folder.resolve(name), told, options);
        await().atMost(Duration.ofMinutes(4))
                .until(() -> trial.isDone() || told.toString().contains(said));
        assertThat(trial).as("%s", told).isNotDone();
        return trial;
    }

    /** As the parts say themselves, after all that Spring, Kafka and Debezium make of a property on its way to them. */
    private static void assertTheArmIsWhatThePartsRunWith(Path results) throws IOException {
        JsonNode effective = CommandLine.json(results, "environment.json").path("effective");
        JsonNode services = effective.path("services");
        assertThat(Summaries.setting(services, "cdc-connector producer", "linger.ms"))
                .isEqualTo("0");
        assertThat(Summaries.setting(services, "cdc-connector debezium", "max.batch.size"))
                .isEqualTo("1");
        assertThat(Summaries.setting(services, "router-service listener sources", "ack-mode"))
                .isEqualTo("TIME");
        assertThat(Summaries.setting(services, "router-service listener sources", "sync-commits"))
                .isEqualTo("false");
        assertThat(Summaries.setting(services, "aggregator-service streams producer", "compression.type"))
                .isEqualTo("lz4");
        assertThat(Summaries.setting(effective.path("brokers"), "all", "brokers"))
                .isEqualTo("3");
        assertThat(Summaries.setting(effective.path("topics"), "hopmeter.orders", "min.insync.replicas"))
                .isEqualTo("2");
        assertThat(Summaries.setting(effective.path("postgres"), "server", "wal_level"))
                .isEqualTo("logical");
        Summaries.assertNothingIsUnknown(effective);
        JsonNode all = CommandLine.json(results, "configuration.json");
        assertThat(all.at("/services/cdc-connector producer/settings/batch.size/differs")
                        .asBoolean(true))
                .isFalse();
    }

    private String stored(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        stack.postgres().jdbcUrl(),
                        stack.postgres().username(),
                        stack.postgres().password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Count and sum of the one-minute windows of the last half hour. */
    private String summed(String region, String kind) throws Exception {
        URI address = stack.service(Service.AGGREGATOR)
                .url()
                .resolve("/windows/1m/" + region + "/" + kind + "?from="
                        + EpochClock.system().instant().minus(Duration.ofMinutes(30)));
        try (HttpClient client = HttpClient.newHttpClient()) {
            String body = client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body();
            long count = 0;
            long sum = 0;
            for (JsonNode window : JsonMapper.builder().build().readTree(body).path("windows")) {
                count += window.get("count").asLong();
                sum += window.get("sum").asLong();
            }
            return count + "/" + sum;
        }
    }
}
