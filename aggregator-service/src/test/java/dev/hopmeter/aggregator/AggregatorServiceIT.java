package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.aggregator.Orders.Cell;
import dev.hopmeter.aggregator.Orders.Expected;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.PoisonRecords;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.stack.BrokerLayout;
import dev.hopmeter.stack.BrokersPart;
import dev.hopmeter.stack.StackFolder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
                .contains("hopmeter_windows_late_total{size=\"10s\"} 0.0");
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
    void aKeyThatAnotherInstanceOwnsIsAnsweredByRedirectionToIt() throws Exception {
        ConfigurableApplicationContext first = start("a");
        sendOrders(500, now - 60_000, 60_000);
        awaitExactTotals(first);

        ConfigurableApplicationContext second = start("b");

        await().atMost(BOUND).untilAsserted(() -> {
            Set<Integer> owners = new TreeSet<>();
            Map<Cell, WindowTotal> byFirst = new HashMap<>();
            Map<Cell, WindowTotal> bySecond = new HashMap<>();
            for (Cell cell : expected.totals().keySet()) {
                owners.add(query(first, cell, byFirst));
                query(second, cell, bySecond);
            }
            assertThat(owners).containsExactlyInAnyOrder(port(first), port(second));
            assertThat(byFirst).isEqualTo(expected.totals());
            assertThat(bySecond).isEqualTo(expected.totals());
        });
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

    private void assertThatQueriesAreAnsweredAsDocumented(ConfigurableApplicationContext service) {
        Cell cell = expected.totals().keySet().iterator().next();
        String path = "/windows/" + cell.size().word() + "/" + cell.key().text();
        Instant start = Instant.ofEpochMilli(cell.startMillis());
        WindowTotal total = expected.totals().getOrDefault(cell, WindowTotal.EMPTY);

        HttpResponse<String> found = get(service, path + "?from=" + start + "&to=" + start.plusMillis(1));
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.body())
                .isEqualTo(
                        "{\"size\":\"%s\",\"region\":\"%s\",\"kind\":\"%s\",\"windows\":[{\"start\":\"%s\",\"end\":\"%s\","
                                        .formatted(
                                                cell.size().word(),
                                                cell.key().region(),
                                                cell.key().kind(),
                                                start,
                                                start.plus(cell.size().duration()))
                                + "\"count\":%d,\"sum\":%d}]}".formatted(total.count(), total.sum()));

        HttpResponse<String> ofNothing = get(service, "/windows/10s/nowhere/nothing");
        assertThat(ofNothing.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(ofNothing.body()).at("/windows")).isEmpty();

        assertProblem(get(service, "/windows/5s/eu-west/retail"), 404, "only of 10s and 1m");
        assertProblem(get(service, "/windows/10s/EU/retail"), 400, "region is 1 to 32 of a-z");
        assertProblem(get(service, "/windows/10s/eu-west/%20"), 400, "kind is 1 to 32 of a-z");
        assertProblem(get(service, path + "?from=yesterday"), 400, "from is an ISO instant");
        assertProblem(get(service, path + "?to=12"), 400, "to is an ISO instant");
        assertProblem(get(service, path + "?from=" + start + "&to=" + start), 400, "from is before to");
        assertProblem(get(service, path + "?from=1970-01-01T00:00:00Z"), 400, "at most 1000 windows");
        assertProblem(get(service, "/windows/10s"), 404, "");
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(JSON.readTree(answer.body()).at("/detail").asString()).contains(detail);
    }

    private void assertThatInternalTopicsAreReplicatedThrice() throws Exception {
        List<String> internal =
                List.of(name + "-amounts-repartition", name + "-windows-10s-changelog", name + "-windows-1m-changelog");
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

    private ConfigurableApplicationContext start(String instance) {
        ConfigurableApplicationContext service = SpringApplication.run(AggregatorService.class, arguments(instance));
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

    private void sendPoison(String text) throws Exception {
        producer.send(new ProducerRecord<>("orders." + name, "poison", text.getBytes(StandardCharsets.UTF_8)))
                .get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    private List<ConsumerRecord<byte[], byte[]>> deadLetters(int least) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers.bootstrapServers(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(consumer.partitionsFor("dead." + name).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList());
            await().atMost(BOUND).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
                return found.size() >= least;
            });
        }
        return found;
    }

    private void awaitExactTotals(ConfigurableApplicationContext service) {
        await().atMost(BOUND).untilAsserted(() -> {
            Map<Cell, WindowTotal> totals = new HashMap<>();
            for (Cell cell : expected.totals().keySet()) {
                query(service, cell, totals);
            }
            assertThat(totals).isEqualTo(expected.totals());
        });
    }

    /** Adds the cell's total to the answers, following a redirection, and tells the port of the instance that had it. */
    private int query(ConfigurableApplicationContext service, Cell cell, Map<Cell, WindowTotal> answers) {
        Instant start = Instant.ofEpochMilli(cell.startMillis());
        String path = "/windows/%s/%s?from=%s&to=%s"
                .formatted(
                        cell.size().word(),
                        cell.key().text(),
                        start,
                        start.plus(cell.size().duration()));
        HttpResponse<String> answer = get(service, path);
        if (answer.statusCode() == 307) {
            answer = get(URI.create(answer.headers().firstValue("Location").orElseThrow()));
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        for (JsonNode window : JSON.readTree(answer.body()).at("/windows")) {
            Instant windowStart = Instant.parse(window.get("start").asString());
            answers.put(
                    new Cell(cell.size(), cell.key(), windowStart.toEpochMilli()),
                    new WindowTotal(
                            window.get("count").asLong(), window.get("sum").asLong()));
        }
        return answer.uri().getPort();
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext service, String path) {
        return get(URI.create("http://127.0.0.1:" + port(service) + path));
    }

    private static HttpResponse<String> get(URI uri) {
        try {
            return http.send(HttpRequest.newBuilder(uri).timeout(BOUND).build(), BodyHandlers.ofString());
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
