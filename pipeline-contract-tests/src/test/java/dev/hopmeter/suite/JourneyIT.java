package dev.hopmeter.suite;

import static dev.hopmeter.suite.CommandLine.finding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.Service;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole trials, by the command line, on the whole pipeline. The first one warms it up for the others. */
@ExtendWith(RunningStack.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JourneyIT {

    private static final int RATE = 100;
    private static final int SECONDS = 10;
    private static final int SECONDS_WITH_A_FAULT = 15;
    private static final String WARM = "--warm-up=3s";

    private final LocalStack stack;

    @TempDir
    private Path folder = Path.of("");

    JourneyIT(LocalStack stack) {
        this.stack = stack;
    }

    @Test
    @Order(1)
    void everyOrderIsDeliveredAndSummedAndItsHopsAddUp() throws Exception {
        JsonNode summary = trial("journey", "journey", SECONDS, "--warm-up-at-most=2m");

        assertNothingLost(summary, SECONDS * RATE);
        assertThat(words(summary))
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
        assertHopsAddUp(summary);
        assertTheArmIsWhatThePartsRunWith(folder.resolve("journey"));
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(summed("eu-west", "retail"))
                        .isEqualTo(stored("select count(*) || '/' || coalesce(sum(amount), 0) from orders"
                                + " where region = 'eu-west' and kind = 'retail'")));
    }

    @Test
    void writeNotifyDoesWithoutTheRouter() throws Exception {
        JsonNode summary = trial("write-notify", "write-notify", SECONDS, WARM);

        assertNothingLost(summary, SECONDS * RATE);
        assertThat(words(summary)).hasSize(7).contains("captured-fetched").doesNotContain("taken-routed");
        assertHopsAddUp(summary);
    }

    @Test
    void eachMessageReachesExactlyTheSubscribersWhoseFilterMatchesAlsoThoseThatComeAndGo() throws Exception {
        JsonNode summary = trial("fan-out", "fan-out", SECONDS, WARM, "--subscribers=200", "--match=5", "--guests=3");

        JsonNode counts = summary.get("counts");
        assertThat(counts.get("sent").asLong()).isEqualTo(SECONDS * RATE);
        assertThat(counts.get("due").asLong()).isGreaterThan(SECONDS * RATE);
        assertThat(counts.get("delivered")).isEqualTo(counts.get("due"));
        assertThat(counts.at("/others/extra").asLong()).isZero();
        assertThat(counts.at("/guests/visits").asLong()).isPositive();
        assertThat(counts.at("/guests/missing").asLong()
                        + counts.at("/guests/extra").asLong())
                .isZero();
        assertThat(words(summary))
                .containsExactly(
                        "intended-sent",
                        "sent-taken",
                        "taken-routed",
                        "routed-fetched",
                        "fetched-pushed",
                        "pushed-delivered");
        assertHopsAddUp(summary);
    }

    @Test
    void everyEventIsToldToTheWatcherOfItsKeyAndTheTotalsAreWhatWasSent() throws Exception {
        JsonNode summary = trial("freshness", "freshness", SECONDS, WARM);

        assertNothingLost(summary, SECONDS * RATE);
        assertThat(words(summary))
                .containsExactly("intended-sent", "sent-taken", "taken-summed", "summed-pushed", "pushed-delivered");
        assertHopsAddUp(summary);
        assertThat(finding(summary, "totals").at("/figures/over").asLong()).isZero();
    }

    @Test
    void queriesAreAnsweredByTheInstanceAskedOrByWayOfTheOwnerAndSayWhatTheyInclude() throws Exception {
        JsonNode summary = trial("point-query", "point-query", SECONDS, WARM);

        assertNothingLost(summary, SECONDS * RATE);
        assertThat(words(summary))
                .containsExactly("intended-sent", "sent-received", "received-found", "found-read", "read-delivered");
        assertHopsAddUp(summary);
        assertThat(annotation(summary, "answered-locally") + annotation(summary, "answered-forwarded"))
                .isEqualTo(SECONDS * RATE);
        assertThat(annotation(summary, "answered-forwarded")).isPositive();
        assertThat(finding(summary, "staleness").get("against").asBoolean()).isFalse();
        assertThat(finding(summary, "events").at("/figures/publishedPerSecond").asDouble())
                .isPositive();
        assertThat(finding(summary, "totals").at("/figures/over").asLong()).isZero();
    }

    @Test
    void theRateOfIngestRisesAndItsHighestStandsBesideKafkasOwnProducerTest() throws Exception {
        JsonNode summary = trial("ingest", "ingest", 2, "--warm-up=1s", "--highest-rate=120");

        assertThat(words(summary)).containsExactly("intended-sent", "sent-delivered");
        assertHopsAddUp(summary);
        JsonNode highest = finding(summary, "highest-rate");
        assertThat(highest.at("/figures/heldPerSecond").asDouble())
                .as("%s", highest)
                .isBetween(100.0, 120.0);
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
    void servicesInOneProcessDoTheSameAlsoAsTheyAreShipped() throws Exception {
        JsonNode summary = CommandLine.run(
                folder.resolve("together"),
                new StringWriter(),
                List.of(
                        "--services=together",
                        "--arm=shipped",
                        "--rate=50",
                        "--duration=5s",
                        "--warm-up=5s",
                        "--deadline=30s"));

        assertThat(summary.get("services").asString()).isEqualTo("together");
        assertNothingLost(summary, 250);
        assertThat(words(summary)).hasSize(9);
        assertHopsAddUp(summary);
        assertNothingIsUnknown(
                CommandLine.json(folder.resolve("together"), "environment.json").path("effective"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void noAcknowledgedOrderIsLostWhenAPartIsKilledAndRestarted(String part, Consumer<LocalStack> fault)
            throws Exception {
        CompletableFuture<JsonNode> trial =
                startedUntil("measuring:", part, options("journey", SECONDS_WITH_A_FAULT, WARM));

        fault.accept(stack);

        JsonNode summary = trial.join();
        assertNothingLost(summary, SECONDS_WITH_A_FAULT * RATE);
        assertHopsAddUp(summary);
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
                        SECONDS,
                        WARM,
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
        assertThat(counts.get("sent").asInt()).isEqualTo(SECONDS * RATE);
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

    /** The counter's value, as the service shows it to Prometheus. */
    private double counted(Service service, String counter) throws Exception {
        URI address = stack.service(service).url().resolve("/actuator/prometheus");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(counter + "_total"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("router-service", (Consumer<LocalStack>) stack -> killAndRestart(stack, Service.ROUTER)),
                Arguments.of("cdc-connector", (Consumer<LocalStack>) stack -> killAndRestart(stack, Service.CDC)),
                Arguments.of("broker", (Consumer<LocalStack>) stack -> {
                    stack.brokers().kill(2);
                    stack.brokers().restart(2);
                }));
    }

    private static void killAndRestart(LocalStack stack, Service service) {
        stack.service(service).kill();
        stack.service(service).restart();
    }

    /** With a deadline that outlasts a restart; the trial's summary. */
    private JsonNode trial(String name, String workload, int seconds, String... more) throws IOException {
        return CommandLine.run(folder.resolve(name), new StringWriter(), options(workload, seconds, more));
    }

    private List<String> options(String workload, int seconds, String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of(
                "--at=" + RunningStack.addressesIn(folder, stack),
                "--workload=" + workload,
                "--rate=" + RATE,
                "--duration=" + seconds + "s"));
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

    static void assertNothingLost(JsonNode summary, int orders) {
        JsonNode counts = summary.get("counts");
        assertThat(counts.get("sent").asInt()).isEqualTo(orders);
        assertThat(counts.get("delivered").asInt()).as("%s", counts).isEqualTo(orders);
        assertThat(counts.get("acknowledgedLost").asInt()).as("%s", counts).isZero();
        assertThat(counts.get("lost").asInt()).as("%s", counts).isZero();
        assertThat(counts.get("others").get("missing").asInt()).as("%s", counts).isZero();
        assertThat(counts.get("others").get("extra").asInt()).as("%s", counts).isZero();
    }

    static void assertHopsAddUp(JsonNode summary) {
        BigDecimal sums = BigDecimal.ZERO;
        long means = 0;
        for (JsonNode hop : summary.get("hops")) {
            sums = sums.add(hop.get("sumNanos").decimalValue());
            means += hop.get("meanNanos").asLong();
        }
        assertThat(sums)
                .isEqualByComparingTo(summary.get("total").get("sumNanos").decimalValue());
        assertThat(means).isEqualTo(summary.get("total").get("meanNanos").asLong());
    }

    /** As the parts say themselves, after all that Spring, Kafka and Debezium make of a property on its way to them. */
    private static void assertTheArmIsWhatThePartsRunWith(Path results) throws IOException {
        JsonNode effective = CommandLine.json(results, "environment.json").path("effective");
        JsonNode services = effective.path("services");
        assertThat(setting(services, "cdc-connector producer", "linger.ms")).isEqualTo("0");
        assertThat(setting(services, "cdc-connector debezium", "max.batch.size"))
                .isEqualTo("1");
        assertThat(setting(services, "router-service listener sources", "ack-mode"))
                .isEqualTo("TIME");
        assertThat(setting(services, "router-service listener sources", "sync-commits"))
                .isEqualTo("false");
        assertThat(setting(services, "aggregator-service streams producer", "compression.type"))
                .isEqualTo("lz4");
        assertThat(setting(effective.path("brokers"), "all", "brokers")).isEqualTo("3");
        assertThat(setting(effective.path("topics"), "hopmeter.orders", "min.insync.replicas"))
                .isEqualTo("2");
        assertThat(setting(effective.path("postgres"), "server", "wal_level")).isEqualTo("logical");
        assertNothingIsUnknown(effective);
        JsonNode all = CommandLine.json(results, "configuration.json");
        assertThat(all.at("/services/cdc-connector producer/settings/batch.size/differs")
                        .asBoolean(true))
                .isFalse();
    }

    private static void assertNothingIsUnknown(JsonNode effective) {
        assertThat(effective.propertyNames()).contains("brokers", "topics", "postgres", "redis", "services", "jvm");
        effective.forEach(kind -> kind.properties()
                .forEach(part -> assertThat(part.getValue().path("unknown"))
                        .as(part.getKey())
                        .isEmpty()));
    }

    static String setting(JsonNode parts, String part, String name) {
        return parts.path(part).path("settings").path(name).path("value").asString("not there: " + parts.path(part));
    }

    static List<String> words(JsonNode summary) {
        return summary.get("hops")
                .valueStream()
                .map(hop -> hop.get("hop").asString())
                .toList();
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

    static long annotation(JsonNode summary, String word) {
        for (JsonNode annotation : summary.get("annotations")) {
            if (annotation.get("annotation").asString().equals(word)) {
                return annotation.get("count").asLong();
            }
        }
        throw new AssertionError("there is no annotation " + word + " in " + summary.get("annotations"));
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
