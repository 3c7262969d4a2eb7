package dev.hopmeter.stack;

import dev.hopmeter.contract.EpochClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The unified backend on this machine: a Postgres primary with two standbys and the service's jar, in one instance or more, on
 * loopback and on free ports, in one {@link StackFolder}. Thread-safe, but for what is done to its Postgres.
 */
public final class UnifiedStack implements StartedStack {

    /** The name of the service's module, its jar and its part of an arm. */
    public static final String SERVICE = "unified-backend";

    private final StackFolder folder;
    private final UnifiedPlan plan;
    private final ReplicatedPostgresPart postgres;
    private final List<ServicePart> instances;

    private UnifiedStack(
            StackFolder folder, UnifiedPlan plan, ReplicatedPostgresPart postgres, List<ServicePart> instances) {
        this.folder = folder;
        this.plan = plan;
        this.postgres = postgres;
        this.instances = List.copyOf(instances);
    }

    /**
     * Starts everything; blocks until each instance is ready.
     *
     * @throws StackException if a part does not start; everything else is stopped by then, and nothing left behind
     * @throws InterruptedException likewise, if the calling thread is interrupted meanwhile
     */
    public static UnifiedStack start(UnifiedPlan plan, StartListener listener) throws InterruptedException {
        if (!Files.isRegularFile(plan.jar())) {
            throw new StackException(SERVICE + " is not built: there is no " + plan.jar());
        }
        plan.port().ifPresent(port -> {
            if (!Ports.isFree(port)) {
                throw new StackException("port " + port + " for " + SERVICE + " is taken");
            }
        });
        StackFolder folder = plan.parent().map(StackFolder::create).orElseGet(StackFolder::create);
        try {
            return started(folder, plan, listener);
        } catch (RuntimeException | InterruptedException e) {
            try {
                folder.close();
            } catch (StackException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private static UnifiedStack started(StackFolder folder, UnifiedPlan plan, StartListener listener)
            throws InterruptedException {
        EpochClock clock = EpochClock.system();
        long beginning = clock.nanos();
        ReplicatedPostgresPart postgres =
                ReplicatedPostgresPart.start(folder, plan.arm().postgres());
        Duration length = Duration.ofNanos(clock.nanos() - beginning);
        listener.ready("postgres", length, length);
        List<ServicePart> instances = new ArrayList<>();
        for (int number = 1; number <= plan.instances(); number++) {
            instances.add(prepare(folder, plan, postgres, number));
        }
        // At once, which is before what they use is stopped.
        folder.stopsWith(() -> together(instances, ServicePart::stop));
        together(instances, part -> {
            long from = clock.nanos();
            part.boot();
            long now = clock.nanos();
            listener.ready(part.name(), Duration.ofNanos(now - beginning), Duration.ofNanos(now - from));
        });
        return new UnifiedStack(folder, plan, postgres, instances);
    }

    private static ServicePart prepare(
            StackFolder folder, UnifiedPlan plan, ReplicatedPostgresPart postgres, int number) {
        Map<String, String> properties = new LinkedHashMap<>(plan.arm().unifiedBackend());
        properties.put("hopmeter.unified.instance", "u-" + number);
        properties.put("spring.datasource.url", postgres.jdbcUrlOfAny());
        properties.put("spring.datasource.username", postgres.username());
        properties.put("spring.datasource.password", postgres.password());
        return ServicePart.prepare(
                folder,
                number == 1 ? SERVICE : SERVICE + "-" + number,
                plan.jar(),
                properties,
                plan.compilers().with(plan.arm().unifiedBackendFlags()),
                number == 1 ? plan.port() : OptionalInt.empty());
    }

    /** What can be done to an instance. */
    @FunctionalInterface
    private interface Step {
        void take(ServicePart part);
    }

    /** Takes the step with all of them side by side, and waits until it is taken with each. */
    private static void together(List<ServicePart> parts, Step step) {
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("unified-stack-", 0).factory())) {
            List<Future<?>> steps = new ArrayList<>();
            for (ServicePart part : parts) {
                steps.add(threads.submit(() -> step.take(part)));
            }
            for (Future<?> taken : steps) {
                await(taken, threads);
            }
        }
    }

    private static void await(Future<?> taken, ExecutorService threads) {
        try {
            taken.get();
        } catch (ExecutionException e) {
            threads.shutdownNow();
            if (e.getCause() instanceof StackException failure) {
                throw failure;
            }
            throw new StackException("the stack does not start: " + e.getCause(), e);
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while " + SERVICE + " was started or stopped", e);
        }
    }

    /** The three servers. */
    public ReplicatedPostgresPart postgres() {
        return postgres;
    }

    /** The first instance. */
    public ServicePart service() {
        return instances.getFirst();
    }

    /** Every instance of the service. */
    public List<ServicePart> instances() {
        return instances;
    }

    public Arm arm() {
        return plan.arm();
    }

    /** The folder that everything writes to. */
    @Override
    public Path folder() {
        return folder.path();
    }

    /** The process id of each part that was started, a Postgres's by its first process. */
    @Override
    public Map<String, Long> pids() {
        Map<String, Long> pids = new LinkedHashMap<>();
        children().forEach(child -> pids.put(child.name(), child.pid()));
        return pids;
    }

    /** What of it has ended though nobody asked for that, with its last five log lines. */
    @Override
    public Optional<String> failure() {
        return folder.lost(children());
    }

    private List<Child> children() {
        List<Child> children = new ArrayList<>();
        postgres.servers().forEach(server -> server.child().ifPresent(children::add));
        instances.forEach(part -> part.child().ifPresent(children::add));
        return children;
    }

    /** Stops the instances together, then the servers, and removes the folder; see {@link StackFolder#close()}. */
    @Override
    public void close() {
        folder.close();
    }
}
