package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.BrokerLayout;
import dev.hopmeter.stack.BrokersPart;
import dev.hopmeter.stack.PostgresPart;
import dev.hopmeter.stack.PostgresServer;
import dev.hopmeter.stack.RedisPart;
import dev.hopmeter.stack.ReplicatedPostgresPart;
import dev.hopmeter.stack.StackFolder;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FloorsIT {

    @Test
    void everyStepIsMeasuredOnTheRealPartsAndLeavesNothingBehind() throws Exception {
        try (StackFolder folder = StackFolder.create()) {
            PostgresPart postgres = PostgresPart.start(folder, Map.of());
            RedisPart redis = RedisPart.start(folder, Map.of());
            BrokersPart brokers = BrokersPart.start(folder, Map.of(), BrokerLayout.TOGETHER);
            ConventionalEndpoints stack = new ConventionalEndpoints(
                    Optional.of(URI.create("http://127.0.0.1:1")),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.of(postgres.jdbcUrl()),
                    Optional.of(postgres.username()),
                    Optional.of(postgres.password()),
                    brokers.bootstrapServers(),
                    Optional.of(redis.url()),
                    "strong",
                    Optional.empty(),
                    Map.of());

            Floor floor = new Floors(EpochClock.system(), folder.path(), "it").of(plan(), stack);

            assertThat(floor.parts())
                    .extracting(Floor.Part::word)
                    .containsExactly(
                            "disk-flush",
                            "single-row-commit",
                            "broker-acknowledgement",
                            "redis-round-trip",
                            "loopback-http",
                            "in-memory");
            assertThat(floor.parts()).allSatisfy(part -> {
                assertThat(part.problem()).isEmpty();
                assertThat(part.series().orElseThrow().count()).isPositive();
                assertThat(part.series().orElseThrow().quantile(0.5).orElseThrow())
                        .isPositive();
            });
            assertThat(floor.p50Nanos()).isPresent();
            assertThat(Versions.of(stack, Workload.JOURNEY))
                    .containsEntry("postgres.fsync", "on")
                    .containsKey("redis.version");
            nothingIsLeft(stack, folder);
            thePartsTellTheirSettings(stack, redis.pid());
        }
    }

    @Test
    void theStepsOfTheUnifiedBackendAreMeasuredOnItsServersAndLeaveNothingBehind() throws Exception {
        try (StackFolder folder = StackFolder.create()) {
            ReplicatedPostgresPart postgres = ReplicatedPostgresPart.start(folder, Map.of());
            UnifiedEndpoints stack = new UnifiedEndpoints(
                    List.of(URI.create("http://127.0.0.1:1")),
                    Optional.of(postgres.jdbcUrl()),
                    postgres.standbys().stream().map(PostgresServer::jdbcUrl).toList(),
                    Optional.of(postgres.username()),
                    Optional.of(postgres.password()),
                    "quorum",
                    Optional.empty(),
                    Map.of());

            Floor floor = new Floors(EpochClock.system(), folder.path(), "it").of(plan(), stack, Optional.of("quorum"));

            assertThat(floor.parts())
                    .extracting(Floor.Part::word)
                    .containsExactly("disk-flush", "single-row-commit", "log-read", "loopback-http", "in-memory");
            assertThat(floor.parts()).allSatisfy(part -> {
                assertThat(part.problem()).isEmpty();
                assertThat(part.series().orElseThrow().count()).isPositive();
            });
            assertThat(floor.p50Nanos()).isPresent();
            assertThat(Versions.of(stack))
                    .containsEntry(Versions.STREAMING, "2")
                    .containsEntry(Versions.STANDBY_FSYNC + 2, "on");
            assertThat(EffectiveConfiguration.of(stack, Optional.empty(), Map.of())
                            .all()
                            .toString())
                    .contains("standby-2", "synchronous_standby_names");
            try (Connection connection =
                            DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
                    Statement statement = connection.createStatement();
                    ResultSet left = statement.executeQuery("SELECT (SELECT count(*) FROM pg_publication)"
                            + " + (SELECT count(*) FROM pg_replication_slots WHERE slot_type = 'logical')"
                            + " + (SELECT count(*) FROM pg_tables WHERE tablename LIKE 'hopmeter_floor%')")) {
                left.next();
                assertThat(left.getInt(1)).isZero();
            }
        }
    }

    private static void thePartsTellTheirSettings(ConventionalEndpoints stack, long redis) throws Exception {
        EffectiveConfiguration effective = EffectiveConfiguration.of(
                stack,
                Optional.empty(),
                Map.of("redis", redis, "tests", ProcessHandle.current().pid()));

        assertThat(effective.unknown()).isEmpty();
        JsonNode differing = JsonMapper.builder().build().valueToTree(effective.differing());
        assertThat(differing.at("/brokers/all/settings/brokers/value").asString())
                .isEqualTo("3");
        JsonNode copies = differing.at("/brokers/all/settings/min.insync.replicas");
        assertThat(copies.path("value").asString()).isEqualTo("2");
        assertThat(copies.path("default").asString()).isEqualTo("1");
        assertThat(differing.at("/brokers/2/settings").propertyNames()).contains("node.id", "log.dirs");
        assertThat(differing.at("/postgres/server/settings/wal_level"))
                .hasToString("{\"value\":\"logical\",\"default\":\"replica\",\"source\":\"configuration file\"}");
        assertThat(differing.at("/redis/server/settings").propertyNames())
                .containsExactlyInAnyOrder(
                        "bind", "daemonize", "dir", "logfile", "pidfile", "port", "requirepass", "set-proc-title");
        assertThat(differing
                        .at("/services/order-service parts/untold/~1actuator~1info")
                        .asString())
                .startsWith("not to be asked");
        assertThat(differing.at("/jvm").propertyNames()).containsExactly("tests");
        assertThat(JsonMapper.builder().build().writeValueAsString(effective.all()))
                .doesNotContain(stack.postgresPassword().orElseThrow())
                .doesNotContain(stack.redisUrl().orElseThrow().replaceAll(".*:(.*)@.*", "$1"));
    }

    private static void nothingIsLeft(ConventionalEndpoints stack, StackFolder folder) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        stack.postgresUrl().orElseThrow(),
                        stack.postgresUser().orElseThrow(),
                        stack.postgresPassword().orElseThrow());
                Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery(
                        "select count(*) from pg_tables where tablename like 'hopmeter_floor%'")) {
            assertThat(tables.next()).isTrue();
            assertThat(tables.getLong(1)).isZero();
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka()))) {
            assertThat(admin.listTopics().names().get(20, TimeUnit.SECONDS))
                    .noneMatch(topic -> topic.startsWith("hopmeter.floor"));
        }
        try (Stream<Path> files = Files.list(folder.path())) {
            assertThat(files).noneMatch(file -> file.toString().contains("hopmeter-flush"));
        }
    }

    private static TrialPlan plan() {
        return new TrialPlan(
                Backend.CONVENTIONAL,
                Workload.JOURNEY,
                200,
                Duration.ofSeconds(1),
                Arrivals.UNIFORM,
                WarmUpPlan.lasting(Duration.ZERO),
                Audience.of(0),
                100,
                Duration.ofSeconds(10),
                TrialPlan.IN_FLIGHT,
                1);
    }
}
