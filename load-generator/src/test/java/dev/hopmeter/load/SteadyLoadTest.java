package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SteadyLoadTest {

    private static final EpochClock CLOCK = EpochClock.system();

    private final StringWriter out = new StringWriter();

    @Test
    void bothLanesRunTheirTrialsAndPrometheusIsToldWhatBecameOfThem() throws Exception {
        try (GeneratorMetrics metrics = GeneratorMetrics.serve(CLOCK, new InetSocketAddress("127.0.0.1", 0))) {
            boolean valid = load(metrics, (plan, id) -> Work.of(InMemoryDriver.of(CLOCK, plan, id)))
                    .run(List.of(plan(Workload.JOURNEY)), List.of(plan(Workload.FAN_OUT), plan(Workload.INGEST)));

            assertThat(valid).as(out.toString()).isTrue();
            assertThat(out.toString().lines())
                    .hasSize(6)
                    .allMatch(line -> line.contains(": VALID, 100 sent") && line.contains(" 0 lost"));
            String text = scrape(metrics);
            assertThat(value(text, "hopmeter_trials_total", "verdict=\"valid\"", "journey"))
                    .isEqualTo(2);
            assertThat(value(text, "hopmeter_trial_valid", "ingest")).isEqualTo(1);
            assertThat(value(text, "hopmeter_events_total", "outcome=\"lost\"", "fan-out"))
                    .isZero();
            assertThat(value(text, "hopmeter_events_total", "outcome=\"placed\"", "journey"))
                    .isGreaterThanOrEqualTo(200);
            assertThat(value(text, "hopmeter_target_rate", "journey")).isZero();
            assertThat(value(text, "hopmeter_recent_events", "journey")).isGreaterThanOrEqualTo(200);
            double hops = value(text, "hopmeter_recent_slowest_hop_seconds", "at=\"01\"", "journey")
                    + value(text, "hopmeter_recent_slowest_hop_seconds", "at=\"02\"", "journey");
            assertThat(hops).isCloseTo(value(text, "hopmeter_recent_slowest_total_seconds", "journey"), within(1e-9));
        }
    }

    @Test
    void aTrialThatBreaksIsToldAndTheNextOneIsTried() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        try (GeneratorMetrics metrics = GeneratorMetrics.serve(CLOCK, new InetSocketAddress("127.0.0.1", 0))) {
            boolean valid = load(metrics, (plan, id) -> {
                        if (opened.getAndIncrement() == 0) {
                            throw new IOException("nobody is there");
                        }
                        return Work.of(InMemoryDriver.of(CLOCK, plan, id));
                    })
                    .run(List.of(plan(Workload.JOURNEY)), List.of());

            assertThat(valid).isFalse();
            assertThat(out.toString().lines().findFirst()).hasValue("journey: BROKEN, nobody is there");
            String text = scrape(metrics);
            assertThat(value(text, "hopmeter_trials_total", "verdict=\"broken\""))
                    .isEqualTo(1);
            assertThat(value(text, "hopmeter_trials_total", "verdict=\"valid\""))
                    .isEqualTo(1);
            assertThat(value(text, "hopmeter_trial_valid", "journey")).isEqualTo(1);
        }
    }

    private SteadyLoad load(GeneratorMetrics metrics, SteadyLoad.Opened opened) {
        return new SteadyLoad(CLOCK, new PrintWriter(out, true), opened, plan -> metrics.of(plan.route(), "ruler"), 2);
    }

    private static TrialPlan plan(Workload workload) {
        return new TrialPlan(
                Backend.IN_MEMORY,
                workload,
                500,
                Duration.ofMillis(200),
                Arrivals.UNIFORM,
                WarmUpPlan.lasting(Duration.ofMillis(50)),
                workload == Workload.FAN_OUT ? new Audience(10, 0.5, 0) : Audience.of(0),
                100,
                Duration.ofSeconds(5),
                TrialPlan.IN_FLIGHT,
                1);
    }

    private static String scrape(GeneratorMetrics metrics) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics.port() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static double value(String text, String name, String... labels) {
        return text.lines()
                .filter(line ->
                        line.startsWith(name + "{") && List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " with " + List.of(labels) + " in " + text));
    }
}
