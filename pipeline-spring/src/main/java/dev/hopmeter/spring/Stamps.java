package dev.hopmeter.spring;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.TimerBuckets;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Takes stamps and records the hop that ends at each in the timer {@code hopmeter.hop} (tags workload, backend, hop). A hop
 * whose start the trail lacks is not recorded; a hop of negative length is counted in {@code hopmeter.hop.negative} with
 * the same tags, and not in the timer. Safe for use by many threads; never blocks.
 */
public final class Stamps {

    private final EpochClock clock;
    private final MeterRegistry registry;
    private final Backend backend;
    private final Map<Workload, Map<Stamp, Optional<Meters>>> meters = new ConcurrentHashMap<>();

    /** Stamps from that clock, recorded in that registry under that backend's name. */
    public Stamps(EpochClock clock, MeterRegistry registry, Backend backend) {
        this.clock = clock;
        this.registry = registry;
        this.backend = backend;
    }

    /** The present moment in epoch nanoseconds, for a stamp whose trail is not read yet: see {@link #at}. */
    public long now() {
        return clock.nanos();
    }

    /** The trail with that stamp taken now. */
    public Trail take(Trail trail, Stamp stamp) {
        return at(trail, stamp, clock.nanos());
    }

    /** The trail with that stamp, taken at those epoch nanoseconds. */
    public Trail at(Trail trail, Stamp stamp, long epochNanos) {
        Trail stamped = trail.with(stamp, epochNanos);
        meters.computeIfAbsent(trail.workload(), workload -> new ConcurrentHashMap<>())
                .computeIfAbsent(stamp, end -> metersOf(trail.workload(), end))
                .ifPresent(meter -> meter.record(stamped));
        return stamped;
    }

    private Optional<Meters> metersOf(Workload workload, Stamp end) {
        return Route.of(backend, workload)
                .flatMap(route -> route.hopEndingAt(end))
                .map(hop -> new Meters(hop, timer(workload, hop), negative(workload, hop)));
    }

    private Timer timer(Workload workload, Hop hop) {
        return Timer.builder("hopmeter.hop")
                .description("The time an event spends between two consecutive stamps of its route")
                .tags("workload", workload.word(), "backend", backend.word(), "hop", hop.word())
                .serviceLevelObjectives(TimerBuckets.forHops())
                .register(registry);
    }

    private Counter negative(Workload workload, Hop hop) {
        return Counter.builder("hopmeter.hop.negative")
                .description("Hops whose end was stamped before their start")
                .tags("workload", workload.word(), "backend", backend.word(), "hop", hop.word())
                .register(registry);
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
