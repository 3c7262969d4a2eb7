package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.TimerBuckets;
import dev.hopmeter.contract.Trail;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Trials of one workload on one arm, one after the other, as meters with the tags workload, backend and arm:
 *
 * <ul>
 *   <li>{@code hopmeter.hop}: the hops that end in the load generator, in the same timer as those of the services;
 *   <li>{@code hopmeter.total} from intended and {@code hopmeter.total.from.send} from actual send;
 *   <li>{@code hopmeter.route.hop}: the hops of the route, each with its place;
 *   <li>{@code hopmeter.recent...}: the hops of the events of the last minute, all of one population, so that they add up;
 *   <li>{@code hopmeter.events}: by outcome. What is placed and what arrives counts at once, with probes and warm-up; what
 *       is lost or wrong when its trial has ended, as only then it is known;
 *   <li>{@code hopmeter.trials}, {@code hopmeter.trial.valid} and {@code hopmeter.target.rate}.
 * </ul>
 *
 * <p>Safe for use by many threads.
 */
final class LiveMetrics implements Live {

    /** What can become of an event, as far as it is counted here. */
    private enum Outcome {
        PLACED,
        ARRIVED,
        LOST,
        DUPLICATE,
        LATE,
        REORDERED,
        REFUSED,
        UNANSWERED,
        MISSING,
        EXTRA
    }

    private enum End {
        VALID,
        INVALID,
        BROKEN
    }

    private final EpochClock clock;
    private final MeterRegistry registry;
    private final Route route;
    private final Tags tags;
    private final List<Meters> meters;
    private final Recent recent;
    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    private final Map<End, Counter> ends = new EnumMap<>(End.class);
    private final MultiGauge events;
    private final MultiGauge hopMeans;
    private final MultiGauge bandEvents;
    private final MultiGauge bandHopMeans;
    private final MultiGauge slowestHops;
    private final MultiGauge slowestTotal;
    private volatile double target;
    private volatile Optional<Boolean> valid = Optional.empty();

    LiveMetrics(EpochClock clock, MeterRegistry registry, Route route, String arm) {
        this.clock = clock;
        this.registry = registry;
        this.route = route;
        this.tags = Tags.of(
                "workload", route.workload().word(), "backend", route.backend().word(), "arm", arm);
        this.recent = new Recent(route);
        Hop whole = new Hop(route.stamps().getFirst(), route.stamps().getLast());
        Hop fromSend = new Hop(Stamp.SENT, route.stamps().getLast());
        Hop last = route.hopEndingAt(Stamp.DELIVERED).orElseThrow();
        Hop slip = route.hopEndingAt(Stamp.SENT).orElseThrow();
        meters = List.of(
                meters("hopmeter.hop", slip, TimerBuckets.forHops(), tags.and("hop", slip.word())),
                meters("hopmeter.hop", last, TimerBuckets.forHops(), tags.and("hop", last.word())),
                meters("hopmeter.total", whole, TimerBuckets.forTotals(), tags),
                meters("hopmeter.total.from.send", fromSend, TimerBuckets.forTotals(), tags));
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(
                    outcome,
                    Counter.builder("hopmeter.events")
                            .description("Events of trials, by what became of them")
                            .tags(tags.and("outcome", word(outcome)))
                            .register(registry));
        }
        for (End end : End.values()) {
            ends.put(
                    end,
                    Counter.builder("hopmeter.trials")
                            .description("Trials that have ended; a broken one came to no measurement")
                            .tags(tags.and("verdict", word(end)))
                            .register(registry));
        }
        Gauge.builder("hopmeter.target.rate", () -> target)
                .description("Events a second that the running trial is to send; 0 between trials")
                .tags(tags)
                .register(registry);
        for (int hop = 0; hop < route.hops().size(); hop++) {
            int position = hop + 1;
            Gauge.builder("hopmeter.route.hop", () -> position)
                    .description("Where on the route a hop is; step has it before the name, so that names sort by it")
                    .tags(tags.and(which(hop))
                            .and("step", at(hop) + " " + route.hops().get(hop).word()))
                    .register(registry);
        }
        events = rows("hopmeter.recent.events", "Events of the last minute", null);
        hopMeans = rows("hopmeter.recent.hop.mean", "Mean of a hop over the events of the last minute", "seconds");
        bandEvents = rows("hopmeter.recent.band.events", "Events of the last minute about their p99", null);
        bandHopMeans = rows(
                "hopmeter.recent.band.hop.mean",
                "Mean of a hop over those events of the last minute whose total lies between p98.5 and p99.5",
                "seconds");
        slowestHops = rows("hopmeter.recent.slowest.hop", "Hop of the slowest event of the last minute", "seconds");
        slowestTotal =
                rows("hopmeter.recent.slowest.total", "Total of the slowest event of the last minute", "seconds");
    }

    @Override
    public void placed() {
        count(Outcome.PLACED, 1);
    }

    @Override
    public void arrived(Trail trail) {
        count(Outcome.ARRIVED, 1);
        meters.forEach(meter -> meter.record(trail));
        trail.lengths(route).ifPresent(lengths -> recent.add(lengths, clock.nanos()));
    }

    @Override
    public void began(TrialPlan plan) {
        target = plan.rate();
    }

    @Override
    public void ended(TrialResult trial, List<String> why) {
        target = 0;
        boolean good = why.isEmpty();
        end(good ? End.VALID : End.INVALID, good);
        Counts counts = trial.measured().counts();
        count(Outcome.LOST, counts.lost());
        count(Outcome.DUPLICATE, counts.duplicate());
        count(Outcome.LATE, counts.late());
        count(Outcome.REORDERED, counts.reordered());
        count(Outcome.REFUSED, counts.refused());
        count(Outcome.UNANSWERED, counts.unanswered());
        count(Outcome.MISSING, counts.missing() + trial.guests().missing());
        count(Outcome.EXTRA, counts.extra() + trial.guests().extra());
    }

    @Override
    public void broke(String why) {
        target = 0;
        end(End.BROKEN, false);
    }

    /** Looks at the events of the last minute: what the gauges of recent events show from now on. */
    void look() {
        Optional<Recent.View> view = recent.view(clock.nanos());
        Optional<Recent.Waterfall> band = view.flatMap(Recent.View::band);
        one(events, view.map(each -> (double) each.means().events()));
        hops(hopMeans, view.map(Recent.View::means));
        one(bandEvents, band.map(each -> (double) each.events()));
        hops(bandHopMeans, band);
        hops(slowestHops, view.map(Recent.View::slowest));
        one(slowestTotal, view.map(each -> each.slowest().total() / 1e9));
    }

    private void end(End how, boolean good) {
        if (valid.isEmpty()) {
            Gauge.builder("hopmeter.trial.valid", () -> valid.orElse(false) ? 1 : 0)
                    .description("Whether nothing speaks against the latest trial")
                    .tags(tags)
                    .register(registry);
        }
        valid = Optional.of(good);
        Counter counter = ends.get(how);
        if (counter != null) {
            counter.increment();
        }
    }

    private void count(Outcome outcome, long n) {
        Counter counter = outcomes.get(outcome);
        if (counter != null) {
            counter.increment(n);
        }
    }

    private void one(MultiGauge gauge, Optional<Double> value) {
        gauge.register(
                value.map(each -> List.<MultiGauge.Row<?>>of(MultiGauge.Row.of(Tags.empty(), each)))
                        .orElse(List.of()),
                true);
    }

    private void hops(MultiGauge gauge, Optional<Recent.Waterfall> waterfall) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        waterfall.ifPresent(each -> {
            for (int hop = 0; hop < route.hops().size(); hop++) {
                rows.add(MultiGauge.Row.of(which(hop), each.hops().get(hop) / 1e9));
            }
        });
        gauge.register(rows, true);
    }

    /** {@code at} says where on the route a hop is: by name alone they would be shown in the order of the alphabet. */
    private Tags which(int hop) {
        return Tags.of("hop", route.hops().get(hop).word(), "at", at(hop));
    }

    private static String at(int hop) {
        return String.format(Locale.ROOT, "%02d", hop + 1);
    }

    private MultiGauge rows(String name, String description, @Nullable String unit) {
        return MultiGauge.builder(name)
                .description(description)
                .baseUnit(unit)
                .tags(tags)
                .register(registry);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private Meters meters(String name, Hop hop, Duration[] buckets, Tags its) {
        Timer timer = Timer.builder(name)
                .description("The time between two stamps of an event's route")
                .tags(its)
                .serviceLevelObjectives(buckets)
                .register(registry);
        Counter negative = Counter.builder(name + ".negative")
                .description("Intervals whose end was stamped before their start")
                .tags(its)
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
