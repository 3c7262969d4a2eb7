package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 6, unit = TimeUnit.MINUTES)
class LocalPartsIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    private Path temporary = Path.of("");

    /** For a root without user namespaces, whose Postgres runs as somebody else. */
    @BeforeEach
    void letOthersPass() throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
    }

    @Test
    void postgresFlushesEachCommitAndKeepsItOverAKill() throws Exception {
        String sharedMemory;
        try (StackFolder folder = StackFolder.create(temporary)) {
            PostgresPart postgres = PostgresPart.start(folder, Map.of("max_connections", "50"));
            int port = postgres.port();
            assertThat(shown(postgres, "fsync")).isEqualTo("on");
            assertThat(shown(postgres, "synchronous_commit")).isEqualTo("on");
            assertThat(shown(postgres, "wal_level")).isEqualTo("logical");
            assertThat(shown(postgres, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(shown(postgres, "max_connections")).isEqualTo("50");
            assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), "wrong"))
                    .isInstanceOf(SQLException.class);
            execute(postgres, "CREATE TABLE kept (number int)");
            execute(postgres, "INSERT INTO kept VALUES (42)");

            postgres.kill();
            assertThatThrownBy(() -> shown(postgres, "fsync")).isInstanceOf(SQLException.class);
            postgres.restart();

            assertThat(postgres.port()).isEqualTo(port);
            assertThat(asked(postgres, "SELECT number FROM kept")).isEqualTo("42");

            postgres.restart();
            assertThat(asked(postgres, "SELECT number FROM kept")).isEqualTo("42");
            sharedMemory = sharedMemory(folder);
            assertThat(sharedMemorySegments()).contains(sharedMemory);

            postgres.kill();
        }
        assertThat(sharedMemorySegments()).isNotEmpty().doesNotContain(sharedMemory);
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void postgresIsNotStartedWithLessDurability() {
        try (StackFolder folder = StackFolder.create(temporary)) {
            assertThatThrownBy(() -> PostgresPart.start(folder, Map.of("fsync", "off")))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("fsync");
        }
    }

    @Test
    void aSettingThatPostgresDoesNotKnowIsShownAsPostgresSaysIt() {
        try (StackFolder folder = StackFolder.create(temporary)) {
            assertThatThrownBy(() -> PostgresPart.start(folder, Map.of("no_such_setting", "1")))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("no_such_setting");
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void redisAsksForItsPasswordAndKeepsItsDataOverARestart() throws IOException {
        try (StackFolder folder = StackFolder.create(temporary)) {
            RedisPart redis = RedisPart.start(folder, Map.of("appendonly", "yes"));
            assertThat(told(redis, "PING\r\n")).startsWith("-NOAUTH");
            String login = "AUTH " + redis.password() + "\r\n";
            assertThat(told(redis, login + "SET kept 42\r\n")).startsWith("+OK\r\n+OK");

            redis.restart();
            assertThat(told(redis, login + "GET kept\r\n")).contains("42");

            redis.kill();
            redis.restart();
            assertThat(told(redis, login + "GET kept\r\n")).contains("42");
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void threeBrokersInOneProcessHoldThreeCopies() throws Exception {
        try (StackFolder folder = StackFolder.create(temporary)) {
            BrokersPart brokers = BrokersPart.start(folder, Map.of("num.replica.fetchers", "2"), BrokerLayout.TOGETHER);
            assertThat(brokers.pids()).hasSize(1);
            try (Admin admin = admin(brokers)) {
                assertThat(admin.describeCluster().nodes().get(90, TimeUnit.SECONDS))
                        .extracting(node -> node.id())
                        .containsExactlyInAnyOrder(1, 2, 3);
                createTopic(admin);
                assertThat(partition(admin).isr()).hasSize(3);
            }
            try (KafkaProducer<String, String> producer = producer(brokers)) {
                assertThat(send(producer)).isZero();
            }
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void oneBrokerOfThreeProcessesCanBeKilledAndComesBack() throws Exception {
        try (StackFolder folder = StackFolder.create(temporary)) {
            BrokersPart brokers = BrokersPart.start(folder, Map.of(), BrokerLayout.SEPARATE);
            assertThat(brokers.pids()).hasSize(3);
            try (Admin admin = admin(brokers);
                    KafkaProducer<String, String> producer = producer(brokers)) {
                createTopic(admin);
                assertThat(send(producer)).isZero();
                int leader = partition(admin).leader().id();

                brokers.kill(leader);
                assertThat(send(producer)).isEqualTo(1);
                await().atMost(LIMIT)
                        .untilAsserted(() ->
                                assertThat(partition(admin).isr()).hasSize(2).noneMatch(node -> node.id() == leader));

                brokers.restart(leader);
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(partition(admin).isr()).hasSize(3));
                assertThat(send(producer)).isEqualTo(2);
            }
        }
        assertThat(temporary).isEmptyDirectory();
    }

    private static String shown(PostgresPart postgres, String key) throws SQLException {
        return asked(postgres, "SHOW " + key);
    }

    private static String asked(PostgresPart postgres, String query) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private static void execute(PostgresPart postgres, String command) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private static Connection connect(PostgresPart postgres) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
    }

    /** The id of the segment that the server marks its database with: the seventh line of its file. */
    private static String sharedMemory(StackFolder folder) throws IOException {
        List<String> lines = Files.readAllLines(folder.path().resolve("postgres/database/postmaster.pid"));
        return Pattern.compile("\\s+")
                .splitAsStream(lines.get(6).strip())
                .toList()
                .get(1);
    }

    private static List<String> sharedMemorySegments() throws IOException {
        Process ipcs = new ProcessBuilder("ipcs", "-m").start();
        String text = new String(ipcs.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Pattern.compile("\\s+").splitAsStream(text).toList();
    }

    private static String told(RedisPart redis, String commands) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.getOutputStream().write((commands + "QUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static Admin admin(BrokersPart brokers) {
        return Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()));
    }

    private static void createTopic(Admin admin) throws Exception {
        NewTopic topic = new NewTopic("kept", 1, (short) 3).configs(Map.of("min.insync.replicas", "2"));
        admin.createTopics(List.of(topic)).all().get(90, TimeUnit.SECONDS);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(partition(admin).isr()).hasSize(3));
    }

    private static TopicPartitionInfo partition(Admin admin) throws Exception {
        return Objects.requireNonNull(admin.describeTopics(List.of("kept"))
                        .allTopicNames()
                        .get(90, TimeUnit.SECONDS)
                        .get("kept"))
                .partitions()
                .getFirst();
    }

    private static KafkaProducer<String, String> producer(BrokersPart brokers) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers.bootstrapServers(), "acks", "all", "compression.type", "lz4"),
                new StringSerializer(),
                new StringSerializer());
    }

    /** The offset that the record has once it is acknowledged. */
    private static long send(KafkaProducer<String, String> producer) throws Exception {
        return producer.send(new ProducerRecord<>("kept", "key", "value"))
                .get(90, TimeUnit.SECONDS)
                .offset();
    }
}
