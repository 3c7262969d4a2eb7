package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/**
 * Real traffic on the real route before anything is recorded. First heat: compilers count calls, so for a few seconds more
 * orders than the trial's rate, as fast as the stack takes them with a bounded number under way, and for longer until it
 * keeps up with the trial's rate and its compilers have little left to do. Then slices at the trial's
 * rate until {@link SettlingRule} holds.
 */
final class WarmUp {

    private static final Duration HEAT = Duration.ofSeconds(6);
    private static final double HEAT_PER_SECOND = 500;
    /** A stack that keeps up with so many times the trial's rate is fit for it. */
    private static final double HEADROOM = 1.2;

    private static final long MOST_UNDELIVERED = 256;
    /** At high rates, more: a stack that answers late, as one that polls twice a second does, has many orders under way. */
    private static final double UNDELIVERED_SECONDS = 2;
    /** More would only queue for the backend's database connections, and be refused in the end. */
    private static final int MOST_UNANSWERED = 32;

    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(10);
    private static final Duration SLICE = Duration.ofSeconds(1);
    /** Slower traffic would fill no slice. */
    private static final double LEAST_PER_SECOND = 50;

    private static final long GLANCE_NANOS = 1_000_000;

    private final EpochClock clock;
    private final LongConsumer sleep;
    private final TrialPlan plan;
    private final Sender sender;
    private final Recorder recorder;
    private final Mix mix;
    private final WarmUpSlices slices;
    private final LongPredicate compiling;

    /**
     * A warm-up that has not begun.
     *
     * @param sleep sleeps for about that many nanoseconds
     * @param compiling whether what is warmed up still compiles so much that it is not warm, at that time
     */
    WarmUp(
            EpochClock clock,
            LongConsumer sleep,
            TrialPlan plan,
            Sender sender,
            Recorder recorder,
            Mix mix,
            WarmUpSlices slices,
            LongPredicate compiling) {
        this.clock = clock;
        this.sleep = sleep;
        this.plan = plan;
        this.sender = sender;
        this.recorder = recorder;
        this.mix = mix;
        this.slices = slices;
        this.compiling = compiling;
    }

    /**
     * What came of a warm-up.
     *
     * @param checked whether it had to settle, rather than to last for a given time
     * @param settled whether it did
     * @param length how long it took
     * @param events how many orders were placed
     * @param failed how many of them were refused or had no answer so far
     * @param p50Nanos of each slice that was looked at
     */
    record Outcome(boolean checked, boolean settled, Duration length, int events, long failed, List<Long> p50Nanos) {}

    /** Warms up as planned; returns with the last orders still under way. */
    Outcome run() throws InterruptedException {
        long start = clock.nanos();
        int before = sender.next();
        boolean settled = false;
        if (plan.warmUp().fixed().isPresent()) {
            slices.beginSlice(sender.next());
            send(plan.rate(), plan.warmUp().fixed().get(), start, 0);
        } else {
            heat(start);
            settled = settle(start);
        }
        List<Long> medians = done().stream()
                .map(WarmUpSlices.Latencies::totals)
                .filter(slice -> slice.getTotalCount() > 0)
                .map(slice -> slice.getValueAtPercentile(50))
                .toList();
        return new Outcome(
                plan.warmUp().fixed().isEmpty(),
                settled,
                Duration.ofNanos(clock.nanos() - start),
                sender.next() - before,
                slices.failed(),
                medians);
    }

    /** Until the least length has passed, the stack keeps up and compiles little, or the warm-up's time is over; then until all has arrived. */
    private void heat(long start) throws InterruptedException {
        long stop = start + plan.warmUp().most().toNanos();
        long least = start + Math.min(HEAT.toNanos(), plan.warmUp().most().toNanos());
        long gap = Math.round(1e9 / Math.max(HEAT_PER_SECOND, HEADROOM * plan.rate()));
        long mark = start;
        long deliveredAtMark = slices.delivered();
        boolean heldUp = false;
        for (long due = start; ; due += gap) {
            Event event = mix.event(sender.next());
            sender.awaitDue(due);
            while (enoughUnderWay() && clock.nanos() < mark + SLICE.toNanos()) {
                heldUp = true;
                glance();
            }
            long now = clock.nanos();
            due = Math.max(due, now - gap);
            sender.place(event, due, slices);
            if (now >= mark + SLICE.toNanos()) {
                double perSecond = (slices.delivered() - deliveredAtMark) * 1e9 / (now - mark);
                boolean keepsUp = !heldUp || perSecond >= HEADROOM * plan.rate() * mix.deliveriesEach();
                boolean compiles = compiling.test(now);
                if (now >= stop || now >= least && keepsUp && !compiles) {
                    break;
                }
                mark = now;
                deliveredAtMark = slices.delivered();
                heldUp = false;
            }
        }
        long patience = clock.nanos() + LONGEST_DRAIN.toNanos();
        while (slices.undelivered() > 0 && clock.nanos() < patience) {
            glance();
        }
    }

    private boolean enoughUnderWay() {
        double each = Math.max(1, mix.deliveriesEach());
        return slices.undelivered() >= each * Math.max(MOST_UNDELIVERED, UNDELIVERED_SECONDS * plan.rate())
                || recorder.inFlight() >= MOST_UNANSWERED;
    }

    private boolean settle(long start) throws InterruptedException {
        double rate = Math.max(LEAST_PER_SECOND, plan.rate());
        long sliceStart = clock.nanos();
        for (int slice = 0; sliceStart - start < plan.warmUp().most().toNanos(); slice++) {
            slices.beginSlice(sender.next());
            send(rate, SLICE, sliceStart, slice);
            sliceStart += SLICE.toNanos();
            List<WarmUpSlices.Latencies> done = done();
            if (SettlingRule.settled(
                    done.stream().map(WarmUpSlices.Latencies::totals).toList(),
                    done.stream().map(WarmUpSlices.Latencies::rests).toList())) {
                return true;
            }
        }
        return false;
    }

    private void send(double rate, Duration length, long start, int slice) throws InterruptedException {
        FireTimes times = FireTimes.of(plan.arrivals(), rate, length, plan.seed() + 1 + slice);
        sender.run(times, start, mix, slices);
    }

    private List<WarmUpSlices.Latencies> done() {
        return slices.done(clock.nanos(), plan.deadline().toNanos());
    }

    private void glance() throws InterruptedException {
        sleep.accept(GLANCE_NANOS);
        if (Thread.interrupted()) {
            throw new InterruptedException("the warm-up was asked to stop");
        }
    }
}
