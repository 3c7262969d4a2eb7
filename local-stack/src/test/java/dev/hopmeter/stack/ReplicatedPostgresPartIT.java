package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 6, unit = TimeUnit.MINUTES)
class ReplicatedPostgresPartIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    private Path temporary = Path.of("");

    /** For a root without user namespaces, whose Postgres runs as somebody else. */
    @BeforeEach
    void letOthersPass() throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
    }

    @Test
    void aCommitIsAnsweredOnceASecondServerHasItAndSurvivesTheFirst() throws Exception {
        try (StackFolder folder = StackFolder.create(temporary);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ReplicatedPostgresPart part = ReplicatedPostgresPart.start(folder, Map.of("max_connections", "50"));
            for (PostgresServer server : part.servers()) {
                assertThat(asked(server, "SHOW fsync")).isEqualTo("on");
                assertThat(asked(server, "SHOW max_connections")).isEqualTo("50");
                assertThat(asked(server, "SHOW max_slot_wal_keep_size")).isEqualTo("1GB");
                assertThat(asked(server, "SELECT pg_is_in_recovery()")).isEqualTo(server == part.primary() ? "f" : "t");
            }
            assertThat(asked(part.primary(), "SHOW wal_level")).isEqualTo("logical");
            assertThatThrownBy(() -> DriverManager.getConnection(part.jdbcUrl(), part.username(), "wrong"))
                    .isInstanceOf(SQLException.class);
            execute(part.primary(), "CREATE TABLE kept (number int)");
            execute(
                    part.primary(),
                    "SELECT pg_create_logical_replication_slot('stream', 'pgoutput', false, false, true)");
            PostgresServer first = part.standbys().getFirst();
            PostgresServer second = part.standbys().getLast();

            first.stop();
            execute(part.primary(), "INSERT INTO kept VALUES (1)");
            second.stop();
            Future<?> unanswered = threads.submit(() -> {
                execute(part.primary(), "INSERT INTO kept VALUES (2)");
                return null;
            });
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(asked(
                                    part.primary(),
                                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))
                            .isEqualTo("1"));
            assertThat(unanswered.isDone()).isFalse();
            second.restart();
            unanswered.get(90, TimeUnit.SECONDS);
            first.restart();
            part.awaitStreaming();

            part.primary().kill();
            part.primary().restart();
            execute(part.primary(), "INSERT INTO kept VALUES (3)");
            part.awaitStreaming();
            await().atMost(LIMIT).until(() -> isKeptBy(first, part.primary()));

            first.kill();
            execute(part.primary(), "INSERT INTO kept VALUES (4)");
            assertThatThrownBy(part::failOver).isInstanceOf(IllegalStateException.class);
            part.primary().kill();
            assertThatThrownBy(part::failOver)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(first.name());
            // Without the fourth: it must not become the primary.
            first.restart();

            assertThat(part.failOver()).isSameAs(part.primary()).isSameAs(second);
            assertThat(asked(part.primary(), "SELECT sum(number) FROM kept")).isEqualTo("10");
            try (Connection connection =
                            DriverManager.getConnection(part.jdbcUrlOfAny(), part.username(), part.password());
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO kept VALUES (5)");
            }
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(asked(first, "SELECT sum(number) FROM kept"))
                            .isEqualTo("15"));
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void whatTheStandbysNeedIsNotForAnArmToDecide() {
        try (StackFolder folder = StackFolder.create(temporary)) {
            assertThatThrownBy(() -> ReplicatedPostgresPart.start(folder, Map.of("synchronous_standby_names", "")))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("synchronous_standby_names");
        }
    }

    /** A standby has a slot once its stream goes on. */
    private static boolean isKeptBy(PostgresServer standby, PostgresServer primary) throws SQLException {
        execute(primary, "INSERT INTO kept VALUES (0)");
        execute(primary, "SELECT pg_replication_slot_advance('stream', pg_current_wal_lsn())");
        return asked(
                        standby,
                        "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'stream' AND synced AND NOT"
                                + " temporary")
                .equals("1");
    }

    private static String asked(PostgresServer server, String query) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private static void execute(PostgresServer server, String command) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private static Connection connect(PostgresServer server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
    }
}
