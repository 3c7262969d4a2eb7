package dev.hopmeter.cdc;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** The connector inside the test's JVM. */
final class RunningConnector implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RunningConnector(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static RunningConnector start(Map<String, String> properties) {
        return new RunningConnector(new SpringApplicationBuilder(CdcConnector.class)
                .run(arguments(properties).toArray(String[]::new)));
    }

    static List<String> arguments(Map<String, String> properties) {
        List<String> arguments = new ArrayList<>();
        properties.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        return arguments;
    }

    Health health() {
        return context.getBean(CdcHealthIndicator.class).health();
    }

    Health awaitStatus(Status status) {
        return Awaitility.await("health is " + status)
                .atMost(Duration.ofSeconds(90))
                .until(this::health, health -> health.getStatus().equals(status));
    }

    Health awaitState(String state) {
        return Awaitility.await("the state is " + state)
                .atMost(Duration.ofSeconds(90))
                .until(this::health, health -> state.equals(health.getDetails().get("state")));
    }

    RunningConnector untilUp() {
        awaitStatus(Status.UP);
        return this;
    }

    double count(String name, String... tags) {
        var counter = context.getBean(MeterRegistry.class).find(name).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    double gauge(String name) {
        return context.getBean(MeterRegistry.class).get(name).gauge().value();
    }

    Timer timer(String name, String... tags) {
        return context.getBean(MeterRegistry.class).get(name).tags(tags).timer();
    }

    String answer(String path) {
        int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        try (InputStream answer =
                URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
