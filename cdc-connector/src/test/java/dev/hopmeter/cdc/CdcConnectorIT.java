package dev.hopmeter.cdc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.PoisonRecords;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.stack.BrokerLayout;
import dev.hopmeter.stack.BrokersPart;
import dev.hopmeter.stack.PostgresPart;
import dev.hopmeter.stack.StackFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.PGReplicationStream;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The connector with a real Postgres and three real brokers. */
class CdcConnectorIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static StackFolder folder;
    private static PostgresPart postgres;
    private static BrokersPart brokers;
    private static JdbcClient jdbc;

    private final WireFormat wireFormat = new WireFormat();
    private final String name = "t" + UUID.randomUUID().toString().replace('-', '_');
    private final Map<String, String> properties = new HashMap<>();
    private OrdersTable table;
    private ChangeTopic changes;

    @TempDir
    private Path scratch;

    @BeforeAll
    static void startParts() {
        folder = StackFolder.create();
        postgres = PostgresPart.start(folder, Map.of());
        brokers = BrokersPart.start(folder, Map.of(), BrokerLayout.TOGETHER);
        jdbc = JdbcClient.create(
                new DriverManagerDataSource(postgres.jdbcUrl(), postgres.username(), postgres.password()));
    }

    @AfterAll
    static void stopParts() {
        folder.close();
    }

    @BeforeEach
    void makeTable() {
        table = new OrdersTable(jdbc);
        table.drop();
        table.create();
        changes = new ChangeTopic(brokers.bootstrapServers(), name);
        properties.putAll(Map.of(
                "server.port",
                "0",
                "spring.datasource.url",
                postgres.jdbcUrl(),
                "spring.datasource.username",
                postgres.username(),
                "spring.datasource.password",
                postgres.password(),
                "spring.kafka.bootstrap-servers",
                brokers.bootstrapServers(),
                "hopmeter.topics.changes",
                name,
                "hopmeter.cdc.slot-name",
                name,
                "hopmeter.cdc.offsets-file",
                scratch.resolve("offsets").toString(),
                "hopmeter.cdc.poll-interval",
                "10ms",
                "hopmeter.cdc.slot-check-interval",
                "200ms"));
        properties.put("hopmeter.cdc.retry-interval", "200ms");
    }

    @Test
    void infoTellsWhatDebeziumAndTheProducerRunWith() {
        properties.put("spring.kafka.producer.properties.linger.ms", "0");
        properties.put("spring.kafka.producer.properties.lingr.ms", "0");
        try (RunningConnector connector = start()) {
            String info = connector.answer("/actuator/info");

            JsonNode told = JsonMapper.builder().build().readTree(info).path("effective");
            assertThat(told.at("/debezium/settings/poll.interval.ms"))
                    .hasToString("{\"value\":\"10\",\"default\":\"500\",\"differs\":true}");
            assertThat(told.at("/debezium/unknown")).isEmpty();
            assertThat(told.at("/producer/settings/linger.ms"))
                    .hasToString("{\"value\":\"0\",\"default\":\"5\",\"differs\":true}");
            assertThat(told.at("/producer/unknown")).hasToString("[\"lingr.ms\"]");
            assertThat(told.at("/spring/unknown")).isEmpty();
            assertThat(told.at("/jdbc driver/unknown")).isEmpty();
            assertThat(info).doesNotContain(postgres.password());
        }
    }

    @AfterEach
    void dropSlot() {
        changes.close();
        await().atMost(LIMIT).until(() -> !slotState().equals("active"));
        dropSlotNow();
    }

    @Test
    void insertsArriveInOrderWithKeyValueTrailAndCommitTime() {
        List<Order> orders = new ArrayList<>();
        try (RunningConnector connector = start()) {
            orders.addAll(table.insert(100));
            orders.addAll(table.insertTogether(50));
            orders.addAll(table.insert(50));

            List<ConsumerRecord<String, byte[]>> messages = changes.awaitKeys(OrdersTable.ids(orders));

            assertThat(messages).hasSize(200);
            Map<Integer, Long> latestOfPartition = new HashMap<>();
            for (ConsumerRecord<String, byte[]> message : messages) {
                Order stored = wireFormat.readOrder(message.value());
                assertThat(stored.id()).hasToString(message.key());
                Order placed = orders.get(Math.toIntExact(stored.amount()) - 1);
                assertThat(stored.id()).isEqualTo(placed.id());
                assertThat(stored.placedAt()).isEqualTo(placed.placedAt());
                Long before = latestOfPartition.put(message.partition(), stored.amount());
                assertThat(stored.amount()).isGreaterThan(before == null ? 0 : before);
            }
            Order first = orders.getFirst();
            ConsumerRecord<String, byte[]> message = find(messages, first);
            assertThat(message.value()).isEqualTo(wireFormat.write(first));
            Trail trail = trail(message);
            assertThat(trail.stamps())
                    .containsExactly(Stamp.INTENDED, Stamp.SENT, Stamp.RECEIVED, Stamp.COMMITTED, Stamp.CAPTURED);
            long committed = trail.at(Stamp.COMMITTED).orElseThrow();
            assertThat(trail.at(Stamp.CAPTURED).orElseThrow()).isGreaterThan(committed);
            assertThat(message.timestamp())
                    .isEqualTo(Duration.ofNanos(committed).toMillis());
            assertThat(find(messages, orders.get(120)).headers().lastHeader(Trail.HEADER))
                    .isNull();
            assertThat(connector
                            .timer("hopmeter.annotation", "workload", "journey", "annotation", "broker-acknowledged")
                            .count())
                    .isEqualTo(150);
            assertThat(connector
                            .timer("hopmeter.hop", "hop", "committed-captured")
                            .count())
                    .isEqualTo(150);
        }
    }

    @Test
    void itWaitsUntilTheTableIsPublished() {
        table.drop();
        try (RunningConnector connector = RunningConnector.start(properties)) {
            assertThat(connector.awaitState("waiting").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            await().until(() -> String.valueOf(connector.health().getDetails().get("reason"))
                    .contains("hopmeter_orders"));

            table.create();
            connector.untilUp();
            changes.awaitKeys(OrdersTable.ids(table.insert(3)));
        }
    }

    @Test
    void rowsThatWereThereBeforeAreReadAtTheFirstStart() {
        List<Order> early = table.insert(20);
        try (RunningConnector connector = start()) {
            assertThat(changes.awaitKeys(OrdersTable.ids(early))).hasSize(20);
        }
        List<Order> later = table.insert(5);
        try (RunningConnector connector = start()) {
            changes.awaitKeys(OrdersTable.ids(later));
            assertThat(connector.count("hopmeter.cdc.failures")).isZero();
        }
        assertThat(changes.now()).hasSize(25);
    }

    @Test
    void aRestartGoesOnWhereTheStopLeftOffWithoutLossOrDuplicate() {
        List<Order> orders = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            orders.addAll(table.insert(10));
            try (RunningConnector connector = start()) {
                orders.addAll(table.insert(20));
                orders.addAll(table.insertTogether(5));
                changes.awaitKeys(OrdersTable.ids(orders));
            }
        }
        assertThat(changes.now()).hasSameSizeAs(orders);
    }

    @Test
    void whatWasSentAndNotMarkedBeforeAKillIsSentAgain() throws IOException {
        properties.put("hopmeter.cdc.offset-flush-interval", "1h");
        List<Order> orders = new ArrayList<>();
        Process child = startChild();
        try {
            for (int round = 0; round < 3; round++) { // the first position is stored at once, whatever the interval
                orders.addAll(table.insert(5));
                changes.awaitKeys(OrdersTable.ids(orders));
                await().atMost(LIMIT).until(() -> Files.exists(scratch.resolve("offsets")));
            }
            orders.addAll(table.insert(30));
            changes.awaitKeys(OrdersTable.ids(orders));
        } finally {
            child.destroyForcibly();
        }
        await().atMost(LIMIT).until(() -> !child.isAlive());
        orders.addAll(table.insert(5));

        try (RunningConnector connector = start()) {
            orders.addAll(table.insert(5));
            changes.awaitKeys(OrdersTable.ids(orders));
            await().atMost(LIMIT).until(() -> changes.now().size() >= orders.size() + 30);
            assertThat(new HashSet<>(ChangeTopic.keys(changes.now()))).hasSameSizeAs(orders);
        }
    }

    @Test
    void aMissingSlotIsRefusedAndThenRecoveredByReadingTheTableAgain() {
        properties.put("hopmeter.cdc.snapshot-mode", "no_data");
        List<Order> orders = new ArrayList<>();
        try (RunningConnector connector = start()) {
            orders.addAll(table.insert(10));
            changes.awaitKeys(OrdersTable.ids(orders));
        }
        dropSlotNow();
        List<Order> inTheGap = table.insert(10);

        try (RunningConnector connector = RunningConnector.start(properties)) {
            var health = connector.awaitState("refused");
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails().get("reason")).asString().contains("no slot");
            assertThat(health.getDetails().get("remedy")).asString().contains("resnapshot");
            assertThat(slotState()).isEqualTo("absent");
        }
        properties.put("hopmeter.cdc.when-slot-lost", "resnapshot");
        try (RunningConnector connector = start()) {
            orders.addAll(inTheGap);
            orders.addAll(table.insert(10));
            changes.awaitKeys(OrdersTable.ids(orders));
            assertThat(connector.count("hopmeter.cdc.resnapshots")).isEqualTo(1);
        }
        int before = changes.now().size();
        try (RunningConnector connector = start()) {
            changes.awaitKeys(OrdersTable.ids(table.insert(1)));
            assertThat(changes.now()).hasSize(before + 1);
        }
    }

    @Test
    void aSlotDroppedWhileRunningIsRefused() {
        try (RunningConnector connector = start()) {
            changes.awaitKeys(OrdersTable.ids(table.insert(10)));
            stealSlot();
            assertThat(connector.awaitState("refused").getStatus()).isEqualTo(Status.DOWN);
            assertThat(slotState()).isEqualTo("absent");
        }
    }

    @Test
    void aSlotDroppedWhileRunningIsReplacedWhenToldSo() {
        properties.put("hopmeter.cdc.when-slot-lost", "resnapshot");
        List<Order> orders = new ArrayList<>();
        try (RunningConnector connector = start()) {
            orders.addAll(table.insert(10));
            changes.awaitKeys(OrdersTable.ids(orders));
            stealSlot();
            orders.addAll(table.insert(10));
            await().atMost(LIMIT).until(() -> connector.count("hopmeter.cdc.resnapshots") == 1);
            connector.untilUp();
            orders.addAll(table.insert(10));
            changes.awaitKeys(OrdersTable.ids(orders));
        }
    }

    @Test
    void aSlotMadeAnewBySomebodyElseIsRefused() {
        try (RunningConnector connector = start()) {
            changes.awaitKeys(OrdersTable.ids(table.insert(10)));
        }
        dropSlotNow();
        table.insert(1);
        jdbc.sql("SELECT lsn FROM pg_create_logical_replication_slot(?, 'pgoutput')")
                .param(name)
                .query(String.class)
                .single();

        try (RunningConnector connector = RunningConnector.start(properties)) {
            assertThat(connector.awaitState("refused").getDetails().get("reason"))
                    .asString()
                    .contains("beyond the stored position");
        }
    }

    @Test
    void anInvalidatedSlotIsRefused() {
        try (RunningConnector connector = start()) {
            changes.awaitKeys(OrdersTable.ids(table.insert(10)));
        }
        jdbc.sql("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'").update();
        jdbc.sql("SELECT pg_reload_conf()").query(Boolean.class).single();
        try {
            await().atMost(LIMIT).until(() -> {
                table.insert(1);
                jdbc.sql("SELECT pg_switch_wal()::text").query(String.class).single();
                jdbc.sql("CHECKPOINT").update();
                return slotState().equals("lost");
            });
            try (RunningConnector connector = RunningConnector.start(properties)) {
                var details = connector.awaitState("refused").getDetails();
                assertThat(details.get("reason")).asString().contains("is lost");
            }
        } finally {
            jdbc.sql("ALTER SYSTEM RESET max_slot_wal_keep_size").update();
            jdbc.sql("SELECT pg_reload_conf()").query(Boolean.class).single();
        }
    }

    @Test
    void aSlotInUseIsWaitedForAndTheWaitIsShown() throws SQLException {
        try (RunningConnector connector = start()) {
            changes.awaitKeys(OrdersTable.ids(table.insert(10)));
        }
        Connection other = replicationConnection();
        PGReplicationStream stream = stream(other);
        try (RunningConnector connector = RunningConnector.start(properties)) {
            await().atMost(LIMIT)
                    .until(() -> String.valueOf(connector.health().getDetails().get("reason"))
                            .contains("in use by Postgres process"));
            assertThat(connector.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(stream.isClosed()).isFalse();

            other.close();
            connector.untilUp();
            changes.awaitKeys(OrdersTable.ids(table.insert(3)));
        }
    }

    @Test
    void aTrailThatCannotBeReadCostsTheTrailAndNotTheOrder() {
        try (RunningConnector connector = start()) {
            Order poisoned = table.insert("journey;nonsense");
            Order sound = table.insert("journey;intended=1");

            List<ConsumerRecord<String, byte[]>> messages =
                    changes.awaitKeys(OrdersTable.ids(List.of(poisoned, sound)));

            assertThat(find(messages, poisoned).headers().lastHeader(Trail.HEADER))
                    .isNull();
            assertThat(find(messages, sound).headers().lastHeader(Trail.HEADER)).isNotNull();
            assertThat(connector.count("hopmeter.cdc.trails.malformed")).isEqualTo(1);
        }
    }

    @Test
    void aRowThatIsNoOrderIsPutAsideWithItsReasonAndTheNextGoesOn() {
        properties.put("hopmeter.topics.dead-letters", name + ".dead");
        try (RunningConnector connector = start();
                ChangeTopic dead = new ChangeTopic(brokers.bootstrapServers(), name + ".dead")) {
            String poison = table.insertWithCurrency("euro").toString();
            Order sound = table.insert("journey;intended=1");

            assertThat(changes.awaitKeys(OrdersTable.ids(List.of(sound)))).hasSize(1);
            ConsumerRecord<String, byte[]> aside =
                    dead.awaitKeys(List.of(poison)).getFirst();
            assertThat(text(aside.headers().lastHeader(PoisonRecords.REASON))).contains("currency");
            assertThat(text(aside.headers().lastHeader(PoisonRecords.CONSUMER))).isEqualTo("cdc-connector");
            assertThat(new String(aside.value(), StandardCharsets.UTF_8)).contains("\"currency\":\"euro\"");
            await().until(() -> connector.count("hopmeter.dead.letters", "consumer", "cdc-connector") == 1);
        }
    }

    @Test
    void updatesAndDeletesAreCountedAndNotPublished() {
        try (RunningConnector connector = start()) {
            List<Order> orders = table.insert(3);
            jdbc.sql("UPDATE orders SET amount = 7").update();
            jdbc.sql("DELETE FROM orders WHERE id = ?")
                    .param(orders.getFirst().id())
                    .update();
            orders.add(table.insert("journey;intended=1"));

            assertThat(changes.awaitKeys(OrdersTable.ids(orders))).hasSize(4);
            assertThat(connector.count("hopmeter.cdc.ignored", "op", "update")).isEqualTo(3);
            assertThat(connector.count("hopmeter.cdc.ignored", "op", "delete")).isEqualTo(1);
        }
    }

    @Test
    void theSlotsLagIsShownAndShrinksWhenThePositionIsStored() {
        properties.put("hopmeter.cdc.offset-flush-interval", "100ms");
        try (RunningConnector connector = start()) {
            table.insert(50);
            changes.awaitKeys(OrdersTable.ids(table.insert(50)));
            await().atMost(LIMIT).until(() -> connector.gauge("hopmeter.cdc.slot.lag") < 10_000);
            assertThat(connector.health().getDetails().get("slot")).asString().contains("streaming");
            await().atMost(LIMIT).until(() -> connector.gauge("hopmeter.cdc.in.flight") == 0);
        }
    }

    @Test
    void aBrokerOutageLongerThanTheProducerWaitsIsSurvivedWithoutLoss() {
        properties.put("spring.kafka.producer.properties[delivery.timeout.ms]", "3000");
        properties.put("spring.kafka.producer.properties[request.timeout.ms]", "1000");
        properties.put("spring.kafka.producer.properties[max.block.ms]", "2000");
        properties.put("spring.kafka.admin.operation-timeout", "2s");
        List<Order> orders = new ArrayList<>();
        try (RunningConnector connector = start()) {
            orders.addAll(table.insert(20));
            changes.awaitKeys(OrdersTable.ids(orders));
            brokers.kill(1);
            try {
                orders.addAll(table.insert(50));
                connector.awaitStatus(Status.DOWN);
                assertThat(connector.count("hopmeter.cdc.failures")).isPositive();
                orders.addAll(table.insert(50));
            } finally {
                brokers.restart(1);
            }
            orders.addAll(table.insert(10));
            changes.awaitKeys(OrdersTable.ids(orders));
            connector.untilUp();
        }
    }

    @Test
    void aStopDuringABrokerOutageEndsInTimeAndTheNextStartLosesNothing() {
        List<Order> orders = new ArrayList<>();
        try {
            try (RunningConnector connector = start()) {
                orders.addAll(table.insert(20));
                changes.awaitKeys(OrdersTable.ids(orders));
                brokers.kill(1);
                orders.addAll(table.insert(30));
                await().atMost(LIMIT).until(() -> connector.gauge("hopmeter.cdc.in.flight") > 0);
                assertTimeout(Duration.ofSeconds(20), connector::close);
            }
        } finally {
            brokers.restart(1);
        }
        try (RunningConnector connector = start()) {
            changes.awaitKeys(OrdersTable.ids(orders));
        }
    }

    @Test
    void aStopIsOverInTimeThoughPostgresHangs() throws IOException, InterruptedException {
        Process child = startChild();
        long walSender = 0;
        try {
            changes.awaitKeys(OrdersTable.ids(table.insert(5)));
            walSender = jdbc.sql("SELECT active_pid FROM pg_replication_slots WHERE slot_name = ?")
                    .param(name)
                    .query(Long.class)
                    .single();
            signal("STOP", walSender);

            child.destroy();

            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly();
            if (walSender > 0) {
                signal("CONT", walSender);
            }
        }
    }

    @Test
    void aStartWithoutBrokersWaitsAndCanBeStopped() {
        properties.put("spring.kafka.bootstrap-servers", "127.0.0.1:1");
        try (RunningConnector connector = RunningConnector.start(properties)) {
            assertThat(connector.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertTimeout(Duration.ofSeconds(20), connector::close);
        }
        assertThat(slotState()).isEqualTo("absent");
    }

    @Test
    void aPatientReaderMissesNothingAndStoresItsPosition() {
        properties.put("hopmeter.cdc.poll-interval", "100ms");
        properties.put("hopmeter.cdc.max-batch-size", "1");
        properties.put("hopmeter.cdc.read-patience", "100ms");
        properties.put("hopmeter.cdc.offset-flush-interval", "200ms");
        List<Order> orders = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            try (RunningConnector connector = start()) {
                orders.addAll(table.insert(50));
                orders.addAll(table.insertTogether(100));
                changes.awaitKeys(OrdersTable.ids(orders));
                await().atMost(LIMIT).until(() -> connector.gauge("hopmeter.cdc.slot.lag") < 50_000);
            }
        }
        assertThat(changes.now()).hasSameSizeAs(orders);
    }

    @Test
    void aPostgresThatCrashesIsReadOnWithoutLoss() {
        List<Order> orders = new ArrayList<>();
        try (RunningConnector connector = start()) {
            orders.addAll(table.insert(20));
            changes.awaitKeys(OrdersTable.ids(orders));
            postgres.kill();
            try {
                connector.awaitStatus(Status.DOWN);
            } finally {
                postgres.restart();
            }
            connector.untilUp();
            orders.addAll(table.insert(20));
            changes.awaitKeys(OrdersTable.ids(orders));
        }
    }

    private RunningConnector start() {
        return RunningConnector.start(properties).untilUp();
    }

    private Process startChild() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                CdcConnector.class.getName(),
                "--hopmeter.leash=stdin"));
        command.addAll(RunningConnector.arguments(properties));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("child.log").toFile())
                .start();
    }

    private static void signal(String signal, long process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process))
                        .start()
                        .waitFor())
                .isZero();
    }

    private String slotState() {
        return jdbc.sql("SELECT CASE WHEN wal_status = 'lost' THEN 'lost' WHEN active THEN 'active' ELSE 'idle' END"
                        + " FROM pg_replication_slots WHERE slot_name = ?")
                .param(name)
                .query(String.class)
                .optional()
                .orElse("absent");
    }

    private void dropSlotNow() {
        jdbc.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ?")
                .param(name)
                .query((row, number) -> "dropped")
                .list();
    }

    /** Takes the slot away from under the connector, as an administrator would. */
    private void stealSlot() {
        jdbc.sql("""
            DO $$ BEGIN
                PERFORM pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '%1$s' AND active;
                PERFORM pg_drop_replication_slot('%1$s');
            END $$\
            """.formatted(name)).update();
    }

    private Connection replicationConnection() throws SQLException {
        Properties replication = new Properties();
        PGProperty.USER.set(replication, postgres.username());
        PGProperty.PASSWORD.set(replication, postgres.password());
        PGProperty.REPLICATION.set(replication, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(replication, "10");
        PGProperty.PREFER_QUERY_MODE.set(replication, "simple");
        return DriverManager.getConnection(postgres.jdbcUrl(), replication);
    }

    private PGReplicationStream stream(Connection replication) throws SQLException {
        return replication
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(name)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", "hopmeter_orders")
                .start();
    }

    private static ConsumerRecord<String, byte[]> find(List<ConsumerRecord<String, byte[]>> messages, Order order) {
        return messages.stream()
                .filter(message -> message.key().equals(order.id().toString()))
                .findFirst()
                .orElseThrow();
    }

    private static Trail trail(ConsumerRecord<String, byte[]> message) {
        return Trail.parse(text(message.headers().lastHeader(Trail.HEADER)));
    }

    private static String text(Header header) {
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
