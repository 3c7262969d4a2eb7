package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.HarperHome;
import dev.hopmeter.stack.HarperPlan;
import dev.hopmeter.stack.HarperStack;
import dev.hopmeter.stack.Layout;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.StackException;
import dev.hopmeter.stack.StackPlan;
import dev.hopmeter.stack.StartListener;
import dev.hopmeter.stack.StartedStack;
import dev.hopmeter.stack.UnifiedPlan;
import dev.hopmeter.stack.UnifiedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Stacks on this machine, without Docker. */
final class LocalStacks implements Stacks {

    private static final String STACK = "stack";

    private final EpochClock clock;
    private final Path root;

    /**
     * Stacks of the jars of a project.
     *
     * @param root its folder
     */
    LocalStacks(EpochClock clock, Path root) {
        this.clock = clock;
        this.root = root;
    }

    @Override
    public Configuration arm(Backend backend, String nameOrFile, Optional<Workload> workload, Layout layout)
            throws IOException {
        try {
            Arm whole = arm(backend, nameOrFile);
            whole.check(layout);
            Arm arm = workload.map(whole::in).orElse(whole);
            return new Configuration(arm.name(), arm.settings(), Optional.of(arm));
        } catch (StackException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Arm arm(Backend backend, String nameOrFile) throws IOException {
        List<String> names = Arm.names(backend);
        if (names.contains(nameOrFile)) {
            return Arm.of(backend, nameOrFile);
        }
        Path file = Path.of(nameOrFile);
        if (!Files.exists(file)) {
            throw new IOException("there is no arm and no file '" + nameOrFile + "'; the arms of " + backend.word()
                    + " are " + String.join(", ", names));
        }
        Arm own = Arm.read(backend, file);
        if (names.contains(own.name())) {
            throw new IOException(
                    "an arm of your own cannot be called '" + own.name() + "', as one of ours is; rename " + file);
        }
        if (backend == Backend.CONVENTIONAL) {
            try {
                KafkaPublisher.check(Publisher.settings(own.inEvery().settings()));
                for (Workload each : Workload.values()) {
                    KafkaPublisher.check(Publisher.settings(own.in(each).settings()));
                }
            } catch (IllegalArgumentException e) {
                throw new IOException("the arm " + own.name() + ", publisher: " + e.getMessage(), e);
            }
        }
        return own;
    }

    @Override
    public Running start(Configuration arm, Layout layout, Extent extent, OptionalInt orderPort, Progress progress)
            throws IOException, InterruptedException {
        Arm source = arm.source().orElseThrow(() -> new IOException("the arm " + arm.name() + " starts no stack"));
        List<StartUpPhase> phases = Collections.synchronizedList(new ArrayList<>());
        progress.say("starting the stack, arm " + arm.name());
        StartListener listener = (part, sinceStart, own) -> {
            phases.add(new StartUpPhase(part, Optional.of(STACK), own));
            progress.say(String.format(
                    Locale.ROOT,
                    "%6.1f s  %s ready",
                    sinceStart.toMillis() / 1e3,
                    part.equals("brokers") ? part + " are" : part + " is"));
        };
        long begin = clock.nanos();
        try {
            Function<List<StartUpPhase>, Running> started = switch (source.backend()) {
                case CONVENTIONAL -> {
                    StackPlan plan =
                            StackPlan.of(root, source).with(layout).with(extent).withOrderPort(orderPort);
                    LocalStack stack = LocalStack.start(plan, listener);
                    yield startUp -> new Started(stack, Endpoints.of(stack), startUp);
                }
                case UNIFIED -> {
                    UnifiedPlan plan = UnifiedPlan.of(root, source)
                            .with(layout.compilers())
                            .withInstances(layout.instances())
                            .withPort(orderPort);
                    UnifiedStack stack = UnifiedStack.start(plan, listener);
                    yield startUp -> new Started(stack, Endpoints.of(stack), startUp);
                }
                case HARPER -> {
                    HarperPlan plan = HarperPlan.of(
                                    root,
                                    layout.harperHome().orElseThrow(() -> new IOException(HarperHome.HOW)),
                                    source)
                            .withPort(orderPort);
                    HarperStack stack = HarperStack.start(plan, listener);
                    yield startUp -> new Started(stack, Endpoints.of(stack), startUp);
                }
                case IN_MEMORY ->
                    throw new IOException(
                            "there are no stacks of " + source.backend().word());
            };
            List<StartUpPhase> all = new ArrayList<>(
                    List.of(new StartUpPhase(STACK, Optional.empty(), Duration.ofNanos(clock.nanos() - begin))));
            all.addAll(phases);
            return started.apply(List.copyOf(all));
        } catch (StackException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException)
                        new InterruptedException("interrupted while the stack started").initCause(e);
            }
            throw new IOException(e.getMessage(), e);
        }
    }

    private record Started(StartedStack stack, Endpoints endpoints, List<StartUpPhase> startUp) implements Running {

        @Override
        public Path folder() {
            return stack.folder();
        }

        @Override
        public Map<String, Long> processes() {
            return stack.pids();
        }

        @Override
        public Optional<String> failure() {
            return stack.failure();
        }

        @Override
        public void close() {
            stack.close();
        }
    }
}
