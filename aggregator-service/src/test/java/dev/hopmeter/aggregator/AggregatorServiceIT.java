package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.aggregator.Orders.Cell;
import dev.hopmeter.aggregator.Orders.Expected;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.PoisonRecords;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.stack.BrokerLayout;
import dev.hopmeter.stack.BrokersPart;
import dev.hopmeter.stack.StackFolder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AggregatorServiceIT {

    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final WireFormat FORMAT = new WireFormat();
    private static final JsonMapper JSON = new JsonMapper();

    private static StackFolder folder;
    private static BrokersPart brokers;
    private static KafkaProducer<String, byte[]> producer;
    private static HttpClient http;

    private final List<ConfigurableApplicationContext> started = new ArrayList<>();
    private final Orders orders = new Orders(1);
    private final Expected expected = new Expected();
    private final long now = EpochClock.system().instant().toEpochMilli();
    private String name = "";

    @BeforeAll
    static void startBrokers() {
        folder = StackFolder.create();
        brokers = BrokersPart.start(folder, Map.of(), BrokerLayout.TOGETHER);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers.bootstrapServers(), "acks", "all", "delivery.timeout.ms", 80_000),
                new StringSerializer(),
                new ByteArraySerializer());
        http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @AfterAll
    static void stopBrokers() {
        http.close();
        producer.close(Duration.ofSeconds(5));
        folder.close();
    }

    @BeforeEach
    void nameTopics(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
    }

    @AfterEach
    void stopServices() {
        started.forEach(ConfigurableApplicationContext::close);
    }

    @Test
    void everyOrderIsSummedExactlyAndPoisonGoesToTheDeadLettersWithItsReason() throws Exception {
        ConfigurableApplicationContext service = start("a");
        sendOrders(500, now - 60_000, 60_000);
        sendPoison("not an order");
        sendOrders(500, now - 60_000, 60_000);

        awaitExactTotals(service);

        List<ConsumerRecord<byte[], byte[]>> dead = deadLetters(1);
        assertThat(dead).hasSize(1);
        assertThat(dead.getFirst().value()).asString().isEqualTo("not an order");
        assertThat(dead.getFirst().key()).asString().isEqualTo("poison");
        assertThat(header(dead.getFirst(), PoisonRecords.REASON)).contains("Unrecognized token 'not'");
        assertThat(header(dead.getFirst(), PoisonRecords.CONSUMER)).isEqualTo("aggregator-service");
        assertThat(deadLettersCounted(service)).isEqualTo(1);
        assertThat(late(service)).isZero();

        HttpResponse<String> health = get(service, "/actuator/health");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(health.body()).at("/components/streams/status").asString())
                .isEqualTo("UP");
        assertThat(get(service, "/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(get(service, "/actuator/prometheus").body())
                .contains("hopmeter_dead_letters_total{consumer=\"aggregator-service\"} 1.0")
                .contains("hopmeter_windows_late_total{size=\"10s\",source=\"orders\"} 0.0");
        assertThatInternalTopicsAreReplicatedThrice();
        assertThatQueriesAreAnsweredAsDocumented(service);
    }

    @Test
    void aPoisonRecordAsLargeAsKafkaTakesGoesToTheDeadLettersWhole() throws Exception {
        ConfigurableApplicationContext service = start("a");
        String noise = new Random(1)
                .ints(1_048_576 - 120, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        sendPoison(noise);
        sendOrders(100, now - 60_000, 60_000);

        awaitExactTotals(service);
        assertThat(deadLetters(1)).singleElement().satisfies(dead -> {
            assertThat(dead.value()).isEqualTo(noise.getBytes(StandardCharsets.UTF_8));
            assertThat(header(dead, PoisonRecords.REASON)).hasSizeBetween(1, 400);
        });
    }

    @Test
    void aRestartWithAnEmptyStateDirectoryRestoresTheWindowsExactlyAndAddsWhatCameMeanwhile() throws Exception {
        ConfigurableApplicationContext first = start("a");
        sendOrders(600, now - 600_000, 60_000);
        awaitExactTotals(first);
        first.close();

        sendOrders(6_000, now - 540_000, 540_000);
        ConfigurableApplicationContext second = start("b");

        await().atMost(BOUND).until(() -> get(second, "/actuator/health").statusCode() == 200);
        awaitExactTotals(second);
        assertThat(late(second)).isZero();
    }

    @Test
    void twoInstancesAnswerAlikeAndARebalanceIsRightOrUnavailableAndClosesTheWatchersOfKeysThatMove() throws Exception {
        String[] settings = {
            "--hopmeter.aggregator.sources=events", "--spring.kafka.streams.properties.commit.interval.ms=100"
        };
        ConfigurableApplicationContext first = start("a", settings);
        assertThat(topics()).contains("events." + name, "out." + name).doesNotContain("orders." + name);
        sendEvents(600, now - 60_000, 60_000);
        awaitEventTotals(first);
        assertThatAnAnswerWithoutWindowsSaysHowFarItGoes(first);
        Map<String, WatchingClient> watching = new HashMap<>();
        for (String key : keys()) {
            watching.put(key, WatchingClient.watch(address(first, key)));
        }

        ConfigurableApplicationContext second = start("b", settings);
        Set<String> answeredBy = new TreeSet<>();
        await().atMost(BOUND).untilAsserted(() -> {
            assertThatEachAnswerIsRightOrUnavailable(first, answeredBy);
            assertThatEachAnswerIsRightOrUnavailable(second, answeredBy);
            assertThat(answeredBy).contains("local", "forwarded");
            awaitEventTotals(second);
        });

        Set<String> moved = new TreeSet<>();
        for (String key : keys()) {
            HttpResponse<String> asked =
                    get(first, "/events/1m/" + key, "Hopmeter-Trail", "point-query;intended=1;sent=2");
            assertThat(asked.statusCode()).isEqualTo(200);
            assertThat(Trail.parse(asked.headers().firstValue("Hopmeter-Trail").orElseThrow())
                            .stamps())
                    .containsExactly(Stamp.INTENDED, Stamp.SENT, Stamp.RECEIVED, Stamp.FOUND, Stamp.READ);
            boolean forwarded = asked.headers()
                    .firstValue("Hopmeter-Answered")
                    .orElseThrow()
                    .equals("forwarded");
            if (forwarded) {
                moved.add(key);
                assertProblem(get(first, "/events/1m/" + key, "Hopmeter-Forwarded", "1"), 503, "owner is changing");
            }
        }
        assertThat(moved).isNotEmpty().isNotEqualTo(keys());
        for (String key : keys()) {
            WatchingClient client = Objects.requireNonNull(watching.get(key));
            if (moved.contains(key)) {
                await().atMost(BOUND).until(() -> client.closeCode() == 1012);
                HttpResponse<?> redirection = WatchingClient.refused(address(first, key));
                assertThat(redirection.statusCode()).isEqualTo(307);
                assertThat(redirection.headers().firstValue("Location"))
                        .hasValue(address(second, key).toString());
            } else {
                assertThat(client.closeCode()).isZero();
            }
        }
        String movedKey = moved.iterator().next();
        try (WatchingClient atTheOwner = WatchingClient.watch(address(second, movedKey))) {
            WatchingClient gone = Objects.requireNonNull(watching.get(movedKey));
            int before = gone.frames().size();
            sendEvents(200, now, 1_000);
            await().atMost(BOUND).until(() -> !atTheOwner.windows().isEmpty());
            assertThat(gone.frames()).hasSize(before);
        }

        awaitEventTotals(first);
        Thread stop = Thread.ofPlatform().start(second::close);
        do {
            assertThatEachAnswerIsRightOrUnavailable(first, answeredBy);
        } while (!stop.join(Duration.ofMillis(1)));
        await().atMost(BOUND).untilAsserted(() -> {
            Set<String> after = new TreeSet<>();
            assertThatEachAnswerIsRightOrUnavailable(first, after);
            assertThat(after).containsExactly("local");
        });
        awaitEventTotals(first);
        watching.values().forEach(WatchingClient::close);
    }

    @Test
    void aWatcherIsToldEveryEventOnceWhileFastChangesAreConflatedAndOneThatDoesNotReadHarmsNobody() throws Exception {
        ConfigurableApplicationContext service = start(
                "a",
                "--hopmeter.aggregator.sources=events",
                "--hopmeter.aggregator.max-watchers=3",
                "--hopmeter.aggregator.allowed-origins=http://friend.example",
                "--hopmeter.aggregator.ping=1s");
        URI busy = address(service, "eu-west/retail");
        await().atMost(BOUND)
                .until(() -> get(service, "/events/10s/eu-west/retail").statusCode() == 404);
        WatchingClient watcher = WatchingClient.watch(busy);
        assertThat(watcher.frames())
                .containsExactly("{\"watching\":{\"size\":\"10s\",\"region\":\"eu-west\",\"kind\":\"retail\"}}");
        try (Socket deaf = deaf(busy);
                Socket deafAndUntold = deaf(address(service, "eu-west/gift"))) {
            assertThat(deaf.isConnected() && deafAndUntold.isConnected()).isTrue();
            await().atMost(BOUND).until(() -> WatchingClient.refused(busy).statusCode() == 503);
            int count = 5_000;
            for (int i = 0; i < count; i++) {
                sendEvent(orders.event("eu-west", "retail", 1 + i % 7), now, "freshness;intended=1;sent=2");
            }
            producer.flush();

            await().atMost(BOUND).until(() -> watcher.events().size() >= count);
            assertThat(watcher.events().keySet())
                    .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, count)
                            .mapToObj(i -> "e-" + i)
                            .toList());
            assertThat(watcher.repeated()).isZero();
            assertThat(watcher.events().values())
                    .allSatisfy(trail -> assertThat(Trail.parse(trail).stamps())
                            .containsExactly(Stamp.INTENDED, Stamp.SENT, Stamp.TAKEN, Stamp.SUMMED, Stamp.PUSHED));
            assertThat(watcher.windows()).hasSizeLessThan(count);
            Cell cell = new Cell(
                    WindowSize.TEN_SECONDS, new WindowKey("eu-west", "retail"), WindowSize.TEN_SECONDS.startOf(now));
            JsonNode last = watcher.windows().getLast();
            assertThat(total(last)).isEqualTo(expected.totals().get(cell));
            assertThat(last.get("start").asString())
                    .isEqualTo(Instant.ofEpochMilli(cell.startMillis()).toString());
            awaitEventTotals(service);

            assertThat(written())
                    .as("what the cache lets out before its first commit")
                    .isEmpty();
            await().atMost(BOUND).until(() -> stalled(service) == 2);
            assertThat(watcher.closeCode()).isZero();
        }
        watcher.send("a watcher only listens");
        await().atMost(BOUND).until(() -> watcher.closeCode() == 1003);

        assertThat(WatchingClient.refused(address(service, "EU/retail")).statusCode())
                .isEqualTo(400);
        assertThat(WatchingClient.refused(URI.create(busy.toString().replace("10s", "5s")))
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> unchosen = get(service, "/windows/10s/eu-west/retail");
        assertProblem(unchosen, 404, "this service sums events");

        assertThat(WatchingClient.refused(busy, "Origin", "http://elsewhere.example")
                        .statusCode())
                .isEqualTo(403);
        WatchingClient until = WatchingClient.watch(busy, "Origin", "http://friend.example");
        service.close();
        await().atMost(BOUND).until(() -> until.closeCode() == 1012);
        Map<Cell, WindowTotal> tenSeconds = new HashMap<>(expected.totals());
        tenSeconds.keySet().removeIf(each -> each.size() != WindowSize.TEN_SECONDS);
        assertThat(written()).as("what was let out by the last commit").isEqualTo(tenSeconds);
    }

    @Test
    void aStreamThatFailsBeyondItsReplacementsStopsTheServiceWithAnErrorStatus() throws Exception {
        ConfigurableApplicationContext helper = start("a");
        sendOrders(1, now, 1);
        awaitExactTotals(helper);
        helper.close();
        producer.send(new ProducerRecord<>(name + "-amounts-repartition", 0, "eu-west/retail", new byte[3]))
                .get(BOUND.toSeconds(), TimeUnit.SECONDS);

        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AggregatorService.class.getName(),
                "--hopmeter.leash=stdin",
                "--hopmeter.aggregator.thread-replacements=0"));
        command.addAll(List.of(arguments("b")));
        Process service = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.log("failing-aggregator").toFile())
                .start();
        try {
            assertThat(service.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(service.exitValue()).isEqualTo(1);
        } finally {
            service.destroyForcibly();
        }
    }

    private void assertThatAnAnswerWithoutWindowsSaysHowFarItGoes(ConfigurableApplicationContext service) {
        for (int secondsFromNow : List.of(-600, 600)) {
            Instant from = Instant.ofEpochMilli(now).plusSeconds(secondsFromNow);
            for (String key : keys()) {
                JsonNode answer = JSON.readTree(
                        get(service, "/events/10s/" + key + "?from=" + from + "&to=" + from.plusSeconds(10))
                                .body());
                List<WindowTotal> all = expected.totals().entrySet().stream()
                        .filter(each -> each.getKey().key().text().equals(key))
                        .map(Map.Entry::getValue)
                        .toList();
                assertThat(answer.get("windows")).isEmpty();
                assertThat(answer.get("through").asLong())
                        .isEqualTo(all.stream()
                                .mapToLong(WindowTotal::through)
                                .max()
                                .orElseThrow());
                assertThat(Instant.parse(answer.get("newest").asString()).toEpochMilli())
                        .isEqualTo(all.stream()
                                .mapToLong(WindowTotal::newestMillis)
                                .max()
                                .orElseThrow());
            }
        }
    }

    private void assertThatQueriesAreAnsweredAsDocumented(ConfigurableApplicationContext service) {
        Cell cell = expected.totals().keySet().iterator().next();
        String path = "/windows/" + cell.size().word() + "/" + cell.key().text();
        Instant start = Instant.ofEpochMilli(cell.startMillis());
        WindowTotal total = expected.totals().getOrDefault(cell, WindowTotal.EMPTY);

        HttpResponse<String> found = get(service, path + "?from=" + start + "&to=" + start.plusMillis(1));
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.body())
                .isEqualTo(
                        "{\"size\":\"%s\",\"region\":\"%s\",\"kind\":\"%s\",\"through\":0,\"newest\":\"%s\",\"windows\":[{\"start\":\"%s\",\"end\":\"%s\","
                                        .formatted(
                                                cell.size().word(),
                                                cell.key().region(),
                                                cell.key().kind(),
                                                newest(cell),
                                                start,
                                                start.plus(cell.size().duration()))
                                + "\"count\":%d,\"sum\":%d,\"through\":0,\"newest\":\"%s\"}]}"
                                        .formatted(
                                                total.count(),
                                                total.sum(),
                                                Instant.ofEpochMilli(total.newestMillis())));
        assertThat(found.headers().firstValue("Hopmeter-Answered")).hasValue("local");
        assertThat(found.headers().firstValue("Hopmeter-Trail")).isEmpty();

        HttpResponse<String> ofNoWindow = get(service, path + "?from=1970-01-01T00:00:00Z&to=1970-01-01T00:00:01Z");
        assertThat(ofNoWindow.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(ofNoWindow.body()).at("/windows")).isEmpty();
        assertThat(JSON.readTree(ofNoWindow.body()).at("/through").isNumber()).isTrue();
        assertThat(JSON.readTree(ofNoWindow.body()).at("/newest").asString())
                .isEqualTo(newest(cell).toString());

        HttpResponse<String> ofNothing = get(service, "/windows/10s/nowhere/nothing");
        assertProblem(ofNothing, 404, "no window of that key");
        assertThat(JSON.readTree(ofNothing.body()).at("/known").valueStream().map(JsonNode::asString))
                .containsExactlyInAnyOrderElementsOf(expected.totals().keySet().stream()
                        .map(known -> known.key().text())
                        .collect(Collectors.toSet()));

        assertProblem(get(service, "/windows/5s/eu-west/retail"), 404, "only of 10s and 1m");
        assertProblem(get(service, "/windows/10s/EU/retail"), 400, "region is 1 to 32 of a-z");
        assertProblem(get(service, "/windows/10s/eu-west/%20"), 400, "kind is 1 to 32 of a-z");
        assertProblem(get(service, path + "?from=yesterday"), 400, "from is an ISO instant");
        assertProblem(get(service, path + "?to=12"), 400, "to is an ISO instant");
        assertProblem(get(service, path + "?from=" + start + "&to=" + start), 400, "from is before to");
        assertProblem(get(service, path + "?from=1970-01-01T00:00:00Z"), 400, "at most 1000 windows");
        assertProblem(get(service, "/windows/10s"), 404, "");
        assertProblem(get(service, path, "Hopmeter-Trail", "nonsense"), 400, "a trail starts with a workload");
    }

    /** When the latest event of that cell's key happened. */
    private Instant newest(Cell cell) {
        return Instant.ofEpochMilli(expected.totals().entrySet().stream()
                .filter(each -> each.getKey().size() == cell.size()
                        && each.getKey().key().equals(cell.key()))
                .mapToLong(each -> each.getValue().newestMillis())
                .max()
                .orElseThrow());
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(JSON.readTree(answer.body()).at("/detail").asString()).contains(detail);
    }

    private void assertThatInternalTopicsAreReplicatedThrice() throws Exception {
        List<String> internal = List.of(
                name + "-amounts-repartition",
                name + "-windows-10s-changelog",
                name + "-windows-1m-changelog",
                name + "-events-10s-changelog",
                name + "-events-1m-changelog");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get().stream().filter(topic -> topic.startsWith(name + "-")))
                    .containsExactlyInAnyOrderElementsOf(internal);
            for (TopicDescription topic :
                    admin.describeTopics(internal).allTopicNames().get().values()) {
                assertThat(topic.partitions())
                        .hasSize(3)
                        .allSatisfy(
                                partition -> assertThat(partition.replicas()).hasSize(3));
            }
            List<ConfigResource> resources = internal.stream()
                    .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                    .toList();
            for (Config config : admin.describeConfigs(resources).all().get().values()) {
                assertThat(config.get("min.insync.replicas").value()).isEqualTo("2");
            }
        }
    }

    private ConfigurableApplicationContext start(String instance, String... more) {
        List<String> arguments = new ArrayList<>(List.of(arguments(instance)));
        arguments.addAll(List.of(more));
        ConfigurableApplicationContext service =
                SpringApplication.run(AggregatorService.class, arguments.toArray(String[]::new));
        started.add(service);
        return service;
    }

    private String[] arguments(String instance) {
        return new String[] {
            "--server.port=0",
            "--spring.kafka.bootstrap-servers=" + brokers.bootstrapServers(),
            "--spring.kafka.streams.application-id=" + name,
            "--spring.kafka.streams.state-dir="
                    + folder.path().resolve("state").resolve(name).resolve(instance),
            "--hopmeter.topics.changes=orders." + name,
            "--hopmeter.topics.events=events." + name,
            "--hopmeter.topics.windows=out." + name,
            "--hopmeter.topics.dead-letters=dead." + name
        };
    }

    private void sendOrders(int count, long from, long span) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Order order = orders.next();
            long committed = from + span * i / count;
            expected.add(order, committed);
            sent.add(producer.send(new ProducerRecord<>(
                    "orders." + name, null, committed, order.id().toString(), FORMAT.write(order))));
        }
        for (Future<RecordMetadata> one : sent) {
            one.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void sendEvents(int count, long from, long span) {
        for (int i = 0; i < count; i++) {
            sendEvent(orders.nextEvent(), from + span * i / count, "freshness;intended=1;sent=2");
        }
        producer.flush();
    }

    private void sendEvent(Message event, long millis, String trail) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                "events." + name, null, millis, event.windowKey().text(), FORMAT.writeValue(event));
        record.headers().add(Trail.HEADER, trail.getBytes(StandardCharsets.US_ASCII));
        var _ = producer.send(record);
        expected.add(event, millis);
    }

    private void sendPoison(String text) throws Exception {
        producer.send(new ProducerRecord<>("orders." + name, "poison", text.getBytes(StandardCharsets.UTF_8)))
                .get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    private List<ConsumerRecord<byte[], byte[]>> deadLetters(int least) {
        return read("dead." + name, least);
    }

    /** Everything that is on the topic now, and more until there are so many. */
    private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int least) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers.bootstrapServers(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            await().atMost(BOUND).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
                return found.size() >= least
                        && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return found;
    }

    private void awaitExactTotals(ConfigurableApplicationContext service) {
        awaitTotals(service, "windows");
    }

    private void awaitEventTotals(ConfigurableApplicationContext service) {
        awaitTotals(service, "events");
    }

    private void awaitTotals(ConfigurableApplicationContext service, String path) {
        await().atMost(BOUND).untilAsserted(() -> {
            Map<Cell, WindowTotal> totals = new HashMap<>();
            for (Cell cell : expected.totals().keySet()) {
                HttpResponse<String> answer = query(service, path, cell);
                assertThat(answer.statusCode()).isEqualTo(200);
                totals.putAll(totals(cell, answer));
            }
            assertThat(totals).isEqualTo(expected.totals());
        });
    }

    /** Every event is summed already. */
    private void assertThatEachAnswerIsRightOrUnavailable(
            ConfigurableApplicationContext service, Set<String> answeredBy) {
        expected.totals().forEach((cell, total) -> {
            HttpResponse<String> answer = query(service, "events", cell);
            if (answer.statusCode() == 503) {
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            } else {
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(totals(cell, answer)).isEqualTo(Map.of(cell, total));
                answeredBy.add(answer.headers().firstValue("Hopmeter-Answered").orElseThrow());
            }
        });
    }

    private static HttpResponse<String> query(ConfigurableApplicationContext service, String path, Cell cell) {
        Instant start = Instant.ofEpochMilli(cell.startMillis());
        return get(
                service,
                "/%s/%s/%s?from=%s&to=%s"
                        .formatted(
                                path,
                                cell.size().word(),
                                cell.key().text(),
                                start,
                                start.plus(cell.size().duration())));
    }

    private static Map<Cell, WindowTotal> totals(Cell asked, HttpResponse<String> answer) {
        Map<Cell, WindowTotal> totals = new HashMap<>();
        for (JsonNode window : JSON.readTree(answer.body()).at("/windows")) {
            Instant start = Instant.parse(window.get("start").asString());
            totals.put(new Cell(asked.size(), asked.key(), start.toEpochMilli()), total(window));
        }
        return totals;
    }

    private static WindowTotal total(JsonNode window) {
        return new WindowTotal(
                window.get("count").asLong(),
                window.get("sum").asLong(),
                window.get("through").asLong(),
                Instant.parse(window.get("newest").asString()).toEpochMilli());
    }

    /** The last of what is on the topic of windows, for each window. */
    private Map<Cell, WindowTotal> written() {
        Map<Cell, WindowTotal> written = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read("out." + name, 0)) {
            JsonNode window = JSON.readTree(record.value());
            WindowSize size = WindowSize.of(window.get("size").asString()).orElseThrow();
            WindowKey key = new WindowKey(
                    window.get("region").asString(), window.get("kind").asString());
            assertThat(record.key()).asString().isEqualTo(size.word() + "/" + key.text());
            long start = Instant.parse(window.get("start").asString()).toEpochMilli();
            written.put(new Cell(size, key, start), total(window));
        }
        return written;
    }

    private Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        expected.totals().keySet().forEach(cell -> keys.add(cell.key().text()));
        return keys;
    }

    private static URI address(ConfigurableApplicationContext service, String key) {
        return URI.create("ws://127.0.0.1:" + port(service) + "/events/10s/" + key + "/updates");
    }

    /** One that connects and then never reads, with a small buffer of its own. */
    private static Socket deaf(URI watched) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(watched.getHost(), watched.getPort()));
        socket.getOutputStream()
                .write(("GET " + watched.getPath() + " HTTP/1.1\r\nHost: " + watched.getAuthority()
                                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(12))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("HTTP/1.1 101");
        return socket;
    }

    private static Set<String> topics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            return admin.listTopics().names().get();
        }
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext service, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(service) + path))
                .timeout(BOUND);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int port(ConfigurableApplicationContext service) {
        return service.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private static double late(ConfigurableApplicationContext service) {
        return service.getBean(MeterRegistry.class).get("hopmeter.windows.late").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static double stalled(ConfigurableApplicationContext service) {
        return service.getBean(MeterRegistry.class)
                .get("hopmeter.aggregator.stalled")
                .counter()
                .count();
    }

    private static double deadLettersCounted(ConfigurableApplicationContext service) {
        return service.getBean(MeterRegistry.class)
                .get("hopmeter.dead.letters")
                .tag("consumer", "aggregator-service")
                .counter()
                .count();
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
