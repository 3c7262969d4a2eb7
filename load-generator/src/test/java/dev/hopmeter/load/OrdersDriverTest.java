package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrdersDriverTest {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> placed = new CopyOnWriteArrayList<>();
    private final AtomicInteger status = new AtomicInteger(201);
    private final OrderMix mix = new OrderMix("run", 1, 0);
    private final HttpServer orders = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final NotifierDouble notifier = new NotifierDouble();
    private final OrdersDriver driver = new OrdersDriver(
            List.of(URI.create("http://127.0.0.1:" + orders.getAddress().getPort())),
            List.of(notifier.address()),
            "/notifications",
            "run-s",
            Duration.ofSeconds(30),
            Map.of());

    OrdersDriverTest() throws IOException {}

    @BeforeEach
    void open() {
        orders.createContext("/orders", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            placed.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Idempotency-Key") + " "
                    + exchange.getRequestHeaders().getFirst(Trail.HEADER) + " " + body);
            if (status.get() > 0) {
                exchange.sendResponseHeaders(status.get(), -1);
            }
            exchange.close();
        });
        orders.start();
        driver.open(new Telling());
    }

    @AfterEach
    void close() throws IOException {
        driver.close();
        orders.stop(0);
        notifier.close();
    }

    @Test
    void anOrderIsPostedWithItsKeyAndTrail() {
        Event event = mix.event(7);
        driver.send(event, Trail.of(Workload.JOURNEY).with(Stamp.INTENDED, 1).with(Stamp.SENT, 2));
        await().untilAsserted(() -> assertThat(told).containsExactly("acknowledged 7"));
        assertThat(placed).containsExactly("POST run-7 journey;intended=1;sent=2 " + event.json());
    }

    @Test
    void anAnswerOfErrorIsARefusalAndAnEndedConnectionIsNoAnswer() {
        status.set(503);
        driver.send(mix.event(1), Trail.of(Workload.JOURNEY));
        await().untilAsserted(() -> assertThat(told).containsExactly("refused 1 503"));
        status.set(0);
        driver.send(mix.event(2), Trail.of(Workload.JOURNEY));
        await().untilAsserted(() -> assertThat(told).contains("unanswered 2"));
    }

    @Test
    void placingDoesNotWaitForAnAnswer() {
        orders.stop(0);
        driver.send(mix.event(1), Trail.of(Workload.JOURNEY));
        driver.send(mix.event(2), Trail.of(Workload.JOURNEY));
        await().untilAsserted(() -> assertThat(told).containsExactlyInAnyOrder("unanswered 1", "unanswered 2"));
    }

    @Test
    void aSubscriptionCarriesItsFilter() throws Exception {
        driver.attach(0, new Interest.Matching(Filter.ALL));
        driver.attach(3, new Interest.Matching(new Filter(Optional.of("eu-west"), Optional.of("gift"), 500)));
        assertThat(notifier.requests())
                .containsExactly(
                        "GET /notifications?subscriber=run-s0 HTTP/1.1",
                        "GET /notifications?subscriber=run-s3&region=eu-west&kind=gift&leastAmount=500 HTTP/1.1");
    }

    @Test
    void aMessageInFragmentsArrivesOnceAndWhole() throws Exception {
        driver.attach(0, new Interest.Matching(Filter.ALL));
        notifier.send("run-s0", "{\"dro", "pp", "ed\":1}");
        notifier.send("run-s0", "{\"dropped\":2}");
        notifier.send("run-s0", "{\"long\":\"" + "x".repeat(40_000) + "\"", "}");
        await().untilAsserted(() -> assertThat(told).hasSize(3));
        assertThat(told.get(0)).isEqualTo("delivered 0 {\"dropped\":1}");
        assertThat(told.get(1)).isEqualTo("delivered 0 {\"dropped\":2}");
        assertThat(told.get(2)).hasSize("delivered 0 ".length() + 40_011).endsWith("x\"}");
    }

    @Test
    void aConnectionThatEndsUnaskedIsTold() throws Exception {
        driver.attach(0, new Interest.Matching(Filter.ALL));
        notifier.drop("run-s0");
        await().untilAsserted(() -> assertThat(told).containsExactly("disconnected 0"));
    }

    @Test
    void aRefusedSubscriptionSaysWithWhichStatus() {
        assertThatThrownBy(() -> driver.attach(
                        0, new Interest.Matching(new Filter(Optional.of("refuse-me"), Optional.empty(), 0))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered 409");
    }

    @Test
    void aBackendWithoutHealthIsNotReady() throws Exception {
        assertThat(driver.ready()).isFalse();
    }

    private final class Telling implements Receiver {

        @Override
        public void delivered(int subscriber, CharSequence frame) {
            told.add("delivered " + subscriber + " " + frame);
        }

        @Override
        public void returned(int number, Trail trail, Reply reply) {
            told.add("returned " + number);
        }

        @Override
        public void acknowledged(int number) {
            told.add("acknowledged " + number);
        }

        @Override
        public void refused(int number, int refusal, String body) {
            told.add("refused " + number + " " + refusal);
        }

        @Override
        public void unanswered(int number, String why) {
            told.add("unanswered " + number);
        }

        @Override
        public void disconnected(int subscriber, String why) {
            told.add("disconnected " + subscriber);
        }

        @Override
        public void reconnected(int subscriber) {
            told.add("reconnected " + subscriber);
        }
    }
}
