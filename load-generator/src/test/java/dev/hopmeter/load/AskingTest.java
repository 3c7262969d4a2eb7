package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AskingTest {

    private final WindowKey key = new WindowKey("eu-west-run", "retail");
    private final Truth truth = new Truth(List.of(key));
    private final Sight sight = new Sight(truth);
    private final Faults faults = new Faults();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final HttpClient client = Http.client();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

    AskingTest() throws IOException {
        Event event = new Event(0, "run-0", key.region(), key.kind(), 1, 1, "");
        truth.sent(event, Sender.begun(Workload.FRESHNESS, 1, 1));
        sight.measureFrom(1);
    }

    @AfterEach
    void stop() {
        stopping.countDown();
        server.stop(0);
        Http.close(client, Duration.ofSeconds(5));
    }

    @Test
    void aKeyWithoutWindowsYetAndAnInstanceThatCannotAnswerAreNoFaults() {
        answers(new Answered(404, "{}"), new Answered(503, "{}"), new Answered(200, """
            {"size":"10s","region":"eu-west-run","kind":"retail","through":1,"newest":"1970-01-01T00:00:00Z",
             "windows":[]}\
            """));

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> sight.complete(List.of(key)));

        assertThat(faults.findings()).isEmpty();
    }

    @Test
    void anyOtherAnswerIsAFaultAndTheAskingGoesOn() {
        answers(new Answered(500, "{}"), new Answered(200, "no JSON"), new Answered(404, "{}"));

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> asked.get() > 3);

        assertThat(faults.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.against()).isTrue();
            assertThat(finding.text()).startsWith("2 faults").contains("answered with 500", "cannot be read");
        });
    }

    private record Answered(int status, String body) {}

    /** One after the other, and the last of them again and again. */
    private void answers(Answered... all) {
        server.createContext("/", exchange -> {
            Answered next = all[Math.min(asked.getAndIncrement(), all.length - 1)];
            byte[] body = next.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(next.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        Thread.ofPlatform()
                .daemon()
                .start(new Asking(
                        EpochClock.system(),
                        client,
                        address,
                        List.of(key),
                        Duration.ofMillis(20),
                        sight,
                        faults,
                        stopping));
    }
}
