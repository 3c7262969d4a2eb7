package dev.hopmeter.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.TrailHeader;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.stack.BrokerLayout;
import dev.hopmeter.stack.BrokersPart;
import dev.hopmeter.stack.ConnectPart;
import dev.hopmeter.stack.PostgresPart;
import dev.hopmeter.stack.StackFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The worker's jar as a process, with a real Postgres and three real brokers. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ConnectWorkerIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String CHANGES = "hopmeter.orders";
    private static final String DEAD_LETTERS = "hopmeter.dead-letters";

    private static StackFolder folder;
    private static PostgresPart postgres;
    private static BrokersPart brokers;
    private static ConnectPart worker;

    private final WireFormat wireFormat = new WireFormat();

    @BeforeAll
    static void startParts() throws SQLException {
        folder = StackFolder.create();
        postgres = PostgresPart.start(folder, Map.of());
        execute("""
            CREATE TABLE orders (
                id uuid PRIMARY KEY, idempotency_key text UNIQUE, fingerprint bytea, customer text, region text,
                kind text, amount bigint, currency text, lines jsonb, placed_at timestamptz, placed_nanos bigint,
                trail text)\
            """);
        execute("CREATE PUBLICATION hopmeter_orders FOR TABLE orders");
        execute("SELECT pg_create_logical_replication_slot('hopmeter_connect', 'test_decoding')");
        brokers = BrokersPart.start(folder, Map.of(), BrokerLayout.TOGETHER);
        worker = ConnectPart.start(
                folder,
                Path.of("target/connect-worker.jar"),
                postgres,
                brokers,
                Map.of(
                        "session.timeout.ms", "6000",
                        "heartbeat.interval.ms", "1000",
                        "plugin.discovery", "service_load",
                        "producer.enable.idempotence", "true",
                        "producer.max.in.flight.requests.per.connection", "5"),
                Map.of(
                        "snapshot.mode", "no_data",
                        "poll.interval.ms", "100",
                        "max.batch.size", "1",
                        "driver.socketFactoryArg", "100",
                        "producer.override.linger.ms", "0"));
    }

    @AfterAll
    static void stopParts() {
        folder.close();
    }

    @Test
    void anInsertedRowIsOnTheTopicWithItsTrailAndCommitTime() throws SQLException {
        long before = EpochClock.system().nanos();
        String id = insert("EUR", "write-notify;intended=1;sent=2;received=3");

        ConsumerRecord<String, byte[]> record = awaitKeys(CHANGES, List.of(id)).get(id);
        long after = EpochClock.system().nanos();

        Order order = wireFormat.readOrder(Objects.requireNonNull(record).value());
        assertThat(order.id()).hasToString(id);
        assertThat(record.value()).isEqualTo(wireFormat.write(order));
        Trail trail = Objects.requireNonNull(TrailHeader.read(record.headers()));
        assertThat(trail.stamps())
                .containsExactly(Stamp.INTENDED, Stamp.SENT, Stamp.RECEIVED, Stamp.COMMITTED, Stamp.CAPTURED);
        long committed = trail.at(Stamp.COMMITTED).orElseThrow();
        // Postgres tells microseconds.
        assertThat(committed).isBetween(before - 1_000, after);
        assertThat(trail.at(Stamp.CAPTURED).orElseThrow()).isBetween(committed, after);
        assertThat(record.timestamp()).isEqualTo(TimeUnit.NANOSECONDS.toMillis(committed));
        assertThat(record.headers().toArray()).hasSize(1);
    }

    @Test
    void aRowThatIsNoOrderIsPutAsideAndTheNextGoesOn() throws SQLException {
        String poison = insert("euro", null);
        String sound = insert("EUR", null);

        Map<String, ConsumerRecord<String, byte[]>> published = awaitKeys(CHANGES, List.of(sound));
        assertThat(published).doesNotContainKey(poison);
        assertThat(Objects.requireNonNull(published.get(sound)).headers().toArray())
                .isEmpty();
        ConsumerRecord<String, byte[]> aside =
                Objects.requireNonNull(awaitKeys(DEAD_LETTERS, List.of(poison)).get(poison));
        assertThat(header(aside, "Hopmeter-Reason")).contains("currency");
        assertThat(header(aside, "Hopmeter-Consumer")).isEqualTo("connect-worker");
        assertThat(new String(aside.value(), StandardCharsets.UTF_8)).contains("\"currency\":\"euro\"");
    }

    @Test
    void whatIsCommittedAroundAKillIsNotLost() throws SQLException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ids.add(insert("EUR", null));
        }
        worker.kill();
        for (int i = 0; i < 50; i++) {
            ids.add(insert("EUR", null));
        }
        worker.restart();
        ids.add(insert("EUR", null));

        assertThat(awaitKeys(CHANGES, ids)).containsKeys(ids.toArray(String[]::new));
    }

    @Test
    void aStopLeavesNoProcessAndAnIdleSlotAndTheNextStartGoesOn() throws SQLException {
        ProcessHandle process = ProcessHandle.of(worker.pid()).orElseThrow();

        worker.stop();
        try {
            await().atMost(LIMIT).until(() -> !process.isAlive());
            await().atMost(LIMIT).until(() -> asked("SELECT active FROM pg_replication_slots"), "f"::equals);
        } finally {
            worker.restart();
        }
        String id = insert("EUR", null);
        assertThat(awaitKeys(CHANGES, List.of(id))).containsKey(id);
    }

    @Test
    void connectMakesTheTopicsWithThreeCopiesOfWhichTwoAreInSyncAtLeast() throws Exception {
        awaitKeys(CHANGES, List.of(insert("EUR", null)));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            TopicDescription topic = Objects.requireNonNull(admin.describeTopics(List.of(CHANGES))
                    .allTopicNames()
                    .get(90, TimeUnit.SECONDS)
                    .get(CHANGES));
            assertThat(topic.partitions())
                    .hasSize(3)
                    .allSatisfy(partition -> assertThat(partition.replicas()).hasSize(3));
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, CHANGES);
            assertThat(Objects.requireNonNull(admin.describeConfigs(List.of(resource))
                                    .all()
                                    .get(90, TimeUnit.SECONDS)
                                    .get(resource))
                            .get("min.insync.replicas")
                            .value())
                    .isEqualTo("2");
        }
    }

    @Test
    void thePasswordIsInAFileOfItsOwnersAndNowhereElse() throws IOException {
        Path secrets = folder.path().resolve("connect-worker/secrets.properties");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(secrets)).contains(postgres.password());
        Path ofRest = folder.path().resolve("connect-worker/rest-password");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ofRest)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(folder.path().resolve("connect-worker/worker.properties")))
                .doesNotContain(postgres.password());
        assertThat(Files.readString(worker.log())).doesNotContain(postgres.password());
        assertThat(read("/connectors/hopmeter-orders/config"))
                .contains("${secret:")
                .doesNotContain(postgres.password());
    }

    @Test
    void aTaskThatHasFailedIsSaidThoughItsProcessGoesOn() throws Exception {
        String sound = read("/connectors/hopmeter-orders/config");
        assertThat(worker.failure()).isEmpty();

        configure(sound.replace("\"publication.name\":\"hopmeter_orders\"", "\"publication.name\":\"of_nobody\""));
        try {
            await().atMost(LIMIT).until(() -> worker.failure().isPresent());
            assertThat(worker.failure().orElseThrow()).contains("hopmeter-orders has failed: ", "ublication");
        } finally {
            configure(sound);
        }
        await().atMost(LIMIT).until(() -> worker.failure().isEmpty());
        String id = insert("EUR", null);
        assertThat(awaitKeys(CHANGES, List.of(id))).containsKey(id);
    }

    @Test
    void aStrangerIsAnsweredNothingAlsoNotWhatAPasswordStandsFor() throws Exception {
        String config = "{\"database.password\":\"${secret:"
                + folder.path().resolve("connect-worker/secrets.properties") + ":password}\"}";
        try (HttpClient stranger = HttpClient.newHttpClient()) {
            for (HttpRequest.Builder request : List.of(
                    HttpRequest.newBuilder(worker.url().resolve("/connectors")),
                    HttpRequest.newBuilder(worker.url().resolve("/hopmeter/settings")),
                    HttpRequest.newBuilder(worker.url()
                                    .resolve("/connector-plugins/io.debezium.connector.postgresql.PostgresConnector"
                                            + "/config/validate"))
                            .header("Content-Type", "application/json")
                            .PUT(HttpRequest.BodyPublishers.ofString(config)))) {
                HttpResponse<String> answer = stranger.send(request.build(), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(HttpURLConnection.HTTP_UNAUTHORIZED);
                assertThat(answer.body()).doesNotContain(postgres.password());
            }
        }
    }

    private static HttpURLConnection open(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) worker.url().resolve(path).toURL().openConnection();
        String credentials = worker.urlWithPassword().getUserInfo();
        connection.setRequestProperty(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        return connection;
    }

    private static void configure(String config) throws IOException {
        HttpURLConnection connection = open("/connectors/hopmeter-orders/config");
        connection.setRequestMethod("PUT");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(config.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(connection.getResponseCode()).isEqualTo(HttpURLConnection.HTTP_OK);
    }

    @Test
    void theWorkerTellsWhatItAndTheConnectorsProducerRunWith() throws IOException {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(read("/hopmeter/settings"))
                        .contains("\"producer connector-producer-hopmeter-orders-0\"")
                        // The connector's override, and the worker's line.
                        .contains("\"linger.ms\":{\"value\":\"0\"")
                        .contains("\"max.in.flight.requests.per.connection\":{\"value\":\"5\"")
                        .contains("\"session.timeout.ms\":{\"value\":\"6000\"")
                        .contains("\"unknown\":[]")
                        .doesNotContain("\"unknown\":[\""));
    }

    private static String read(String path) throws IOException {
        try (InputStream answer = open(path).getInputStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String insert(String currency, @Nullable String trail) throws SQLException {
        String id = UUID.randomUUID().toString();
        try (Connection connection = connect();
                PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO orders (id, customer, region, kind, amount, currency, lines, placed_nanos, trail)
                    VALUES (?::uuid, 'c', 'eu-west', 'retail', 7, ?, '[{"sku":"A-1","quantity":2}]', 1780920000000000001, ?)\
                    """)) {
            insert.setString(1, id);
            insert.setString(2, currency);
            insert.setString(3, trail);
            insert.executeUpdate();
        }
        return id;
    }

    /** Everything on that topic by key, once each of those keys is there. */
    private static Map<String, ConsumerRecord<String, byte[]>> awaitKeys(String topic, Collection<String> keys) {
        Map<String, ConsumerRecord<String, byte[]>> arrived = new LinkedHashMap<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            await().atMost(LIMIT).until(() -> !consumer.partitionsFor(topic).isEmpty());
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList());
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> arrived.put(record.key(), record));
                return arrived.keySet().containsAll(keys);
            });
        }
        return arrived;
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static String asked(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private static void execute(String command) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
    }
}
