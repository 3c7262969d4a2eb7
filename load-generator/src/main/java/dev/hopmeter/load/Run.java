package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** One run from the start of the stack to the printed table. */
final class Run {

    private static final String BROKER_TIMER = "hopmeter_annotation_seconds";
    private static final String BROKER_LABEL = "annotation=\"broker-acknowledged\"";

    private final EpochClock clock;
    private final Stacks stacks;
    private final Progress progress;
    private final Consumer<Trail> live;
    private final RunRequest request;
    private final ResultsFolder results;
    private final PrintWriter out;
    private final String runId;
    private final List<StartUpPhase> startUp = new ArrayList<>();
    private final List<String> alsoWhy = new ArrayList<>();

    Run(
            EpochClock clock,
            Stacks stacks,
            Progress progress,
            Consumer<Trail> live,
            RunRequest request,
            ResultsFolder results,
            PrintWriter out) {
        this.clock = clock;
        this.stacks = stacks;
        this.progress = progress;
        this.live = live;
        this.request = request;
        this.results = results;
        this.out = out;
        this.runId = Trial.newRunId(clock);
    }

    /** Answers the exit status. */
    int call() throws IOException, TrialException, InterruptedException {
        launched().ifPresent(startUp::add);
        if (request.plan().backend() == Backend.IN_MEMORY) {
            try (InMemoryDriver driver = new InMemoryDriver(clock)) {
                return measure(
                        driver, Optional.empty(), Optional.empty(), Path.of(System.getProperty("java.io.tmpdir")));
            }
        }
        if (request.at().isPresent()) {
            return drive(request.at().get(), Optional.empty(), results.path());
        }
        try (Stacks.Running stack = stacks.start(request.arm(), request.layout(), OptionalInt.empty(), progress)) {
            startUp.addAll(stack.startUp());
            int status = drive(stack.endpoints(), Optional.of(stack), stack.folder());
            progress.say("stopping the stack");
            return status;
        }
    }

    private int drive(Endpoints endpoints, Optional<Stacks.Running> stack, Path disk)
            throws IOException, TrialException, InterruptedException {
        try (ConventionalDriver driver = new ConventionalDriver(
                endpoints.orderService(),
                endpoints.notifierService(),
                request.plan().workload() == Workload.JOURNEY ? "/notifications" : "/orders",
                runId + "-s",
                request.plan().deadline())) {
            return measure(driver, Optional.of(endpoints), stack, disk);
        }
    }

    private int measure(Driver driver, Optional<Endpoints> endpoints, Optional<Stacks.Running> stack, Path disk)
            throws IOException, TrialException, InterruptedException {
        Witness witness =
                new Witness(endpoints, stack.map(Stacks.Running::processes).orElse(Map.of()));
        long begin = clock.nanos();
        TrialResult trial;
        try {
            trial = Trial.run(request.plan(), runId, driver, clock, progress, live, witness);
        } catch (TrialException e) {
            String ended = stack.flatMap(Stacks.Running::failure)
                    .map(failure -> "; " + failure)
                    .orElse("");
            results.writeNothing(e.getMessage() + ended);
            throw new TrialException(e.getMessage() + ended + "; see " + results.path(), e);
        }
        phases(trial, begin);
        stack.flatMap(Stacks.Running::failure).ifPresent(alsoWhy::add);
        EffectiveConfiguration effective = configuration(endpoints, stack);
        progress.say("measuring the floor");
        Floors floors = new Floors(clock, disk, runId);
        Floor floor = endpoints.isPresent() ? floors.of(request.plan(), endpoints.get()) : floors.alone(request.plan());
        return tell(trial, floor, witness, effective);
    }

    private int tell(TrialResult trial, Floor floor, Witness witness, EffectiveConfiguration effective)
            throws IOException {
        List<Annotation> annotations = new ArrayList<>();
        annotations.add(Annotation.of(
                "order-acknowledged",
                "order acknowledged (after its send)",
                trial.measured().acknowledged()));
        witness.brokerAcknowledged().ifPresent(annotations::add);
        Map<String, String> said = witness.said();
        Report report = new Report(
                trial,
                runId,
                request.arm().name(),
                request.arm().settings(),
                request.plan().backend() == Backend.CONVENTIONAL && request.at().isEmpty()
                        ? Optional.of(request.layout())
                        : Optional.empty(),
                annotations,
                Optional.of(floor),
                Durability.of(request.plan().backend(), said),
                List.copyOf(startUp),
                environment(witness, said, effective),
                effective.all(),
                List.copyOf(alsoWhy));
        String table = Table.of(report);
        out.print(table);
        out.flush();
        try {
            results.write(report, table);
        } catch (IOException e) {
            throw new IOException("the results could not be written to " + results.path() + ": " + e, e);
        }
        out.println("results in " + results.path());
        return report.valid() ? Hopmeter.VALID : Hopmeter.NOT_VALID;
    }

    /** Asked after the measurement, so that it costs none of it. */
    private EffectiveConfiguration configuration(Optional<Endpoints> endpoints, Optional<Stacks.Running> stack)
            throws InterruptedException {
        if (endpoints.isEmpty()) {
            return EffectiveConfiguration.ofNothing();
        }
        progress.say("asking the parts for their settings");
        EffectiveConfiguration effective = EffectiveConfiguration.of(
                endpoints.get(), stack.map(Stacks.Running::processes).orElse(Map.of()));
        effective.unknown().forEach(name -> alsoWhy.add("unknown setting: " + name));
        return effective;
    }

    private Map<String, Object> environment(
            Witness witness, Map<String, String> said, EffectiveConfiguration effective) {
        Map<String, Object> node = new LinkedHashMap<>(Environment.machine(clock));
        node.put("duringMeasurement", witness.load());
        node.put("processes", witness.costs());
        node.put("arm", request.arm().name());
        node.put("settings", request.arm().settings());
        root().ifPresent(root -> {
            Environment.commit(root).ifPresent(commit -> node.put("commit", commit));
            if (request.plan().backend() == Backend.CONVENTIONAL) {
                node.put("libraries", Environment.libraries(root));
            }
        });
        node.putAll(said);
        node.put("effective", effective.differing());
        return node;
    }

    /** The last steps before the first measured event, of which the trial knows how long the warm-up took. */
    private void phases(TrialResult trial, long begin) {
        Duration warmUp = trial.warmUp().length();
        Duration attaching = Duration.ofNanos(trial.startNanos() - begin).minus(warmUp);
        startUp.add(new StartUpPhase("subscribers and probes", attaching));
        startUp.add(new StartUpPhase("warm-up", warmUp));
        launchedNanos()
                .ifPresent(launched -> startUp.add(new StartUpPhase(
                        "in all, from the command to the first measured order",
                        Duration.ofNanos(trial.startNanos() - launched))));
    }

    private Optional<StartUpPhase> launched() {
        return launchedNanos()
                .map(launched -> new StartUpPhase("launcher", Duration.ofNanos(clock.nanos() - launched)));
    }

    /** When the launcher was started, if it says so: in seconds, milliseconds or nanoseconds since the epoch. */
    private static Optional<Long> launchedNanos() {
        Long given = Long.getLong("hopmeter.launched");
        if (given == null || given <= 0) {
            return Optional.empty();
        }
        long nanos = given;
        while (nanos < 1_000_000_000_000_000_000L) {
            nanos *= 1_000;
        }
        return Optional.of(nanos);
    }

    private static Optional<Path> root() {
        return Optional.ofNullable(System.getProperty("hopmeter.root")).map(Path::of);
    }

    /** Looks at the machine and at the connector's own timer before and after the measurement. */
    private final class Witness implements Trial.Surroundings {

        private final Optional<Endpoints> endpoints;
        private final Map<String, Long> processes;
        private Optional<ProcessCosts> costsBefore = Optional.empty();
        private List<Map<String, Object>> costs = List.of();
        private Optional<Environment.CpuTime> cpuBefore = Optional.empty();
        private Optional<TimerScrape> brokerBefore = Optional.empty();
        private Optional<TimerScrape> broker = Optional.empty();
        private Map<String, Object> load = Map.of();

        Witness(Optional<Endpoints> endpoints, Map<String, Long> processes) {
            this.endpoints = endpoints;
            this.processes = processes;
        }

        @Override
        public void measurementBegins() {
            brokerBefore = scrape();
            costsBefore = Optional.of(ProcessCosts.now(processes));
            cpuBefore = Environment.cpuTime();
        }

        @Override
        public void measurementEnds() {
            load = cpuBefore
                    .flatMap(before -> Environment.cpuTime().map(after -> after.since(before)))
                    .orElse(Map.of());
            long events = FireTimes.count(request.plan().rate(), request.plan().duration());
            costs = costsBefore
                    .map(before -> ProcessCosts.now(processes).since(before, events))
                    .orElse(List.of());
            broker = scrape().flatMap(after -> brokerBefore.map(after::since));
        }

        List<Map<String, Object>> costs() {
            return costs;
        }

        Map<String, Object> load() {
            return load;
        }

        Optional<Annotation> brokerAcknowledged() {
            return broker.filter(scrape -> scrape.count() > 0)
                    .map(scrape -> scrape.annotation("broker-acknowledged", "broker acknowledged (after its send)"));
        }

        /** What the parts say of themselves. */
        Map<String, String> said() {
            return endpoints.map(Versions::of).orElse(Map.of());
        }

        private Optional<TimerScrape> scrape() {
            if (endpoints.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(TimerScrape.of(endpoints.get().cdcConnector(), BROKER_TIMER, BROKER_LABEL));
            } catch (IOException e) {
                progress.say("the connector's timers could not be read: " + e.getMessage());
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }
}
