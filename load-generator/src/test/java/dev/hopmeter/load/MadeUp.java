package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
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

/** Trials that nobody ran, for what is made of trials. */
final class MadeUp {

    private static final Map<String, Long> MEDIANS =
            Map.of("shipped", 500_000_000L, "strong", 8_000_000L, "quorum", 4_000_000L);

    private MadeUp() {}

    /** A valid trial of 1 000 events; the last hop of each has all of its length. */
    static TrialResult trial(TrialPlan plan, IntToLongFunction totalNanos) {
        Mix mix = plan.mix("run");
        Ledger ledger = new Ledger(plan.route(), mix, 0, 1_000);
        List<Stamp> stamps = plan.route().stamps();
        for (int number = 0; number < 1_000; number++) {
            long due = 1_000_000_000_000L + number * 10_000_000L;
            long delivered = due + totalNanos.applyAsLong(number);
            Event event = mix.event(number);
            ledger.sent(event, due, due);
            Trail trail = Trail.of(plan.workload());
            for (Stamp stamp : stamps) {
                trail = trail.with(stamp, stamp == Stamp.DELIVERED ? delivered : due);
            }
            ledger.answered(number, new Answer.Acknowledged(), delivered);
            ledger.delivered(number, mix.recipients(event)[0], trail, delivered);
        }
        WarmUp.Outcome warmUp = new WarmUp.Outcome(true, true, Duration.ZERO, 0, 0, List.of());
        Recorder recorder = new Recorder(
                new TestClock(0),
                "run",
                mix.interests().size(),
                mix.measured(),
                Live.ignored(),
                Recorder.Replies.ignored());
        return TrialResult.of(plan, 1_000_000_000_000L, warmUp, ledger, Guests.Tally.none(), recorder);
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
