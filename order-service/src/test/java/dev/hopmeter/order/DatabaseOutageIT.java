package dev.hopmeter.order;

import static dev.hopmeter.order.OrdersClient.DRAFT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.hopmeter.spring.orders.OrderIntake;
import dev.hopmeter.stack.PostgresPart;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** While the database cannot take orders they are refused, and none that was answered with 201 is lost. */
@ServiceTest
@TestPropertySource(properties = "spring.datasource.hikari.connection-timeout=2000")
class DatabaseOutageIT {

    private static final Duration BOUND = Duration.ofSeconds(90);

    private final PostgresPart postgres;
    private final OrdersClient client;
    private final HikariDataSource pool;

    DatabaseOutageIT(@LocalServerPort int port, PostgresPart postgres, DataSource source) throws SQLException {
        this.postgres = postgres;
        this.client = new OrdersClient(port);
        this.pool = source.unwrap(HikariDataSource.class);
    }

    @BeforeEach
    void awaitAFullPool() {
        await().atMost(BOUND)
                .untilAsserted(() -> assertThat(pool.getHikariPoolMXBean().getIdleConnections())
                        .isEqualTo(ServiceTest.POOL));
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void ordersAreRefusedWhileTheDatabaseIsDeadAndTakenWhenItIsBack() throws SQLException {
        String answered = locationOf(client.place(DRAFT));
        long before = count();
        postgres.kill();
        try {
            for (int i = 0; i < 2 * ServiceTest.POOL; i++) {
                assertUnavailable(client.place(DRAFT, OrderIntake.IDEMPOTENCY_KEY, "outage"));
            }
            assertUnavailable(client.get(answered));
            assertThat(client.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(client.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        } finally {
            postgres.restart();
        }
        await().atMost(BOUND)
                .untilAsserted(() -> assertThat(client.place(DRAFT, OrderIntake.IDEMPOTENCY_KEY, "outage")
                                .statusCode())
                        .isEqualTo(201));

        assertThat(count()).isEqualTo(before + 1);
        assertThat(client.get(answered).statusCode()).isEqualTo(200);
    }

    @Test
    void anOrderThatFindsNoFreeConnectionIsRefusedAndTheOthersAreStored() throws Exception {
        try (StoredOrders stored = new StoredOrders(postgres);
                StoredOrders watch = new StoredOrders(postgres);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            long before = stored.count();
            List<Future<HttpResponse<String>>> waiting = new ArrayList<>();
            stored.lock();
            try {
                for (int i = 0; i < ServiceTest.POOL; i++) {
                    waiting.add(executor.submit(() -> client.place(DRAFT)));
                }
                await().atMost(BOUND)
                        .untilAsserted(() -> assertThat(watch.number(
                                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
                                .isEqualTo(ServiceTest.POOL));

                assertUnavailable(client.place(DRAFT));
            } finally {
                stored.unlock();
            }
            for (Future<HttpResponse<String>> answer : waiting) {
                assertThat(answer.get().statusCode()).isEqualTo(201);
            }
            assertThat(stored.count()).isEqualTo(before + ServiceTest.POOL);
        }
    }

    @Test
    void anOrderWhoseConnectionIsEndedIsRefusedAndNotStored() throws Exception {
        try (StoredOrders stored = new StoredOrders(postgres);
                StoredOrders watch = new StoredOrders(postgres);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            long before = stored.count();
            stored.lock();
            try {
                Future<HttpResponse<String>> answer = executor.submit(() -> client.place(DRAFT));
                await().atMost(BOUND)
                        .untilAsserted(() -> assertThat(watch.number("""
                            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                            WHERE wait_event_type = 'Lock'\
                            """)).isEqualTo(1));

                assertUnavailable(answer.get());
            } finally {
                stored.unlock();
            }
            assertThat(stored.count()).isEqualTo(before);
            assertThat(client.place(DRAFT).statusCode()).isEqualTo(201);
        }
    }

    private long count() throws SQLException {
        try (StoredOrders stored = new StoredOrders(postgres)) {
            return stored.count();
        }
    }

    private static String locationOf(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(201);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private static void assertUnavailable(HttpResponse<String> answer) {
        Problems.assertThatAnswer(answer).isProblem(503, "Idempotency-Key");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
    }
}
