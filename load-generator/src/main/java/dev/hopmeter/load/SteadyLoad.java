package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Trials without end in two lanes at a time, each told as it happens. A trial that breaks is told and counted, and after a
 * pause the next one is tried: what it broke on, a part that is being started again, is what a dashboard is to show.
 */
final class SteadyLoad {

    /** The warm-up of a workload that has had a trial already. */
    private static final Duration WARM = Duration.ofSeconds(1);

    private static final Duration AFTER_A_BREAK = Duration.ofSeconds(2);

    private final EpochClock clock;
    private final PrintWriter out;
    private final Opened opened;
    private final Function<TrialPlan, Live> lives;
    private final int rounds;
    private final AtomicBoolean allValid = new AtomicBoolean(true);
    private final CountDownLatch firstJourney = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> unexpected = new AtomicReference<>();

    /** Opens what a trial needs. */
    @FunctionalInterface
    interface Opened {
        /** As {@link Site#work} does. */
        Work work(TrialPlan plan, String runId) throws IOException, InterruptedException;
    }

    /** What a trial needs on a stack that is up. */
    static Opened at(Endpoints endpoints, EpochClock clock) {
        return (plan, id) -> endpoints
                .site(
                        clock,
                        Progress.silent(),
                        StartedArm.of(endpoints, plan.workload()).settings())
                .work(plan, id);
    }

    /**
     * The plan of one trial of a load.
     *
     * @throws IllegalArgumentException as {@link TrialPlan} has it
     */
    static TrialPlan plan(
            Backend backend, Workload workload, double rate, Duration length, Duration warmUp, Duration deadline) {
        Audience usual = Audience.usual(workload);
        return new TrialPlan(
                backend,
                workload,
                rate,
                length,
                Arrivals.UNIFORM,
                WarmUpPlan.lasting(warmUp),
                // As many deliveries as events, about: many more would be a load of their own.
                workload == Workload.FAN_OUT ? new Audience(50, usual.match(), 1) : usual,
                rate,
                deadline,
                TrialPlan.IN_FLIGHT,
                1);
    }

    /**
     * A load that does not run yet.
     *
     * @param out takes a line for each trial
     * @param lives who is told of the trials of a workload; asked once for each
     * @param rounds how often each workload has its turn
     */
    SteadyLoad(EpochClock clock, PrintWriter out, Opened opened, Function<TrialPlan, Live> lives, int rounds) {
        this.clock = clock;
        this.out = out;
        this.opened = opened;
        this.lives = lives;
        this.rounds = rounds;
    }

    /**
     * Runs both lanes on threads of their own, the second once the first has had a trial: until then the stack is cold.
     *
     * @return whether every trial was valid
     * @throws InterruptedException if the caller's thread is interrupted; both lanes have ended then
     */
    boolean run(List<TrialPlan> journeys, List<TrialPlan> turns) throws InterruptedException {
        Thread caller = Thread.currentThread();
        List<Thread> lanes = List.of(lane(caller, "journeys", () -> rounds(journeys)), lane(caller, "others", () -> {
            firstJourney.await();
            rounds(turns);
        }));
        lanes.forEach(Thread::start);
        try {
            for (Thread lane : lanes) {
                lane.join();
            }
        } catch (InterruptedException e) {
            for (Thread lane : lanes) {
                lane.interrupt();
            }
            for (Thread lane : lanes) {
                lane.join();
            }
            Throwable cause = unexpected.get();
            if (cause != null) {
                throw new IllegalStateException("a lane of the load ended", cause);
            }
            throw e;
        }
        return allValid.get();
    }

    @FunctionalInterface
    private interface Lane {
        void run() throws InterruptedException;
    }

    private Thread lane(Thread caller, String name, Lane lane) {
        return Thread.ofPlatform().name(name).unstarted(() -> {
            try {
                lane.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                unexpected.compareAndSet(null, e);
                caller.interrupt();
            }
        });
    }

    private void rounds(List<TrialPlan> plans) throws InterruptedException {
        Map<Workload, Live> told = new HashMap<>();
        Set<Workload> warm = new HashSet<>();
        for (int round = 0; round < rounds && !plans.isEmpty(); round++) {
            for (TrialPlan plan : plans) {
                boolean measured = trial(
                        warm.contains(plan.workload()) ? plan.at(plan.rate(), WarmUpPlan.lasting(WARM)) : plan,
                        told.computeIfAbsent(plan.workload(), each -> lives.apply(plan)));
                if (measured) {
                    warm.add(plan.workload());
                }
                firstJourney.countDown();
            }
        }
    }

    /** Whether it came to a measurement. */
    private boolean trial(TrialPlan plan, Live live) throws InterruptedException {
        String id = Trial.newRunId(clock) + plan.workload().word().charAt(0);
        live.began(plan);
        try (Work work = opened.work(plan, id)) {
            TrialResult trial = Trial.run(
                    plan, id, work.driver(), clock, Progress.silent(), live, work.replies(), work.surroundings());
            List<String> why = new ArrayList<>(trial.why());
            why.addAll(Finding.against(work.findings(trial)));
            work.beside();
            live.ended(trial, List.copyOf(why));
            say(plan, trial.measured().counts(), why);
            return true;
        } catch (IOException | TrialException e) {
            live.broke(String.valueOf(e.getMessage()));
            allValid.set(false);
            out.println(plan.workload().word() + ": BROKEN, " + e.getMessage());
            Thread.sleep(AFTER_A_BREAK);
            return false;
        }
    }

    private void say(TrialPlan plan, Counts counts, List<String> why) {
        if (!why.isEmpty()) {
            allValid.set(false);
        }
        out.println(plan.workload().word() + ": " + (why.isEmpty() ? "VALID" : "NOT VALID") + ", " + counts.sent()
                + " sent, " + counts.delivered() + " of " + counts.due() + " delivered, " + counts.lost() + " lost, "
                + counts.duplicate() + " duplicate" + (why.isEmpty() ? "" : "; " + String.join("; ", why)));
    }
}
