package dev.hopmeter.unified;

import static dev.hopmeter.unified.Client.DRAFT;
import static dev.hopmeter.unified.Client.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.PostgresServer;
import dev.hopmeter.stack.ReplicatedPostgresPart;
import dev.hopmeter.stack.ServicePart;
import dev.hopmeter.stack.StackFolder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.env.MapPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service on a real primary with two standbys, which the tests stop and start. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UnifiedBackendIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> KINDS = List.of("retail", "wholesale", "gift", "sample", "return");

    private static StackFolder folder;
    private static ReplicatedPostgresPart postgres;
    private static int instances;

    /** In the test's own process none can end by itself. */
    private static final Path JAR = Path.of("target", "unified-backend.jar");

    private final List<ConfigurableApplicationContext> started = new ArrayList<>();
    private String instance = "";

    @BeforeAll
    static void startPostgres() {
        folder = StackFolder.create();
        postgres = ReplicatedPostgresPart.start(folder, Map.of());
    }

    @AfterAll
    static void stopPostgres() {
        folder.close();
    }

    @BeforeEach
    void nameAnInstance() {
        instance = "t-" + instances++;
    }

    @AfterEach
    void stopServices() throws SQLException {
        started.forEach(ConfigurableApplicationContext::close);
        // Nobody else may keep the log from being thrown away.
        asked("SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots"
                + " WHERE slot_type = 'logical' AND NOT active");
    }

    @Test
    void aPlacedOrderIsStoredAndComesToWhoeverItMatchesOverBothWaysWithEveryStamp() throws Exception {
        ConfigurableApplicationContext service = start();
        try (Client notified =
                        Client.subscribe(service, "/notifications?subscriber=a&region=eu-west&leastAmount=12990");
                Client direct = Client.subscribe(service, "/orders?subscriber=b&kind=retail");
                Client other = Client.subscribe(service, "/notifications?subscriber=c&region=us-east")) {
            long before = EpochClock.system().nanos();
            Trail sent = Trail.of(Workload.JOURNEY).with(Stamp.INTENDED, before).with(Stamp.SENT, before);

            HttpResponse<String> answer = Client.place(service, DRAFT, Trail.HEADER, sent.text());

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(Client.get(
                                    service,
                                    answer.headers().firstValue("Location").orElseThrow())
                            .body())
                    .isEqualTo(answer.body());
            for (Client client : List.of(notified, direct)) {
                String frame = client.await(2).getLast();
                assertThat(frame).endsWith(",\"order\":" + answer.body() + "}");
                Trail trail = Trail.parse(JSON.readTree(frame).path("trail").asString());
                List<Stamp> route = new ArrayList<>(Route.of(Backend.UNIFIED, Workload.JOURNEY)
                        .orElseThrow()
                        .stamps());
                route.remove(Stamp.DELIVERED);
                assertThat(trail.stamps()).containsExactlyInAnyOrderElementsOf(route);
                assertThat(trail.at(Stamp.PUSHED).orElseThrow())
                        .isGreaterThanOrEqualTo(trail.at(Stamp.CONFIRMED).orElseThrow());
            }
            assertThat(other.frames()).hasSize(1);
        }
        assertThat(Client.get(service, "/actuator/prometheus").body())
                .contains("hop=\"committed-streamed\"", "hop=\"streamed-confirmed\"", "hop=\"routed-pushed\"");
    }

    @Test
    void aRepeatedOrderIsStoredOnceAndItsKeyIsTaken() {
        ConfigurableApplicationContext service = start();

        HttpResponse<String> first = Client.place(service, DRAFT, "Idempotency-Key", instance);
        HttpResponse<String> second = Client.place(service, DRAFT, "Idempotency-Key", instance);
        HttpResponse<String> other =
                Client.place(service, DRAFT.replace("12990", "12991"), "Idempotency-Key", instance);

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(other.statusCode()).isEqualTo(422);
    }

    @Test
    void publishedMessagesComeToWhoeverTheyMatchAndEventsAreSummedWatchedAndQueried() {
        ConfigurableApplicationContext service = start();
        long now = EpochClock.system().nanos();
        try (Client subscriber = Client.subscribe(service, "/notifications?subscriber=m&leastAmount=8");
                Client watcher = Client.subscribe(service, "/events/1m/eu-west/retail/updates");
                Client messages = Client.connect(service, "/publish/messages");
                Client events = Client.connect(service, "/publish/events")) {
            messages.send("[" + entry("m-1", 7, 0, null, null) + "," + entry("m-2", 8, 0, null, null) + "]");
            messages.send("[" + entry("m-3", 9, 0, trail(Workload.FAN_OUT, now), null) + "]");
            messages.send("[{\"message\":1}]");
            assertThat(messages.await(3))
                    .startsWith("{\"accepted\":2}", "{\"accepted\":1}")
                    .last()
                    .asString()
                    .startsWith("{\"refused\":{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400");
            assertThat(subscriber.await(3).get(1))
                    .isEqualTo("{\"trail\":null,\"message\":" + message("m-2", 8, 0) + "}");
            assertThat(subscriber.frames().get(2)).contains(";routed=", ";pushed=", message("m-3", 9, 0));

            long millis = now / 1_000_000;
            String large = " ".repeat(40_000);
            events.send("[" + large + entry("e-1", 5, 1, trail(Workload.FRESHNESS, now), millis) + ","
                    + entry("e-2", 6, 2, null, millis) + "]");
            events.send("[" + entry("e-3", 7, 3, trail(Workload.FRESHNESS, now), millis) + "]");
            assertThat(events.await(2)).containsExactly("{\"accepted\":2}", "{\"accepted\":1}");

            await().atMost(PATIENCE).untilAsserted(() -> {
                String told = String.join("\n", watcher.frames());
                assertThat(told).contains("\"id\":\"e-1\"", "\"id\":\"e-3\"", ";summed=", "\"sum\":18");
            });
            HttpResponse<String> answer =
                    Client.get(service, "/events/1m/eu-west/retail", Trail.HEADER, trail(Workload.POINT_QUERY, now));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Hopmeter-Answered")).hasValue("local");
            assertThat(answer.headers().firstValue(Trail.HEADER).orElseThrow())
                    .contains(";received=", ";found=", ";read=");
            JsonNode window = JSON.readTree(answer.body()).path("windows").get(0);
            assertThat(window.path("count").asLong()).isEqualTo(3);
            assertThat(window.path("through").asLong()).isEqualTo(3);
            assertThat(subscriber.frames()).hasSize(3);
        }
        assertThat(Client.get(service, "/events/10s/no/where").body()).contains("\"known\":[\"eu-west/retail\"]");
        assertThat(Client.get(service, "/events/2s/eu-west/retail").statusCode())
                .isEqualTo(404);
        assertThat(Client.refusal(service, "/notifications?subscriber=m&amount=7"))
                .isEqualTo(400);
    }

    @Test
    void withBothStandbysStoppedNothingIsAnsweredNorNotifiedNorSummedAndWithOneAllGoesOn() throws Exception {
        ConfigurableApplicationContext service = start("--hopmeter.unified.commit-limit=2s");
        try (Client subscriber = Client.subscribe(service, "/notifications?subscriber=q");
                Client publisher = Client.connect(service, "/publish/events")) {
            PostgresServer first = postgres.standbys().getFirst();
            PostgresServer second = postgres.standbys().getLast();
            first.stop();
            assertThat(Client.place(service, DRAFT).statusCode()).isEqualTo(201);
            subscriber.await(2);
            second.stop();
            CompletableFuture<HttpResponse<String>> order =
                    Client.placeAsync(service, DRAFT, "Idempotency-Key", instance + "-held");
            publisher.send("[" + entry("e-1", 5, 1, null, null) + "]");

            HttpResponse<String> refused = order.get();
            assertThat(publisher.await(1).getFirst()).contains("\"refused\"", "503");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(asked("SELECT count(*) FROM orders WHERE idempotency_key = '" + instance + "-held'"))
                    .as("it is committed, and known to nobody")
                    .isEqualTo("1");
            assertThat(Client.place(service, DRAFT, "Idempotency-Key", instance + "-held")
                            .statusCode())
                    .isEqualTo(503);
            assertThat(service.getBean(Gate.class).size()).isPositive();
            assertThat(subscriber.frames()).hasSize(2);
            assertThat(Client.get(service, "/events/10s/eu-west/retail").statusCode())
                    .isEqualTo(404);

            second.restart();
            assertThat(subscriber.await(3)).hasSize(3);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Client.get(service, "/events/10s/eu-west/retail")
                                    .body())
                            .contains("\"sum\":5"));
            await().atMost(PATIENCE).untilAsserted(() -> {
                HttpResponse<String> replayed = Client.place(service, DRAFT, "Idempotency-Key", instance + "-held");
                assertThat(replayed.statusCode()).isEqualTo(201);
                assertThat(replayed.headers().firstValue("Idempotent-Replayed")).hasValue("true");
            });
            assertThat(Client.place(service, DRAFT).statusCode()).isEqualTo(201);
            subscriber.await(4);
            first.restart();
            postgres.awaitStreaming();
        }
    }

    @Test
    void whatAnotherCommittedIsNotifiedOnceAStandbyHasIt() throws Exception {
        ConfigurableApplicationContext service = start();
        try (Client subscriber = Client.subscribe(service, "/orders?subscriber=o")) {
            asked("""
                WITH placed AS (INSERT INTO orders SELECT uuidv7(), NULL, '', 'c', 'eu-west', 'retail', 5, 'EUR',
                    '[{"sku":"A-1","quantity":1}]', now(), 1, NULL RETURNING 1)
                SELECT count(*) FROM placed
                """);

            assertThat(subscriber.await(2).getLast()).startsWith("{\"trail\":null,\"order\":{\"id\":");
        }
    }

    @Test
    void aRestartOfTheServiceHasTheWindowsExactAlsoWithoutALastCheckpoint() throws Exception {
        long millis = EpochClock.system().nanos() / 1_000_000;
        ConfigurableApplicationContext service = start("--hopmeter.unified.checkpoint=50ms");
        try (Client events = Client.connect(service, "/publish/events")) {
            for (int i = 1; i <= 50; i++) {
                events.send("[" + entry("e-" + i, 1, i, null, millis) + "]");
            }
            events.await(50);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(asked("SELECT sum(count) FROM unified_windows WHERE size = '1m'"
                                + " AND instance = '" + instance + "'"))
                        .isEqualTo("50"));
        service.close();

        ConfigurableApplicationContext lazy = start("--hopmeter.unified.checkpoint=1h");
        try (Client events = Client.connect(lazy, "/publish/events")) {
            assertThat(sum(lazy)).isEqualTo(50);
            events.send("[" + entry("e-51", 1, 51, null, millis) + "]");
            events.await(1);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(sum(lazy)).isEqualTo(51));
        }
        // As if it had been killed: its windows are not written down at its end.
        asked("CREATE TABLE kept AS SELECT * FROM unified_checkpoints WHERE instance = '" + instance + "'");
        asked("CREATE TABLE kept_windows AS SELECT * FROM unified_windows WHERE instance = '" + instance + "'");
        lazy.close();
        asked("DELETE FROM unified_windows WHERE instance = '" + instance + "'");
        asked("UPDATE unified_checkpoints SET position = (SELECT position FROM kept) WHERE instance = '" + instance
                + "'");
        asked("INSERT INTO unified_windows SELECT * FROM kept_windows");

        ConfigurableApplicationContext again = start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(sum(again)).isEqualTo(51));
    }

    @Test
    void aRestartOfThePrimaryLosesNothing() throws Exception {
        ConfigurableApplicationContext service = start("--spring.datasource.hikari.connection-timeout=2000");
        try (Client subscriber = Client.subscribe(service, "/orders?subscriber=r")) {
            assertThat(Client.place(service, DRAFT).statusCode()).isEqualTo(201);
            subscriber.await(2);

            postgres.primary().kill();
            assertThat(Client.place(service, DRAFT).statusCode()).isEqualTo(503);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Client.get(service, "/actuator/health/readiness")
                                    .statusCode())
                            .isEqualTo(503));
            postgres.primary().restart();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Client.place(service, DRAFT).statusCode())
                            .isEqualTo(201));

            assertThat(subscriber.await(3)).hasSize(3);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Client.get(service, "/actuator/health/readiness")
                                    .statusCode())
                            .isEqualTo(200));
            postgres.awaitStreaming();
        }
    }

    /** What is not written down yet could not be confirmed any more, for which a server that is stopped so waits. */
    @Test
    void aPrimaryThatIsStoppedInGoodOrderDoesNotWaitForWindowsThatCannotBeWrittenDownAndNothingIsLost()
            throws Exception {
        ConfigurableApplicationContext service = start(
                "--hopmeter.unified.checkpoint=2s",
                "--spring.datasource.hikari.connection-timeout=1000",
                "--spring.datasource.hikari.validation-timeout=500");
        long millis = EpochClock.system().nanos() / 1_000_000;
        try (Client subscriber = Client.subscribe(service, "/orders?subscriber=g");
                Client events = Client.connect(service, "/publish/events")) {
            events.send("[" + entry("e-1", 5, 1, null, millis) + "]");
            events.await(1);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(sum(service)).isEqualTo(5));

            postgres.primary().restart();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Client.place(service, DRAFT).statusCode())
                            .isEqualTo(201));

            subscriber.await(2);
            assertThat(sum(service)).isEqualTo(5);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(asked("SELECT sum(sum) FROM unified_windows WHERE instance = '"
                                    + instance + "' AND size = '1m' AND source = 'events'"))
                            .isEqualTo("5"));
            postgres.awaitStreaming();
        }
    }

    /** It is asked for a report in half of the silence: after four of these it has lasted for longer than that. */
    @Test
    void aReaderOfAnIdlePrimaryKeepsItsConnection() throws Exception {
        ConfigurableApplicationContext service = startImpatiently("--hopmeter.unified.checkpoint=1h");
        String sender = asked("SELECT active_pid FROM pg_replication_slots WHERE slot_name = '" + slot() + "'");
        Set<String> reports = new HashSet<>();

        await().atMost(PATIENCE).until(() -> {
            reports.add(asked("SELECT reply_time FROM pg_stat_replication WHERE pid = " + sender));
            return reports.size() > 4;
        });

        assertThat(reports).doesNotContain("");
        assertThat(asked("SELECT active_pid FROM pg_replication_slots WHERE slot_name = '" + slot() + "'"))
                .isEqualTo(sender);
        assertThat(service.getBean(MeterRegistry.class)
                        .get("hopmeter.unified.reconnects")
                        .counter()
                        .count())
                .isZero();
    }

    @Test
    void aPrimaryThatSaysNothingIsNoticedAndWhenItGoesOnNothingIsLost() throws Exception {
        ConfigurableApplicationContext service = startImpatiently(
                "--spring.datasource.hikari.connection-timeout=1000",
                "--spring.datasource.hikari.validation-timeout=500");
        try (Client subscriber = Client.subscribe(service, "/orders?subscriber=f")) {
            assertThat(Client.place(service, DRAFT).statusCode()).isEqualTo(201);
            subscriber.await(2);

            postgres.primary().freeze();
            try {
                assertThat(Client.place(service, DRAFT, "Idempotency-Key", instance)
                                .statusCode())
                        .isEqualTo(503);
                awaitNoLog(service);
            } finally {
                postgres.primary().thaw();
            }
            awaitReady(service);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Client.place(service, DRAFT, "Idempotency-Key", instance)
                                    .statusCode())
                            .isEqualTo(201));

            assertThat(subscriber.await(3).getLast()).contains("\"idempotencyKey\":\"" + instance + "\"");
        }
    }

    @Test
    void aReaderFromWhomTheLogIsKeptIsNotReadyAndHasAllOfItLater() throws Exception {
        ConfigurableApplicationContext service = startImpatiently();
        long millis = EpochClock.system().nanos() / 1_000_000;
        try (Client subscriber = Client.subscribe(service, "/orders?subscriber=k");
                Client events = Client.connect(service, "/publish/events")) {
            String sender = asked("SELECT active_pid FROM pg_replication_slots WHERE slot_name = '" + slot() + "'");
            signal("STOP", sender);
            try {
                for (int i = 0; i < 10; i++) {
                    assertThat(Client.place(service, DRAFT).statusCode()).isEqualTo(201);
                }
                events.send("[" + entry("e-1", 5, 1, null, millis) + "]");
                assertThat(events.await(1)).containsExactly("{\"accepted\":1}");
                awaitNoLog(service);
                assertThat(subscriber.frames()).hasSize(1);
            } finally {
                signal("CONT", sender);
            }

            awaitReady(service);
            assertThat(subscriber.await(11)).doesNotHaveDuplicates().hasSize(11);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(sum(service)).isEqualTo(5));
        }
    }

    @Test
    void theSlotLetsGoOfTheLogAlsoWhileNobodyPlacesAnything() throws Exception {
        ConfigurableApplicationContext service = startImpatiently("--hopmeter.unified.checkpoint=50ms");
        assertThat(Client.place(service, DRAFT).statusCode()).isEqualTo(201);

        String position = asked("SELECT pg_logical_emit_message(true, 'somebody', repeat('x', 1000))");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(asked("SELECT confirmed_flush_lsn >= '" + position
                                + "' FROM pg_replication_slots WHERE slot_name = '" + slot() + "'"))
                        .isEqualTo("t"));
    }

    @Test
    void aSlotThatHasLostTheLogIsAnErrorAtTheStartUnlessTheWindowsMayStartAnew() throws Exception {
        start().close();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(asked("SELECT pg_drop_replication_slot('" + slot() + "')"))
                        .isEmpty());

        assertThatThrownBy(this::start)
                .rootCause()
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining(slot())
                .hasMessageContaining("start-anew");

        ConfigurableApplicationContext service = start("--hopmeter.unified.slot-lost=start-anew");
        assertThat(Client.place(service, DRAFT).statusCode()).isEqualTo(201);
    }

    @Test
    void howMuchOfTheLogIsReadAndHeldBackIsMeasured() throws Exception {
        ConfigurableApplicationContext lazy =
                start("--hopmeter.unified.checkpoint=1h", "--hopmeter.unified.slot-check=50ms");
        double position = metric(lazy, "stream_position");
        double length = 300_000;

        asked("SELECT pg_logical_emit_message(true, 'somebody', repeat('x', " + (int) length + "))");

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(metric(lazy, "stream_position")).isGreaterThan(position + length);
            assertThat(metric(lazy, "slot_lag")).isGreaterThan(length);
            assertThat(metric(lazy, "slot_retained")).isGreaterThan(length);
        });
        lazy.close();
        ConfigurableApplicationContext service =
                startImpatiently("--hopmeter.unified.checkpoint=50ms", "--hopmeter.unified.slot-check=50ms");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(metric(service, "slot_lag")).isLessThan(length));
    }

    @Test
    void aSlotBeyondItsBoundHasLostTheLogAndTheWindowsMayStartAnew() throws Exception {
        ConfigurableApplicationContext service = start();
        assertThat(Client.place(service, DRAFT).statusCode()).isEqualTo(201);
        service.close();
        String orders = asked("SELECT count(*) FROM orders");

        lose(slot(), () -> {});

        assertThat(asked("SELECT wal_status || ' ' || invalidation_reason FROM pg_replication_slots WHERE slot_name = '"
                        + slot() + "'"))
                .isEqualTo("lost wal_removed");
        assertThatThrownBy(this::start)
                .rootCause()
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("the replication slot " + slot() + " has lost the log that follows the last"
                        + " checkpoint (wal_removed)")
                .hasMessageContaining("docs/unified-slot.md");
        assertThat(asked("SELECT count(*) FROM orders")).isEqualTo(orders);

        start("--hopmeter.unified.slot-lost=start-anew").close();
        ConfigurableApplicationContext again = start();
        try (Client subscriber = Client.subscribe(again, "/orders?subscriber=b")) {
            assertThat(Client.place(again, DRAFT).statusCode()).isEqualTo(201);
            subscriber.await(2);
        }
    }

    @Test
    void anInstanceWhoseSlotIsLostWhileItRunsEndsAndStartsWithTheWindowsOfAnother() throws Exception {
        long millis = EpochClock.system().nanos() / 1_000_000;
        ServicePart slow = startProcess();
        String lost = instance;
        instance = lost + "-b";
        ConfigurableApplicationContext other = startImpatiently();
        String sender =
                asked("SELECT active_pid FROM pg_replication_slots WHERE slot_name = '" + Slot.name(lost) + "'");
        signal("STOP", sender);
        try (Client events = Client.connect(other, "/publish/events")) {
            events.send("[" + entry("e-1", 5, 1, null, millis) + "]");
            events.await(1);

            lose(Slot.name(lost), () -> signal("CONT", sender));
        }
        awaitEnd(slow);

        instance = lost;
        ConfigurableApplicationContext again = start("--hopmeter.unified.members-check=20ms");
        other.close();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(again.getBean(Members.class).hasOthers()).isFalse();
            assertThat(sum(again)).isEqualTo(5);
        });
    }

    @Test
    void theArmLocalAnswersNotifiesAndSumsWithBothStandbysAway() throws Exception {
        ConfigurableApplicationContext service = start("--hopmeter.unified.notify=local");
        long millis = EpochClock.system().nanos() / 1_000_000;
        try (Client subscriber = Client.subscribe(service, "/notifications?subscriber=l");
                Client events = Client.connect(service, "/publish/events")) {
            postgres.standbys().forEach(PostgresServer::stop);

            assertThat(Client.place(service, DRAFT).statusCode()).isEqualTo(201);
            events.send("[" + entry("e-1", 5, 1, null, millis) + "]");

            assertThat(subscriber.await(2)).hasSize(2);
            assertThat(events.await(1)).containsExactly("{\"accepted\":1}");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(sum(service)).isEqualTo(5));
            instance += "-q";
            assertThatThrownBy(() -> start("--hopmeter.unified.standby-patience=100ms"))
                    .rootCause()
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("there are 0");
        } finally {
            postgres.standbys().forEach(PostgresServer::restart);
            postgres.awaitStreaming();
        }
    }

    /** The last one, as nothing is left of the first primary. */
    @Test
    @Order(Integer.MAX_VALUE)
    void whatIsToldOfLocallyAndLostWithThePrimaryEndsTheInstanceWhichGoesOnWithWhatTheNewPrimaryHas() throws Exception {
        ServicePart told = startProcess(
                Map.entry("hopmeter.unified.notify", "local"),
                Map.entry("spring.datasource.url", postgres.jdbcUrlOfAny()));
        ConfigurableApplicationContext there = at(told);
        String gone = DRAFT.replace("eu-west", "gone");
        try (Client subscriber = Client.subscribe(there, "/orders?subscriber=t")) {
            assertThat(Client.place(there, gone).statusCode()).isEqualTo(201);
            subscriber.await(2);
            postgres.awaitStreaming();
            postgres.standbys().forEach(PostgresServer::stop);
            assertThat(Client.place(there, gone).statusCode()).isEqualTo(201);
            subscriber.await(3);
        }
        postgres.primary().kill();
        postgres.standbys().forEach(PostgresServer::restart);

        postgres.failOver();
        awaitEnd(told);
        assertThat(asked("SELECT coalesce(sum(count), 0) <= 1 FROM unified_windows WHERE instance = '" + instance
                        + "' AND size = '1m' AND key = 'gone/retail'"))
                .as("windows without the order that is lost")
                .isEqualTo("t");

        ConfigurableApplicationContext again =
                start("--hopmeter.unified.notify=local", "--hopmeter.unified.slot-lost=start-anew");
        try (Client subscriber = Client.subscribe(again, "/orders?subscriber=t")) {
            assertThat(Client.place(again, DRAFT).statusCode()).isEqualTo(201);
            subscriber.await(2);
        }
    }

    @Test
    void withoutTheQuorumThatIsClaimedItDoesNotStartAndLocalDoes() throws Exception {
        String quorum = asked("SHOW synchronous_standby_names");
        asked("ALTER SYSTEM SET synchronous_standby_names = ''");
        asked("SELECT pg_reload_conf()");
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(asked("SHOW synchronous_standby_names")).isEmpty());
            assertThatThrownBy(this::start)
                    .rootCause()
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("synchronous_standby_names");

            ConfigurableApplicationContext local = start("--hopmeter.unified.notify=local");
            try (Client subscriber = Client.subscribe(local, "/orders?subscriber=l")) {
                assertThat(Client.place(local, DRAFT).statusCode()).isEqualTo(201);
                assertThat(subscriber.await(2)).hasSize(2);
            }
        } finally {
            asked("ALTER SYSTEM SET synchronous_standby_names = '" + quorum + "'");
            asked("SELECT pg_reload_conf()");
            postgres.awaitStreaming();
        }
    }

    @Test
    void twoInstancesShareSubscribersAndKeysAndTheOneThatIsLeftHasTheWindowsExact() throws Exception {
        long millis = EpochClock.system().nanos() / 1_000_000;
        String first = instance;
        ConfigurableApplicationContext one = start("--hopmeter.unified.members-check=20ms");
        try (Client events = Client.connect(one, "/publish/events")) {
            events.send(frame(1, 20, millis));
            events.await(1);
        }
        instance = first + "-b";
        ConfigurableApplicationContext two = start("--hopmeter.unified.members-check=20ms");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(one.getBean(Members.class).hasOthers()).isTrue();
            assertThat(two.getBean(Members.class).hasOthers()).isTrue();
        });
        try (Client here = Client.subscribe(one, "/notifications?subscriber=s");
                Client there = Client.subscribe(two, "/notifications?subscriber=s");
                Client events = Client.connect(two, "/publish/events")) {
            assertThat(Client.place(two, DRAFT).statusCode()).isEqualTo(201);
            assertThat(Client.place(one, DRAFT).statusCode()).isEqualTo(201);
            here.await(3);
            there.await(3);
            for (int i = 1; i <= 10; i++) {
                events.send(frame(20 * i + 1, 20, millis));
            }
            events.await(10);
            for (String kind : KINDS) {
                List<HttpResponse<String>> answers = new ArrayList<>();
                await().atMost(PATIENCE).untilAsserted(() -> {
                    answers.clear();
                    for (ConfigurableApplicationContext asked : List.of(one, two)) {
                        answers.add(Client.get(asked, "/events/1m/eu-west/" + kind));
                    }
                    assertThat(answers)
                            .allSatisfy(answer -> assertThat(sum(answer)).isEqualTo(44));
                });
                assertThat(answers)
                        .extracting(answer ->
                                answer.headers().firstValue("Hopmeter-Answered").orElseThrow())
                        .containsExactlyInAnyOrder("local", "forwarded");
            }
        }

        one.close();

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(two.getBean(Members.class).hasOthers()).isFalse();
            for (String kind : KINDS) {
                assertThat(sum(Client.get(two, "/events/1m/eu-west/" + kind))).isEqualTo(44);
            }
        });
    }

    @Test
    void whoPublishesMoreThanMayWaitIsDisconnected() {
        ConfigurableApplicationContext service =
                start("--hopmeter.unified.max-frame-size=1024", "--hopmeter.unified.max-publishers=1");
        try (Client publisher = Client.connect(service, "/publish/messages")) {
            HttpResponse<?> refused = Client.refused(service, "/publish/events");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            publisher.send("[" + " ".repeat(2_000) + "]");
            await().atMost(PATIENCE).until(() -> publisher.closeCode() == 1009);
        }
        service.close();
        ConfigurableApplicationContext narrow = start("--hopmeter.unified.bytes-in-flight=1024");
        try (Client publisher = Client.connect(narrow, "/publish/messages")) {
            publisher.send(
                    "[" + entry("m-1", 7, 0, null, null) + ("," + entry("m-2", 7, 0, null, null)).repeat(20) + "]");
            await().atMost(PATIENCE).until(() -> publisher.closeCode() == 1013);
        }
    }

    private ConfigurableApplicationContext start(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + postgres.jdbcUrl(),
                "--spring.datasource.username=" + postgres.username(),
                "--spring.datasource.password=" + postgres.password(),
                "--hopmeter.unified.instance=" + instance,
                "--spring.main.banner-mode=off"));
        arguments.addAll(Arrays.asList(more));
        ConfigurableApplicationContext service =
                SpringApplication.run(UnifiedBackend.class, arguments.toArray(String[]::new));
        started.add(service);
        awaitReady(service);
        return service;
    }

    /** One that soon takes the primary for silent. */
    private ConfigurableApplicationContext startImpatiently(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--hopmeter.unified.silence=2s",
                "--hopmeter.unified.status-interval=200ms",
                "--hopmeter.unified.commit-limit=1s"));
        arguments.addAll(List.of(more));
        return start(arguments.toArray(String[]::new));
    }

    @SafeVarargs
    private ServicePart startProcess(Map.Entry<String, String>... more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "spring.datasource.url", postgres.jdbcUrl(),
                "spring.datasource.username", postgres.username(),
                "spring.datasource.password", postgres.password(),
                "hopmeter.unified.instance", instance));
        for (Map.Entry<String, String> each : more) {
            properties.put(each.getKey(), each.getValue());
        }
        return ServicePart.start(folder, instance, JAR, properties);
    }

    /** For clients. */
    private static ConfigurableApplicationContext at(ServicePart process) {
        StaticApplicationContext there = new StaticApplicationContext();
        there.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "address", Map.of("local.server.port", process.url().getPort())));
        return there;
    }

    private static void awaitEnd(ServicePart process) {
        await().atMost(PATIENCE)
                .until(() -> ProcessHandle.of(process.pid())
                        .filter(ProcessHandle::isAlive)
                        .isEmpty());
    }

    private static void awaitReady(ConfigurableApplicationContext service) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(readiness(service).statusCode()).isEqualTo(200));
    }

    /** Until it says itself that it does not read the log. */
    private static void awaitNoLog(ConfigurableApplicationContext service) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            HttpResponse<String> readiness = readiness(service);
            assertThat(readiness.statusCode()).isEqualTo(503);
            assertThat(JSON.readTree(readiness.body())
                            .at("/components/logStream/status")
                            .asString())
                    .isEqualTo("OUT_OF_SERVICE");
        });
    }

    private static HttpResponse<String> readiness(ConfigurableApplicationContext service) {
        return Client.get(service, "/actuator/health/readiness");
    }

    private static double metric(ConfigurableApplicationContext service, String name) {
        return Pattern.compile("^hopmeter_unified_" + name + "_bytes(?:\\{.*})? (.*)$", Pattern.MULTILINE)
                .matcher(Client.get(service, "/actuator/prometheus").body())
                .results()
                .map((MatchResult found) -> Double.parseDouble(found.group(1)))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Has the slot keep more of the log than it may.
     *
     * @param release what lets a reader go from whom Postgres takes the slot away
     */
    private static void lose(String slot, Runnable release) throws Exception {
        String bound = asked("SHOW max_slot_wal_keep_size");
        bound("1MB");
        try {
            for (int i = 0; i < 3; i++) {
                asked("SELECT pg_logical_emit_message(false, 'somebody', repeat('x', 500000), true)");
                asked("SELECT pg_switch_wal()");
            }
            asked("SELECT pg_logical_emit_message(false, 'somebody', 'so that the standbys have some of the last',"
                    + " true)");
            await().atMost(PATIENCE).untilAsserted(() -> {
                // By which a logical slot gets ahead, and which the server writes by itself every 15 s only.
                asked("SELECT pg_log_standby_snapshot()");
                assertThat(asked("""
                    SELECT bool_and(pg_walfile_name(restart_lsn) = pg_walfile_name(pg_current_wal_lsn()))
                    FROM pg_replication_slots WHERE slot_name <> '%s' AND (slot_type = 'physical' OR active)
                    """.formatted(slot))).isEqualTo("t");
            });
            CompletableFuture<String> checkpoint = CompletableFuture.supplyAsync(() -> {
                try {
                    return asked("CHECKPOINT");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().atMost(PATIENCE)
                    .until(() -> checkpoint.isDone()
                            || !asked("SELECT pid FROM pg_stat_activity WHERE wait_event = 'ReplicationSlotDrop'")
                                    .isEmpty());
            release.run();
            checkpoint.join();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(asked(
                                    "SELECT wal_status FROM pg_replication_slots WHERE slot_name = '" + slot + "'"))
                            .isEqualTo("lost"));
        } finally {
            release.run();
            bound(bound);
        }
    }

    private static void bound(String size) throws SQLException {
        asked("ALTER SYSTEM SET max_slot_wal_keep_size = '" + size + "'");
        asked("SELECT pg_reload_conf()");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(asked("SHOW max_slot_wal_keep_size")).isEqualTo(size));
    }

    private static void signal(String signal, String pid) {
        try {
            // It may have ended by now.
            var _ = new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String slot() {
        return Slot.name(instance);
    }

    private static String frame(int from, int count, long millis) {
        StringBuilder frame = new StringBuilder("[");
        for (int i = from; i < from + count; i++) {
            String entry = entry("e-" + i, 1, i, null, millis);
            frame.append(i == from ? "" : ",").append(entry.replace("retail", KINDS.get(i % KINDS.size())));
        }
        return frame.append(']').toString();
    }

    private static long sum(ConfigurableApplicationContext service) {
        return sum(Client.get(service, "/events/1m/eu-west/retail"));
    }

    private static long sum(HttpResponse<String> answered) {
        JsonNode answer = JSON.readTree(answered.body());
        long sum = 0;
        for (JsonNode window : answer.path("windows")) {
            sum += window.path("sum").asLong();
        }
        return sum;
    }

    private static String trail(Workload workload, long nanos) {
        return Trail.of(workload)
                .with(Stamp.INTENDED, nanos)
                .with(Stamp.SENT, nanos)
                .text();
    }

    private static String message(String id, long amount, long sequence) {
        return "{\"id\":\"" + id + "\",\"region\":\"eu-west\",\"kind\":\"retail\",\"amount\":" + amount
                + ",\"sequence\":" + sequence + ",\"text\":\"\"}";
    }

    private static String entry(String id, long amount, long sequence, @Nullable String trail, @Nullable Long at) {
        return "{\"trail\":" + (trail == null ? null : "\"" + trail + "\"") + ",\"at\":" + at + ",\"message\":"
                + message(id, amount, sequence) + "}";
    }

    private static String asked(String statement) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
                Statement asking = connection.createStatement()) {
            if (!asking.execute(statement)) {
                return "";
            }
            try (ResultSet row = asking.getResultSet()) {
                return row.next() ? String.valueOf(row.getString(1)) : "";
            }
        }
    }
}
