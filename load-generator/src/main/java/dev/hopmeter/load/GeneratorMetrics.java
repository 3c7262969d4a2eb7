package dev.hopmeter.load;

import com.sun.net.httpserver.HttpServer;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Route;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What happens right now, for Prometheus, served at {@code /metrics} until it is closed: trials as {@link LiveMetrics} tells
 * them, and this process itself. Warm-up counts here as well; the results folder holds the measurement.
 */
final class GeneratorMetrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final List<Runnable> beforeEach = new CopyOnWriteArrayList<>();
    private final EpochClock clock;
    private final HttpServer server;

    private GeneratorMetrics(EpochClock clock, HttpServer server) {
        this.clock = clock;
        this.server = server;
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        collections.bindTo(registry);
        server.createContext("/metrics", exchange -> {
            byte[] body = scrape().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    /**
     * Serves {@code http://HOST:PORT/metrics}.
     *
     * @param at its port 0 for any that is free
     * @throws IOException if the port is taken
     */
    static GeneratorMetrics serve(EpochClock clock, InetSocketAddress at) throws IOException {
        return new GeneratorMetrics(clock, HttpServer.create(at, 0));
    }

    /** Trials of that route on that arm, of which there is one at a time. */
    LiveMetrics of(Route route, String arm) {
        LiveMetrics trials = new LiveMetrics(clock, registry, route, arm);
        beforeEach.add(trials::look);
        return trials;
    }

    /** The parts beside the services, as they answer. */
    void watch(StackWatch watch) {
        beforeEach.add(watch.bindTo(registry));
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** In Prometheus's text format. */
    private synchronized String scrape() {
        beforeEach.forEach(Runnable::run);
        return registry.scrape();
    }

    @Override
    public void close() {
        server.stop(0);
        collections.close();
        registry.close();
    }
}
