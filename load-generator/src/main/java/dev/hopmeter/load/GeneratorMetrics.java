package dev.hopmeter.load;

import com.sun.net.httpserver.HttpServer;
import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.TimerBuckets;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What happens right now, for Prometheus: the hops that end in the load generator, in the same timer {@code hopmeter.hop} as
 * those of the services, and the total in {@code hopmeter.total}. Served on the loopback until it is closed. Warm-up counts
 * here as well; the results folder holds the measurement.
 */
final class GeneratorMetrics implements Consumer<Trail>, AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpServer server;
    private final List<Meters> meters;

    private GeneratorMetrics(HttpServer server, Backend backend, Workload workload) {
        this.server = server;
        Route route = Route.of(backend, workload).orElseThrow();
        Hop whole = new Hop(route.stamps().getFirst(), route.stamps().getLast());
        Hop last = route.hopEndingAt(Stamp.DELIVERED).orElseThrow();
        Hop slip = route.hopEndingAt(Stamp.SENT).orElseThrow();
        meters = List.of(
                meters("hopmeter.hop", route, slip, TimerBuckets.forHops(), "hop", slip.word()),
                meters("hopmeter.hop", route, last, TimerBuckets.forHops(), "hop", last.word()),
                meters("hopmeter.total", route, whole, TimerBuckets.forTotals()));
        server.createContext("/metrics", exchange -> {
            byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    /**
     * Serves {@code http://127.0.0.1:port/metrics}.
     *
     * @param port 0 for any that is free
     * @throws IOException if the port is taken
     */
    static GeneratorMetrics serve(int port, Backend backend, Workload workload) throws IOException {
        return new GeneratorMetrics(HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0), backend, workload);
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void accept(Trail trail) {
        meters.forEach(meter -> meter.record(trail));
    }

    @Override
    public void close() {
        server.stop(0);
        registry.close();
    }

    private Meters meters(String name, Route route, Hop hop, Duration[] buckets, String... tags) {
        String workload = route.workload().word();
        String backend = route.backend().word();
        Timer timer = Timer.builder(name)
                .description("The time between two stamps of an event's route")
                .tags("workload", workload, "backend", backend)
                .tags(tags)
                .serviceLevelObjectives(buckets)
                .register(registry);
        Counter negative = Counter.builder(name + ".negative")
                .description("Intervals whose end was stamped before their start")
                .tags("workload", workload, "backend", backend)
                .tags(tags)
                .register(registry);
        return new Meters(hop, timer, negative);
    }

    private record Meters(Hop hop, Timer timer, Counter negative) {
        void record(Trail trail) {
            trail.length(hop).ifPresent(nanos -> {
                if (nanos < 0) {
                    negative.increment();
                } else {
                    timer.record(nanos, TimeUnit.NANOSECONDS);
                }
            });
        }
    }
}
