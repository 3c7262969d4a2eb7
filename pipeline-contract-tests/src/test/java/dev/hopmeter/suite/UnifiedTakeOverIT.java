package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.stack.PostgresServer;
import dev.hopmeter.stack.ServicePart;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two instances of the unified service, and who takes over where one of them is lost under a whole trial, or the primary by the
 * steps of {@code docs/unified-failover.md}. Beside the other classes, as its stack is its own and it mostly waits; its tests
 * one after the other.
 */
@Order(4)
@Execution(ExecutionMode.CONCURRENT)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnifiedTakeOverIT {

    private static final int RATE = 50;
    private static final int SECONDS = 8;
    private static final String DEADLINE = "--deadline=5s";
    private static final String DEADLINE_WITH_A_PROMOTION = "--deadline=15s";

    private final UnifiedStack stack = RunningUnifiedStack.start(2);

    @TempDir
    private Path folder;

    @AfterAll
    void stop() {
        stack.close();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(1)
    void aQueryIsAnsweredByWayOfTheInstanceThatOwnsItsKey() throws Exception {
        JsonNode summary = trial("point-query", DEADLINE).join();

        Summaries.assertEachQueryIsAnsweredOrToldToAskAgain(summary, RATE * SECONDS);
        assertThat(Summaries.annotation(summary, "answered-forwarded")).isPositive();
        assertThat(Summaries.annotation(summary, "answered-locally")).isPositive();
        assertThat(CommandLine.finding(summary, "totals").get("against").asBoolean())
                .isFalse();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(2)
    void theKeysOfAKilledInstanceAreTakenOverWithExactTotals() throws Exception {
        CompletableFuture<JsonNode> trial = trial("freshness", DEADLINE);
        ServicePart second = stack.instances().getLast();

        second.kill();
        JsonNode totals = CommandLine.finding(trial.join(), "totals");
        second.restart();

        assertThat(totals.get("against").asBoolean()).as("%s", totals).isFalse();
        assertThat(totals.at("/figures/events").asInt()).isPositive();
    }

    /** Every other order is placed with the killed instance; the subscriber that is measured is the other's. */
    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(3)
    void noOrderThatAKilledInstanceHasAcknowledgedIsLost() throws Exception {
        CompletableFuture<JsonNode> trial = trial("journey", DEADLINE);
        ServicePart second = stack.instances().getLast();

        second.kill();
        JsonNode counts = trial.join().get("counts");
        second.restart();

        assertThat(counts.get("acknowledged").asInt())
                .as("%s", counts)
                .isBetween(RATE * SECONDS / 2, RATE * SECONDS - 1);
        assertThat(counts.get("acknowledgedLost").asInt()).as("%s", counts).isZero();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(4)
    void noAcknowledgedOrderIsLostWhenAStandbyTakesOverFromTheKilledPrimary() throws Exception {
        for (PostgresServer standby : stack.postgres().standbys()) {
            await().atMost(Duration.ofMinutes(3)).until(() -> {
                place();
                return keepsBothSlots(standby);
            });
        }
        CompletableFuture<JsonNode> trial = trial("journey", DEADLINE_WITH_A_PROMOTION);

        stack.postgres().primary().kill();
        PostgresServer next = stack.postgres().failOver();
        JsonNode counts = trial.join().get("counts");

        assertThat(counts.get("acknowledged").asInt()).as("%s", counts).isPositive();
        assertThat(counts.get("acknowledgedLost").asInt()).as("%s", counts).isZero();
        assertThat(number(next, "SELECT count(*) FROM orders"))
                .isGreaterThanOrEqualTo(counts.get("acknowledged").asLong());
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(number(
                                next,
                                "SELECT count(*) FROM pg_replication_slots"
                                        + " WHERE slot_name IN ('hopmeter_u_1', 'hopmeter_u_2') AND active"))
                        .as("instances that go on by themselves")
                        .isEqualTo(2));
    }

    /** Starts one, and returns once it measures. */
    private CompletableFuture<JsonNode> trial(String workload, String deadline) throws Exception {
        StringWriter told = new StringWriter();
        CompletableFuture<JsonNode> trial = CommandLine.start(
                folder.resolve(workload),
                told,
                List.of(
                        "--at=" + RunningUnifiedStack.addressesIn(folder, stack),
                        "--workload=" + workload,
                        "--rate=" + RATE,
                        "--duration=" + SECONDS + "s",
                        "--warm-up=2s",
                        "--no-floor",
                        deadline));
        await().atMost(Duration.ofMinutes(2))
                .until(() -> trial.isDone() || told.toString().contains(CommandLine.MEASURING));
        assertThat(trial).as("%s", told).isNotDone();
        return trial;
    }

    /** A standby has the slot once the service's place in the log goes on. */
    private void place() throws Exception {
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

    /** So that each instance's stream goes on there; the second one's was made as a copy of the first one's. */
    private static boolean keepsBothSlots(PostgresServer standby) throws SQLException {
        return number(
                        standby,
                        "SELECT count(*) FROM pg_replication_slots"
                                + " WHERE slot_name IN ('hopmeter_u_1', 'hopmeter_u_2') AND synced AND NOT temporary")
                == 2;
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
