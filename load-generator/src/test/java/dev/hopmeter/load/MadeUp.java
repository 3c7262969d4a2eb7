package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import java.util.stream.LongStream;

/** Trials that nobody ran, for what is made of trials. */
final class MadeUp {

    /** Of each measurement; in a year that a histogram log can tell from a duration. */
    private static final long BEGIN = 1_750_000_000_000_000_000L;

    private static final Map<String, Long> MEDIANS =
            Map.of("shipped", 500_000_000L, "strong", 8_000_000L, "quorum", 4_000_000L);

    private MadeUp() {}

    /** A valid trial of 1 000 events; the last hop of each has all of its length. */
    static TrialResult trial(TrialPlan plan, IntToLongFunction totalNanos) {
        return trial(plan, 1_000, totalNanos);
    }

    /** Likewise, but of so many events. */
    static TrialResult trial(TrialPlan plan, int events, IntToLongFunction totalNanos) {
        WarmUp.Outcome warmUp = new WarmUp.Outcome(true, true, Duration.ZERO, 0, 0, List.of());
        return trial(plan, events, totalNanos, (stamp, of) -> stamp == of ? 1 : 0, warmUp);
    }

    /** Likewise, but each hop has a part of the length, the later the more, and the warm-up had four slices. */
    static TrialResult lifelike(TrialPlan plan, IntToLongFunction totalNanos) {
        long first = totalNanos.applyAsLong(0);
        WarmUp.Outcome warmUp = new WarmUp.Outcome(
                true, true, Duration.ofSeconds(8), 800, 0, List.of(5 * first, 3 * first, 2 * first, first));
        return trial(plan, 1_000, totalNanos, (stamp, of) -> (double) stamp * (stamp + 1) / (of * (of + 1)), warmUp);
    }

    /** Which share of the total an event has behind it at a stamp of its route, of so many after the first. */
    @FunctionalInterface
    private interface Way {
        double share(int stamp, int of);
    }

    private static TrialResult trial(
            TrialPlan plan, int events, IntToLongFunction totalNanos, Way way, WarmUp.Outcome warmUp) {
        Mix mix = plan.mix("run");
        Ledger ledger = new Ledger(plan.route(), mix, 0, events);
        List<Stamp> stamps = plan.route().stamps();
        for (int number = 0; number < events; number++) {
            long due = BEGIN + number * 10_000_000L;
            long delivered = due + totalNanos.applyAsLong(number);
            Event event = mix.event(number);
            ledger.sent(event, due, due);
            Trail trail = Trail.of(plan.workload());
            for (int place = 0; place < stamps.size(); place++) {
                trail = trail.with(
                        stamps.get(place), due + Math.round(way.share(place, stamps.size() - 1) * (delivered - due)));
            }
            ledger.answered(number, new Answer.Acknowledged(), delivered);
            ledger.delivered(number, mix.recipients(event)[0], trail, delivered);
        }
        Recorder recorder = new Recorder(
                new TestClock(0),
                "run",
                mix.interests().size(),
                mix.measured(),
                Live.ignored(),
                Recorder.Replies.ignored());
        return TrialResult.of(plan, BEGIN, warmUp, ledger, Guests.Tally.none(), recorder);
    }

    /** An event with every stamp of its route, the last hop of which has all of its length. */
    static Trail trail(Backend backend, Workload workload, long totalNanos) {
        Trail trail = Trail.of(workload);
        List<Stamp> stamps = Route.of(backend, workload).orElseThrow().stamps();
        for (Stamp stamp : stamps) {
            trail = trail.with(stamp, stamp == stamps.getLast() ? BEGIN + totalNanos : BEGIN);
        }
        return trail;
    }

    static Report report(RunRequest request, TrialResult trial, List<Annotation> annotations) {
        return new Report(
                trial,
                "run",
                request.arm().name(),
                request.arm().settings(),
                List.of(),
                Optional.of(request.layout()),
                Optional.empty(),
                annotations,
                List.of(),
                List.of(),
                Optional.empty(),
                Durability.of(Backend.CONVENTIONAL, request.plan().workload(), Map.of(), Set.of()),
                List.of(),
                Map.of(),
                Map.of(),
                List.of());
    }

    /** Likewise, with what a whole report has: a floor, staleness, settings, and a note. */
    static Report wholeReport(RunRequest request, TrialResult trial, String note, List<String> alsoWhy) {
        Series step = new Series();
        LongStream.rangeClosed(1, 1_000).forEach(nanos -> step.record(300_000 + nanos));
        Floor floor = new Floor(List.of(new Floor.Part("loopback-http", "there and back", 2, Optional.of(step), "")));
        Finding stale = new Finding(
                "staleness",
                "3 of 300 answers lack an event",
                Map.of("byLatency", List.of(lacked(1_000_000, 200), lacked(2_000_000, 100))),
                false);
        Finding other = new Finding("totals", "all as sent", Map.of(), false);
        boolean queries = request.plan().workload() == Workload.POINT_QUERY;
        String setting = "producer.linger.ms";
        return new Report(
                trial,
                "run",
                request.arm().name(),
                Map.of(setting, note),
                List.of(note),
                Optional.of(request.layout()),
                Optional.empty(),
                List.of(Annotation.of("acknowledged", "acknowledged (after its send)", step)),
                List.of(queries ? stale : other),
                List.of(new ProcessCosts.Cost("brokers", 1.5, 0.5, 349_000_000)),
                Optional.of(floor),
                Durability.of(
                        request.plan().backend(),
                        request.plan().workload(),
                        Map.of(Versions.FSYNC, "on", Versions.SYNCHRONOUS_COMMIT, "on"),
                        Set.of()),
                List.of(new StartUpPhase("stack", Duration.ofSeconds(30))),
                Map.of(
                        "cpu",
                        "made up",
                        "cores",
                        2,
                        "settings",
                        Map.of(setting, note),
                        "effective",
                        Map.of("brokers", Map.of("all", Map.of("settings", Map.of("a.b", Map.of("value", note)))))),
                Map.of(),
                alsoWhy);
    }

    private static Map<String, Object> lacked(long latencyNanos, int answers) {
        return Map.of(
                "fromNanos",
                latencyNanos,
                "answers",
                answers,
                "latencySumNanos",
                answers * latencyNanos,
                "ageSumNanos",
                answers * 5_000_000L,
                "behindSumNanos",
                1_000_000L,
                "missing",
                1);
    }

    /** Makes the report of a trial. */
    @FunctionalInterface
    interface Maker {
        Report make(RunRequest request, StudyPlan.Planned planned);
    }

    /** A study whose trials are all written to their folders, as if they had been taken. */
    static Study study(StudyPlan plan, Path folder, Maker maker) throws IOException {
        for (StudyPlan.Planned planned : plan.order()) {
            RunRequest request = new RunRequest(
                    plan.trial(planned), new Stacks.Configuration(planned.arm().arm()), Layout.USUAL, Optional.empty());
            ResultsFolder.create(folder.resolve(planned.folder()), request.plan())
                    .write(maker.make(request, planned), "");
        }
        return Study.of(plan, folder);
    }

    /** Trials about the median of their arm, as far from it as trials are; a rate of 101 makes it half as long again. */
    static FreshStarts.Trials trials() {
        return (request, results) -> {
            SplittableRandom random =
                    new SplittableRandom(results.path().getFileName().hashCode());
            double own = MEDIANS.getOrDefault(request.arm().name(), 0L)
                    * (request.plan().rate() == 101 ? 1.5 : 1)
                    * Math.exp(0.05 * random.nextGaussian());
            Report report = report(
                    request,
                    trial(request.plan(), event -> Math.round(own * Math.exp(0.1 * random.nextGaussian()))),
                    List.of());
            results.write(report, "");
            return report;
        };
    }

    /** Has the arms that come with Hopmeter; the start with that number, from 1, is interrupted, and every other fails. */
    static Stacks noStacks(int interruptedAt) {
        return new NoStacks(interruptedAt);
    }

    private static final class NoStacks implements Stacks {

        private final Stacks real = new LocalStacks(EpochClock.system(), Path.of(""));
        private final int interruptedAt;
        private int starts;

        NoStacks(int interruptedAt) {
            this.interruptedAt = interruptedAt;
        }

        @Override
        public Configuration arm(Backend backend, String nameOrFile, Optional<Workload> workload, Layout layout)
                throws IOException {
            return real.arm(backend, nameOrFile, workload, layout);
        }

        @Override
        public Running start(Configuration arm, Layout layout, Extent extent, OptionalInt orderPort, Progress progress)
                throws IOException, InterruptedException {
            starts++;
            if (starts == interruptedAt) {
                throw new InterruptedException("somebody wants it to end");
            }
            throw new IOException("there is no stack in this test");
        }
    }
}
