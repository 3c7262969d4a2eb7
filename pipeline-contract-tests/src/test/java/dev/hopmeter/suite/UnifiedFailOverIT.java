package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.stack.PostgresServer;
import dev.hopmeter.stack.UnifiedStack;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import tools.jackson.databind.json.JsonMapper;

/** The loss of the primary under a whole trial, by the steps of {@code docs/unified-failover.md}. */
class UnifiedFailOverIT {

    private static final int RATE = 50;
    private static final int SECONDS = 8;

    @TempDir
    private Path folder;

    @Test
    void noAcknowledgedOrderIsLostWhenAStandbyTakesOverFromTheKilledPrimary() throws Exception {
        try (UnifiedStack stack = RunningUnifiedStack.start()) {
            for (PostgresServer standby : stack.postgres().standbys()) {
                await().atMost(Duration.ofMinutes(3)).until(() -> {
                    place(stack);
                    return keepsTheSlot(standby);
                });
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
                            "--deadline=15s"));
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

    /** A standby has the slot once the service's place in the log goes on. */
    private static void place(UnifiedStack stack) throws Exception {
        OrderDraft draft = new OrderDraft("c-1", "north", "retail", 100, "EUR", List.of(new OrderLine("sku-1", 1)));
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(
                                    HttpRequest.newBuilder(stack.service().url().resolve("/orders"))
                                            .header("Content-Type", "application/json")
                                            .POST(HttpRequest.BodyPublishers.ofString(
                                                    JsonMapper.builder().build().writeValueAsString(draft)))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(201);
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
