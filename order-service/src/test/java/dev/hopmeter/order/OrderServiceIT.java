package dev.hopmeter.order;

import static dev.hopmeter.order.OrdersClient.DRAFT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Limits;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.orders.OrderIntake;
import dev.hopmeter.stack.PostgresPart;
import jakarta.persistence.EntityManagerFactory;
import java.io.ByteArrayInputStream;
import java.net.BindException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.PortInUseException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ServiceTest
class OrderServiceIT {

    private final int port;
    private final PostgresPart postgres;
    private final WireFormat wire;
    private final OrdersClient client;
    private final StoredOrders stored;
    private final Statistics statistics;
    private final HikariDataSource pool;

    OrderServiceIT(
            @LocalServerPort int port,
            PostgresPart postgres,
            WireFormat wire,
            EntityManagerFactory factory,
            DataSource source)
            throws SQLException {
        this.port = port;
        this.postgres = postgres;
        this.wire = wire;
        this.client = new OrdersClient(port);
        this.stored = new StoredOrders(postgres);
        this.statistics = factory.unwrap(SessionFactory.class).getStatistics();
        this.pool = source.unwrap(HikariDataSource.class);
    }

    @AfterEach
    void close() throws SQLException {
        client.close();
        stored.close();
    }

    @Test
    void aPlacedOrderIsAnsweredAsStoredAndFoundAgain() {
        long before = EpochClock.system().nanos();

        HttpResponse<String> answer = client.place(DRAFT);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        Order order = orderOf(answer);
        assertThat(order.customer()).isEqualTo("c-17");
        assertThat(order.amount()).isEqualTo(12_990);
        assertThat(order.idempotencyKey()).isEmpty();
        assertThat(order.placedAt())
                .isBetween(EpochClock.toInstant(before), EpochClock.system().instant());
        assertThat(answer.headers().firstValue("Location")).hasValue("/orders/" + order.id());
        HttpResponse<String> found = client.get("/orders/" + order.id());
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(found.body()).isEqualTo(answer.body());
    }

    @Test
    void everyOrderIsCommittedBeforeItIsAnswered() throws SQLException {
        for (int i = 0; i < 100; i++) {
            UUID id = orderOf(client.place(DRAFT)).id();

            assertThat(stored.number("SELECT count(*) FROM orders WHERE id = ?::uuid", id.toString()))
                    .as("rows of order %s, answered as number %s", id, i)
                    .isEqualTo(1);
        }
    }

    @Test
    void everyColumnHoldsItsPart() throws SQLException {
        String json = DRAFT.replace("c-17", "Zoë Ångström 🛒");
        Order order = orderOf(client.place(json, OrderIntake.IDEMPOTENCY_KEY, "columns"));

        String row = stored.text("""
            SELECT concat_ws('|', idempotency_key, length(fingerprint), customer, region, kind, amount, currency,
                lines, placed_at = to_timestamp(placed_nanos / 1000 / 1e6), coalesce(trail, 'none'))
            FROM orders WHERE id = ?::uuid\
            """, order.id().toString());

        assertThat(row)
                .isEqualTo("columns|32|Zoë Ångström 🛒|eu-west|retail|12990|EUR|[{\"sku\": \"A-1\", \"quantity\":"
                        + " 2}]|t|none");
        long nanos = stored.number(
                "SELECT placed_nanos FROM orders WHERE id = ?::uuid", order.id().toString());
        assertThat(EpochClock.toInstant(nanos)).isEqualTo(order.placedAt());
    }

    @Test
    void anOrderIsInsertedByOneStatementWithoutALookUp() {
        statistics.setStatisticsEnabled(true);
        statistics.clear();

        assertThat(client.place(DRAFT, OrderIntake.IDEMPOTENCY_KEY, "one-statement")
                        .statusCode())
                .isEqualTo(201);

        assertThat(statistics.getPrepareStatementCount()).isEqualTo(1);
        assertThat(statistics.getEntityInsertCount()).isEqualTo(1);
        statistics.setStatisticsEnabled(false);
    }

    @Test
    void idsAreOrderedByTime() {
        UUID first = orderOf(client.place(DRAFT)).id();
        UUID second = orderOf(client.place(DRAFT)).id();

        assertThat(first.version()).isEqualTo(7);
        assertThat(second.toString()).isGreaterThan(first.toString());
    }

    @Test
    void theTrailIsStoredWithTheMomentOfReceipt() throws SQLException {
        Trail sent = sentNow(Workload.JOURNEY);

        Order order = orderOf(client.place(DRAFT, Trail.HEADER, sent.text()));

        Trail trail = Trail.parse(stored.text(
                "SELECT trail FROM orders WHERE id = ?::uuid", order.id().toString()));
        long received = trail.at(Stamp.RECEIVED).orElseThrow();
        assertThat(trail).isEqualTo(sent.with(Stamp.RECEIVED, received));
        assertThat(order.placedAt()).isEqualTo(EpochClock.toInstant(received));
    }

    @Test
    void theHopFromSentToReceivedIsTimed() {
        double before = hopsTimed(Workload.WRITE_NOTIFY);

        client.place(DRAFT, Trail.HEADER, sentNow(Workload.WRITE_NOTIFY).text());
        client.place(DRAFT, Trail.HEADER, sentNow(Workload.WRITE_NOTIFY).text());
        client.place(DRAFT);

        assertThat(hopsTimed(Workload.WRITE_NOTIFY)).isEqualTo(before + 2);
    }

    @Test
    void aRepeatedKeyStoresOneOrder() throws SQLException {
        long before = stored.count();
        HttpResponse<String> first = client.place(DRAFT, OrderIntake.IDEMPOTENCY_KEY, "repeated");

        HttpResponse<String> second = client.place(
                DRAFT.replace(",", " , "),
                OrderIntake.IDEMPOTENCY_KEY,
                "repeated",
                Trail.HEADER,
                sentNow(Workload.JOURNEY).text());

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue(OrderIntake.REPLAYED)).isEmpty();
        assertThat(orderOf(first).idempotencyKey()).isEqualTo(Optional.of("repeated"));
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.headers().firstValue(OrderIntake.REPLAYED)).hasValue("true");
        assertThat(second.headers().firstValue("Location"))
                .isEqualTo(first.headers().firstValue("Location"));
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(stored.count()).isEqualTo(before + 1);
        assertThat(stored.text("SELECT trail FROM orders WHERE idempotency_key = 'repeated'"))
                .isEqualTo("null");
    }

    @Test
    void aRepeatedKeyWithOtherContentIsRefused() throws SQLException {
        HttpResponse<String> first = client.place(DRAFT, OrderIntake.IDEMPOTENCY_KEY, "taken");

        HttpResponse<String> second =
                client.place(DRAFT.replace("12990", "12991"), OrderIntake.IDEMPOTENCY_KEY, "taken");

        Problems.assertThatAnswer(second).isProblem(422, "taken");
        assertThat(stored.number("SELECT count(*) FROM orders WHERE idempotency_key = 'taken'"))
                .isEqualTo(1);
        assertThat(client.get("/orders/" + orderOf(first).id()).body()).isEqualTo(first.body());
    }

    @Test
    void ordersWithTheSameKeyThatArriveAtTheSameTimeAreStoredOnce() throws Exception {
        for (int round = 0; round < 5; round++) {
            String key = "race-" + round;
            Set<UUID> ids = new HashSet<>();
            int replayed = 0;

            for (HttpResponse<String> answer :
                    inParallel(32, () -> client.place(DRAFT, OrderIntake.IDEMPOTENCY_KEY, key))) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
                ids.add(orderOf(answer).id());
                replayed += answer.headers().firstValue(OrderIntake.REPLAYED).isPresent() ? 1 : 0;
            }

            assertThat(ids).hasSize(1);
            assertThat(replayed).isEqualTo(31);
            assertThat(stored.number("SELECT count(*) FROM orders WHERE idempotency_key = ?", key))
                    .isEqualTo(1);
        }
    }

    @Test
    void aBodyOfExactlyTheLimitIsTaken() {
        String padded = DRAFT + " ".repeat(Limits.MAX_BYTES - DRAFT.length());

        assertThat(client.place(padded).statusCode()).isEqualTo(201);
        assertThat(client.place(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(padded.getBytes(UTF_8))))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void thePublicationIsOfJustTheTable() throws SQLException {
        assertThat(stored.text("""
            SELECT string_agg(schemaname || '.' || tablename, ',')
            FROM pg_publication_tables WHERE pubname = 'hopmeter_orders'\
            """)).isEqualTo("public.orders");
    }

    @Test
    void healthTellsOfTheDatabase() {
        HttpResponse<String> health = client.get("/actuator/health");

        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).contains("\"db\"").contains("PostgreSQL");
        assertThat(client.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(client.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
    }

    @Test
    void infoTellsWhatThePoolRunsWithAndNoSecret() {
        HttpResponse<String> info = client.get("/actuator/info");

        assertThat(info.statusCode()).isEqualTo(200);
        JsonNode told = JsonMapper.builder().build().readTree(info.body()).path("effective");
        assertThat(told.at("/jdbc pool/settings/maximum-pool-size"))
                .hasToString("{\"value\":\"" + ServiceTest.POOL + "\",\"default\":\"10\",\"differs\":true}");
        assertThat(told.at("/jdbc driver/settings/prepareThreshold"))
                .hasToString("{\"value\":\"5\",\"default\":\"5\",\"differs\":false}");
        assertThat(told.at("/properties/settings/hopmeter.order.retry-after/differs")
                        .asBoolean())
                .isTrue();
        assertThat(told).allSatisfy(part -> assertThat(part.path("unknown")).isEmpty());
        assertThat(info.body()).doesNotContain(postgres.password());
    }

    @ParameterizedTest
    @ValueSource(strings = {"env", "beans", "configprops", "loggers", "metrics", "heapdump", "threaddump", "flyway"})
    void otherEndpointsAreNotThere(String endpoint) {
        Problems.assertThatAnswer(client.get("/actuator/" + endpoint)).isProblem(404, endpoint);
    }

    @Test
    void aTakenPortEndsTheStartAndIsNamed() {
        Throwable failure = catchThrowable(() -> SpringApplication.run(
                        OrderService.class,
                        "--server.port=" + port,
                        "--spring.datasource.url=" + postgres.jdbcUrl(),
                        "--spring.datasource.username=" + postgres.username(),
                        "--spring.datasource.password=" + postgres.password())
                .close());

        assertThat(failure).hasRootCauseInstanceOf(BindException.class);
        assertThat(causes(failure))
                .anySatisfy(cause -> assertThat(cause)
                        .isInstanceOf(PortInUseException.class)
                        .hasMessageContaining(Integer.toString(port)));
    }

    private Order orderOf(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return wire.readOrder(answer.body().getBytes(UTF_8));
    }

    private double hopsTimed(Workload workload) {
        Matcher line = Pattern.compile("(?m)^hopmeter_hop_seconds_count\\{(.*)} (\\S+)$")
                .matcher(client.get("/actuator/prometheus").body());
        double timed = 0;
        while (line.find()) {
            List<String> tags = List.of(line.group(1).split(","));
            if (tags.contains("workload=\"" + workload.word() + "\"")) {
                assertThat(tags).contains("backend=\"conventional\"", "hop=\"sent-received\"");
                timed += Double.parseDouble(line.group(2));
            }
        }
        return timed;
    }

    @Test
    void moreRequestsThanMayBeInFlightAreRefusedAtOnceAndTheOthersAreStored() throws Exception {
        try (StoredOrders watch = new StoredOrders(postgres);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            long before = stored.count();
            List<Future<HttpResponse<String>>> waiting = new ArrayList<>();
            stored.lock();
            try {
                for (int i = 0; i < ServiceTest.MAX_IN_FLIGHT; i++) {
                    waiting.add(executor.submit(() -> client.place(DRAFT)));
                }
                await().atMost(Duration.ofSeconds(90))
                        .until(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection()
                                == ServiceTest.MAX_IN_FLIGHT - ServiceTest.POOL);

                HttpResponse<String> refused = client.place(DRAFT);

                Problems.assertThatAnswer(refused).isProblem(503, "in flight");
                assertThat(refused.headers().firstValue("Retry-After")).hasValue("2");
                assertThat(client.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            } finally {
                stored.unlock();
            }
            for (Future<HttpResponse<String>> answer : waiting) {
                assertThat(answer.get().statusCode()).isEqualTo(201);
            }
            assertThat(stored.count()).isEqualTo(before + ServiceTest.MAX_IN_FLIGHT);
            assertThat(client.place(DRAFT).statusCode()).isEqualTo(201);
        }
    }

    private static Trail sentNow(Workload workload) {
        long now = EpochClock.system().nanos();
        return Trail.of(workload).with(Stamp.INTENDED, now - 1_000).with(Stamp.SENT, now);
    }

    private static List<Throwable> causes(@Nullable Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static <T> List<T> inParallel(int threads, Callable<T> work) throws Exception {
        CountDownLatch ready = new CountDownLatch(threads);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> started = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                started.add(executor.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return work.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : started) {
                results.add(future.get());
            }
            return results;
        }
    }
}
