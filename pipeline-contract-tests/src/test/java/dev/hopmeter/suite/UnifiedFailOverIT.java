package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.stack.PostgresServer;
import dev.hopmeter.stack.UnifiedStack;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The loss of the primary under a whole trial, by the steps of {@code docs/unified-failover.md}. */
class UnifiedFailOverIT {

    private static final int RATE = 50;
    private static final int SECONDS = 12;

    @TempDir
    private Path folder;

    @Test
    void noAcknowledgedOrderIsLostWhenAStandbyTakesOverFromTheKilledPrimary() throws Exception {
        try (UnifiedStack stack = RunningUnifiedStack.start()) {
            for (PostgresServer standby : stack.postgres().standbys()) {
                await().atMost(Duration.ofMinutes(3)).until(() -> keepsTheSlot(standby));
            }
            StringWriter told = new StringWriter();
            CompletableFuture<JsonNode> trial = CommandLine.start(
                    folder.resolve("results"),
                    told,
                    List.of(
                            "--at=" + RunningUnifiedStack.addressesIn(folder, stack),
                            "--workload=journey",
                            "--rate=" + RATE,
                            "--duration=" + SECONDS + "s",
                            "--warm-up=2s",
                            "--in-flight=" + RATE * SECONDS,
                            "--deadline=60s"));
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> trial.isDone() || told.toString().contains(CommandLine.MEASURING));
            assertThat(trial).as("%s", told).isNotDone();

            stack.postgres().primary().kill();
            PostgresServer next = stack.postgres().failOver();
            JsonNode counts = trial.join().get("counts");

            assertThat(counts.get("acknowledged").asInt()).as("%s", counts).isPositive();
            assertThat(counts.get("acknowledgedLost").asInt()).as("%s", counts).isZero();
            assertThat(stored(next))
                    .isGreaterThanOrEqualTo(counts.get("acknowledged").asLong());
        }
    }

    /** Of the service's stream, so that it goes on there. */
    private static boolean keepsTheSlot(PostgresServer standby) throws SQLException {
        return number(standby, "SELECT count(*) FROM pg_replication_slots WHERE synced AND NOT temporary") > 0;
    }

    private static long stored(PostgresServer server) throws SQLException {
        return number(server, "SELECT count(*) FROM orders");
    }

    private static long number(PostgresServer server, String query) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
