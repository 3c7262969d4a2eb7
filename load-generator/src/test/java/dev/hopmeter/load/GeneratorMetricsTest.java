package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class GeneratorMetricsTest {

    @Test
    void hopsThatEndHereAndTheTotalAreServedToPrometheus() throws IOException, InterruptedException {
        try (GeneratorMetrics metrics =
                        GeneratorMetrics.serve(EpochClock.system(), new InetSocketAddress("127.0.0.1", 0));
                HttpClient client = HttpClient.newHttpClient()) {
            LiveMetrics live =
                    metrics.of(Route.of(Backend.IN_MEMORY, Workload.JOURNEY).orElseThrow(), "ruler");
            Trail due = Trail.of(Workload.JOURNEY);
            live.arrived(due.with(Stamp.INTENDED, 1_000).with(Stamp.SENT, 2_000).with(Stamp.DELIVERED, 3_000_000));
            live.arrived(due.with(Stamp.INTENDED, 1_000).with(Stamp.SENT, 2_000).with(Stamp.DELIVERED, 1_500));
            String text = client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics.port() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            assertThat(line(text, "hopmeter_hop_seconds_count", "hop=\"intended-sent\""))
                    .endsWith(" 2");
            assertThat(line(text, "hopmeter_hop_seconds_count", "hop=\"sent-delivered\""))
                    .endsWith(" 1");
            assertThat(line(text, "hopmeter_hop_negative_total", "hop=\"sent-delivered\""))
                    .endsWith(" 1.0");
            assertThat(line(text, "hopmeter_total_seconds_count", "workload=\"journey\""))
                    .endsWith(" 2");
            assertThat(line(text, "hopmeter_total_seconds_bucket", "le=\"5.0E-5\""))
                    .endsWith(" 1");
            assertThat(line(text, "hopmeter_total_from_send_seconds_count", "arm=\"ruler\""))
                    .endsWith(" 1");
            assertThat(line(text, "jvm_memory_used_bytes", "area=\"heap\"")).doesNotStartWith("no ");
        }
    }

    private static String line(String text, String name, String label) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .findFirst()
                .orElse("no " + name + " with " + label);
    }
}
