package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one load at a time on one of the stacks that are up, trial after trial, until another is chosen. Safe for use by many
 * threads.
 */
final class LoadSwitch implements AutoCloseable {

    /** How long each trial measures: what is lost is known at its end. */
    private static final Duration LENGTH = Duration.ofSeconds(30);

    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final EpochClock clock;
    private final PrintWriter out;
    private final Map<Backend, SteadyLoad.Opened> stacks;
    private final List<Offer> offers = new ArrayList<>();
    private final PageView view;
    private @Nullable Thread load;
    private volatile Optional<Choice> chosen = Optional.empty();

    /** What can be chosen on one stack. */
    record Offer(String backend, String arm, List<String> workloads) {}

    /** A load, by the words of its backend and workload. */
    record Choice(String backend, String workload, double rate) {}

    /**
     * No load yet.
     *
     * @param out takes a line for each trial
     * @param stacks that are up
     * @param view is told of the trials
     */
    LoadSwitch(
            EpochClock clock,
            PrintWriter out,
            Map<Backend, SteadyLoad.Opened> stacks,
            List<Offer> offers,
            PageView view) {
        this.clock = clock;
        this.out = out;
        this.stacks = Map.copyOf(stacks);
        this.offers.addAll(offers);
        this.view = view;
    }

    List<Offer> offers() {
        return List.copyOf(offers);
    }

    /** What runs, if anything does. */
    Optional<Choice> chosen() {
        return chosen;
    }

    /**
     * That load in place of any other. Returns once the one before has ended.
     *
     * @throws IllegalArgumentException if there is no such load; the message says why, and the one before goes on
     */
    synchronized void choose(Choice choice) {
        Offer offer = offers.stream()
                .filter(each -> each.backend().equals(choice.backend()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no stack of '" + choice.backend()
                        + "'; there is "
                        + String.join(
                                " and ", offers.stream().map(Offer::backend).toList())));
        if (!offer.workloads().contains(choice.workload())) {
            throw new IllegalArgumentException("the workload '" + choice.workload() + "' cannot run here; there are "
                    + String.join(", ", offer.workloads()));
        }
        Backend backend = Backend.of(choice.backend()).orElseThrow();
        TrialPlan plan = SteadyLoad.plan(
                backend, Workload.of(choice.workload()).orElseThrow(), choice.rate(), LENGTH, WARM_UP, DEADLINE);
        SteadyLoad.Opened opened = stacks.get(backend);
        if (opened == null) {
            throw new IllegalArgumentException("there is no stack of '" + choice.backend() + "'");
        }
        none();
        chosen = Optional.of(choice);
        load = Thread.ofPlatform().name("load").start(() -> {
            try {
                new SteadyLoad(clock, out, opened, each -> view, Integer.MAX_VALUE).run(List.of(plan), List.of());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** No load. Returns once it has ended. */
    synchronized void none() {
        Thread running = load;
        if (running != null) {
            running.interrupt();
            boolean interrupted = false;
            while (running.isAlive()) {
                try {
                    running.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        load = null;
        chosen = Optional.empty();
        view.idle();
    }

    @Override
    public void close() {
        none();
    }

    /** The workloads that a backend serves, of which only one if its stack was started for that one alone. */
    static List<String> workloads(Backend backend, Optional<Workload> only) {
        return Route.workloadsOf(backend).stream()
                .filter(each -> only.map(each::equals).orElse(true))
                .map(Workload::word)
                .toList();
    }
}
