package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TotalsTest {

    private static final long MINUTE = Instant.parse("2026-06-08T12:00:00Z").toEpochMilli();
    private static final int EVENTS = 30;

    private final WindowKey key = new WindowKey("eu-west-run", "retail");
    private final Truth truth = new Truth(List.of(key));
    private final Map<WindowSize, TreeMap<Long, Windows.Total>> summed =
            Map.of(WindowSize.TEN_SECONDS, new TreeMap<>(), WindowSize.ONE_MINUTE, new TreeMap<>());
    private String guarantee = "at_least_once";
    private final HttpClient client = Http.client();
    private final HttpServer aggregator =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

    TotalsTest() throws IOException {}

    @BeforeEach
    void thirtySecondsOfEvents() {
        for (int number = 0; number < EVENTS; number++) {
            long millis = MINUTE + number * 1_000L;
            Event event = new Event(number, "run-" + number, key.region(), key.kind(), 7, number + 1L, "");
            truth.sent(event, Sender.begun(Workload.FRESHNESS, millis * 1_000_000, millis * 1_000_000));
            truth.acknowledged(event, millis * 1_000_000);
            sum(millis, 7);
        }
        aggregator.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] body = (path.equals("/actuator/info")
                            ? info()
                            : windows(WindowSize.of(path.split("/")[2]).orElseThrow()))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        aggregator.start();
    }

    @AfterEach
    void stop() {
        aggregator.stop(0);
        Http.close(client, Duration.ofSeconds(5));
    }

    @Test
    void windowsOfBothSizesAreComparedAndEachEventIsCountedOnce() throws InterruptedException {
        Finding finding = finding();
        assertThat(finding.against()).isFalse();
        assertThat(finding.text()).contains("exactly what was sent");
        assertThat(finding.figures())
                .containsEntry("windows", 4L)
                .containsEntry("events", (long) EVENTS)
                .containsEntry("guarantee", "at_least_once");
    }

    @Test
    void whatIsCountedTwiceSpeaksAgainstExactlyOnceAlone() throws InterruptedException {
        sum(MINUTE, 7);
        assertThat(finding().figures()).containsEntry("over", 2L);
        assertThat(finding().against()).isFalse();

        guarantee = "exactly_once_v2";
        assertThat(finding().against()).isTrue();
        assertThat(finding().text()).contains("exactly_once_v2", "2 counted more than once");
    }

    @Test
    void aWindowThatMustNotBeThereIsOver() throws InterruptedException {
        guarantee = "exactly_once_v2";
        totals(WindowSize.TEN_SECONDS).put(MINUTE + 60_000, new Windows.Total(3, 21));
        assertThat(finding().figures()).containsEntry("over", 3L).containsEntry("missing", 0L);
        assertThat(finding().against()).isTrue();
    }

    @Test
    void aWrongSumOfAMinuteSpeaksAgainstTheTrial() throws InterruptedException {
        totals(WindowSize.ONE_MINUTE).put(MINUTE, new Windows.Total(EVENTS, 1));
        assertThat(finding().figures()).containsEntry("wrongSums", 1L);
        assertThat(finding().against()).isTrue();
    }

    private Finding finding() throws InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + aggregator.getAddress().getPort());
        return new Totals(EpochClock.system(), client, address, truth, List.of(key), Optional.empty()).finding();
    }

    private void sum(long millis, long amount) {
        for (WindowSize size : WindowSize.values()) {
            totals(size)
                    .merge(
                            size.startOf(millis),
                            new Windows.Total(1, amount),
                            (a, b) -> new Windows.Total(a.count() + b.count(), a.sum() + b.sum()));
        }
    }

    private TreeMap<Long, Windows.Total> totals(WindowSize size) {
        return summed.getOrDefault(size, new TreeMap<>());
    }

    private String info() {
        return "{\"effective\":{\"streams\":{\"settings\":{\"processing.guarantee\":{\"value\":\"" + guarantee
                + "\",\"default\":\"at_least_once\",\"differs\":false}}}}}";
    }

    private String windows(WindowSize size) {
        return "{\"size\":\"" + size.word()
                + "\",\"region\":\"eu-west-run\",\"kind\":\"retail\",\"through\":30,\"newest\":\"2026-06-08T12:00:29Z\","
                + "\"windows\":["
                + totals(size).entrySet().stream()
                        .map(each -> "{\"start\":\"" + Instant.ofEpochMilli(each.getKey()) + "\",\"count\":"
                                + each.getValue().count() + ",\"sum\":"
                                + each.getValue().sum() + "}")
                        .collect(Collectors.joining(","))
                + "]}";
    }
}
