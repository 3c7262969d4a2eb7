package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Compilers;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.FileFault;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** One run from the start of the stack to the printed table. */
final class Run {

    private static final String BROKER_TIMER = "hopmeter_annotation_seconds";
    private static final String BROKER_LABEL = "annotation=\"broker-acknowledged\"";

    /** Of the machine. The kernel's own work for the stack is nobody's, and stays below it. */
    private static final double MOST_OF_OTHERS = 0.15;

    private static final Duration LEAST_PHASE = Duration.ofSeconds(1);

    private final EpochClock clock;
    private final Stacks stacks;
    private final Progress progress;
    private final Live live;
    private final RunRequest request;
    private final ResultsFolder results;
    private final PrintWriter out;
    private final Optional<Long> launchedNanos;
    private final String runId;
    private final List<StartUpPhase> startUp = new ArrayList<>();
    private final List<String> alsoWhy = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * A run of a stack of its own, or at one that is up.
     *
     * @param launchedNanos when the command was typed; empty where it makes several runs
     */
    Run(
            EpochClock clock,
            Stacks stacks,
            Progress progress,
            Live live,
            RunRequest request,
            ResultsFolder results,
            PrintWriter out,
            Optional<Long> launchedNanos) {
        this.clock = clock;
        this.stacks = stacks;
        this.progress = progress;
        this.live = live;
        this.request = request;
        this.results = results;
        this.out = out;
        this.launchedNanos = launchedNanos;
        this.runId = Trial.newRunId(clock);
        if (request.plan().backend() == Backend.HARPER) {
            notes.add(HarperSite.LICENCE);
        }
        if (!request.arm().notApplied().isEmpty()) {
            notes.add("the stack was started for another workload, or for all, and its arm says otherwise for "
                    + request.plan().workload().word() + ": "
                    + String.join(", ", request.arm().notApplied()));
        }
    }

    /** Prints the table and writes the results; answers the exit status. */
    int call() throws IOException, TrialException, InterruptedException {
        Report report = run();
        out.println("results in " + results.path());
        return report.valid() ? Hopmeter.VALID : Hopmeter.NOT_VALID;
    }

    /** Prints the table and writes the results. */
    Report run() throws IOException, TrialException, InterruptedException {
        Report report = report();
        String table = Table.of(report);
        out.print(table);
        out.flush();
        try {
            results.write(report, table);
            results.writeReports(report, table);
        } catch (IOException e) {
            throw new IOException(
                    "the results could not be written to " + results.path() + ": " + FileFault.text(e), e);
        }
        return report;
    }

    /** Starts what is to be started, measures, and stops it. */
    private Report report() throws IOException, TrialException, InterruptedException {
        launched().ifPresent(startUp::add);
        if (request.plan().backend() == Backend.IN_MEMORY) {
            Path disk = Path.of(System.getProperty("java.io.tmpdir"));
            return drive(new Driven(new InMemorySite(clock), Optional.empty()), disk);
        }
        if (request.at().isPresent()) {
            if (request.plan().workload() == Workload.POINT_QUERY
                    && request.at().get() instanceof ConventionalEndpoints stack
                    && stack.aggregatorServices().size() == 1) {
                notes.add("the stack has one aggregator, so that no answer is forwarded; a run that starts its own has"
                        + " two");
            }
            return drive(new Driven(site(request.at().get()), Optional.empty()), results.path());
        }
        Extent extent = Extent.of(request.plan().workload());
        try (Stacks.Running stack =
                stacks.start(request.arm(), request.layout(), extent, OptionalInt.empty(), progress)) {
            startUp.addAll(stack.startUp());
            Report report = drive(new Driven(site(stack.endpoints()), Optional.of(stack)), stack.folder());
            progress.say("stopping the stack");
            return report;
        }
    }

    private Site site(Endpoints endpoints) {
        return endpoints.site(clock, progress, settings());
    }

    private Report drive(Driven driven, Path disk) throws IOException, TrialException, InterruptedException {
        Optional<Stacks.Running> stack = driven.stack();
        Taken taken;
        long ready = clock.nanos();
        try {
            taken = take(driven, disk);
        } catch (TrialException e) {
            String ended = stack.flatMap(Stacks.Running::failure)
                    .map(failure -> "; " + failure)
                    .orElse("");
            results.writeNothing(e.getMessage() + ended);
            throw new TrialException(e.getMessage() + ended + "; see " + results.path(), e);
        }
        taken.othersShare().ifPresent(this::noteOthers);
        phases(taken, ready);
        stack.flatMap(Stacks.Running::failure).ifPresent(alsoWhy::add);
        alsoWhy.addAll(Finding.against(taken.findings()));
        EffectiveConfiguration effective = configuration(driven);
        Optional<Floor> floor = request.floor() ? Optional.of(floor(driven, disk, effective)) : Optional.empty();
        return tell(taken, floor, driven, effective);
    }

    private Floor floor(Driven driven, Path disk, EffectiveConfiguration effective) throws InterruptedException {
        progress.say("measuring the floor");
        return driven.site().floor(new Floors(clock, disk, runId), request.plan(), effective);
    }

    private Taken take(Driven driven, Path folder) throws IOException, TrialException, InterruptedException {
        TrialPlan plan = request.plan();
        Optional<RisingLoad.Comparison> comparison =
                plan.workload() == Workload.INGEST ? driven.site().comparison(plan, runId, folder) : Optional.empty();
        return comparison.isPresent()
                ? new RisingLoad(
                                progress, (each, id) -> take(driven, each, id), comparison.get(), request.highestRate())
                        .run(plan, runId)
                : take(driven, plan, runId);
    }

    /** What is driven, and its processes. */
    private record Driven(Site site, Optional<Stacks.Running> stack) {

        Map<String, Long> processes() {
            return stack.map(Stacks.Running::processes).orElse(Map.of());
        }
    }

    /** One trial. */
    private Taken take(Driven driven, TrialPlan plan, String id)
            throws IOException, TrialException, InterruptedException {
        Witness witness = new Witness(driven.site().connector(), driven.processes(), plan);
        long begun = clock.nanos();
        live.began(plan);
        try (Work work = driven.site().work(plan, id)) {
            TrialResult trial = Trial.run(
                    plan,
                    id,
                    work.driver(),
                    clock,
                    progress,
                    live,
                    work.replies(),
                    Trial.Surroundings.both(work.surroundings(), witness));
            List<Finding> findings = work.findings(trial);
            live.ended(trial, against(trial, findings));
            return new Taken(
                    trial,
                    begun,
                    witness.costs(trial.measured().counts().sent()),
                    witness.load(),
                    witness.othersShare(),
                    witness.brokerAcknowledged(),
                    findings,
                    work.beside());
        } catch (IOException | TrialException e) {
            live.broke(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private static List<String> against(TrialResult trial, List<Finding> findings) {
        return Stream.concat(trial.why().stream(), Finding.against(findings).stream())
                .toList();
    }

    /** A latency on processors that others use as well is theirs too. */
    private void noteOthers(double share) {
        if (share > MOST_OF_OTHERS) {
            notes.add(String.format(
                    Locale.ROOT,
                    "other processes used %.0f %% of this machine's processors during the measurement: what waited for"
                            + " them is in these figures",
                    100 * share));
        }
    }

    private Map<String, String> settings() {
        return request.arm().settings();
    }

    private Report tell(Taken taken, Optional<Floor> floor, Driven driven, EffectiveConfiguration effective) {
        TrialResult trial = taken.trial();
        List<Annotation> annotations = new ArrayList<>();
        trial.measured().perEvent().ifPresent(each -> {
            annotations.add(Annotation.of("first-recipient", "first recipient of a message", each.first()));
            annotations.add(Annotation.of("median-recipient", "median recipient of a message", each.median()));
            annotations.add(Annotation.of("last-recipient", "last recipient of a message", each.last()));
        });
        if (trial.plan().workload() != Workload.POINT_QUERY && trial.plan().workload() != Workload.INGEST) {
            annotations.add(Annotation.of(
                    "acknowledged",
                    "acknowledged (after its send)",
                    trial.measured().acknowledged()));
        }
        taken.brokerAcknowledged().ifPresent(annotations::add);
        annotations.addAll(taken.beside());
        Workload workload = request.plan().workload();
        Map<String, String> said = driven.site().versions(workload);
        return new Report(
                trial,
                runId,
                request.arm().name(),
                settings(),
                List.copyOf(notes),
                driven.stack().map(started -> request.layout()),
                driven.site().cdc(workload),
                annotations,
                taken.findings(),
                taken.costs(),
                floor,
                driven.site().durability(workload, said, effective),
                List.copyOf(startUp),
                environment(taken, said, effective),
                effective.all(),
                List.copyOf(alsoWhy));
    }

    private EffectiveConfiguration configuration(Driven driven) throws InterruptedException {
        EffectiveConfiguration effective =
                driven.site().configuration(request.plan().workload(), driven.processes());
        effective.unknown().forEach(name -> alsoWhy.add("unknown setting: " + name));
        // Of a stack whose settings nobody claims to know, silence is no contradiction.
        List<String> silence = request.arm().settings().isEmpty() ? notes : alsoWhy;
        effective.silent().forEach(part -> silence.add("settings not told: " + part));
        return effective;
    }

    private Map<String, Object> environment(Taken taken, Map<String, String> said, EffectiveConfiguration effective) {
        Map<String, Object> node = new LinkedHashMap<>(Environment.machine(clock));
        node.put("duringMeasurement", taken.load());
        node.put("processes", taken.costs());
        node.put("arm", request.arm().name());
        node.put("settings", Secrets.masked(request.arm().settings()));
        node.put("notes", List.copyOf(notes));
        root().ifPresent(root -> {
            Environment.commit(root).ifPresent(commit -> node.put("commit", commit));
            Map<String, Object> libraries =
                    Environment.libraries(root, request.plan().backend());
            if (!libraries.isEmpty()) {
                node.put("libraries", libraries);
            }
        });
        node.putAll(said);
        node.put("effective", effective.differing());
        return node;
    }

    /**
     * The last steps before the first measured event, of which the trial knows how long the warm-up took.
     *
     * @param readyNanos when the stack was, in epoch nanoseconds
     */
    private void phases(Taken taken, long readyNanos) {
        TrialResult trial = taken.trial();
        Duration warmUp = trial.warmUp().length();
        Duration attaching =
                Duration.ofNanos(trial.startNanos() - taken.begunNanos()).minus(warmUp);
        Duration others = Duration.ofNanos(taken.begunNanos() - readyNanos);
        if (others.compareTo(LEAST_PHASE) >= 0) {
            startUp.add(new StartUpPhase("trials at other rates", others));
        }
        startUp.add(new StartUpPhase("subscribers and probes", attaching));
        startUp.add(new StartUpPhase("warm-up", warmUp));
        launchedNanos.ifPresent(launched -> startUp.add(new StartUpPhase(
                "in all, from the command to the first measured event",
                Duration.ofNanos(trial.startNanos() - launched))));
    }

    private Optional<StartUpPhase> launched() {
        return launchedNanos.map(launched -> new StartUpPhase("launcher", Duration.ofNanos(clock.nanos() - launched)));
    }

    /** When the launcher was started, if it says so: in seconds, milliseconds or nanoseconds since the epoch. */
    static Optional<Long> launchedNanos() {
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

        private final Optional<URI> connector;
        private final Map<String, Long> processes;
        private Optional<ProcessCosts> costsBefore = Optional.empty();
        private List<ProcessCosts.Cost> costs = List.of();
        private Optional<Environment.CpuTime> cpuBefore = Optional.empty();
        private Optional<TimerScrape> brokerBefore = Optional.empty();
        private Optional<TimerScrape> broker = Optional.empty();
        private Map<String, Object> load = Map.of();
        private final TrialPlan plan;
        private final Optional<CompilerTime> compilers;
        private long beginNanos;
        private double seconds;

        Witness(Optional<URI> connector, Map<String, Long> processes, TrialPlan plan) {
            this.connector = connector;
            this.processes = processes;
            this.plan = plan;
            this.compilers = request.layout().compilers() == Compilers.BOTH && !processes.isEmpty()
                    ? Optional.of(new CompilerTime(processes.values()))
                    : Optional.empty();
        }

        @Override
        public boolean compiling(long nowNanos) {
            return compilers.map(each -> each.isBusy(nowNanos)).orElse(false);
        }

        @Override
        public void measurementBegins(int first) {
            brokerBefore = scrape();
            costsBefore = Optional.of(ProcessCosts.now(processes));
            beginNanos = clock.nanos();
            cpuBefore = Environment.cpuTime();
        }

        /** Not later: waiting for what is lost costs next to nothing, and would be divided among the events. */
        @Override
        public void loadEnds() {
            load = cpuBefore
                    .flatMap(before -> Environment.cpuTime().map(after -> after.since(before)))
                    .orElse(Map.of());
            seconds = (clock.nanos() - beginNanos) / 1e9;
            long events = FireTimes.count(plan.rate(), plan.duration());
            costs = costsBefore
                    .map(before -> ProcessCosts.now(processes).since(before, events))
                    .orElse(List.of());
        }

        @Override
        public void measurementEnds() {
            broker = scrape().flatMap(after -> brokerBefore.map(after::since));
        }

        /** For so many events that were sent: where few of the planned ones were, each cost the more. */
        List<ProcessCosts.Cost> costs(long sent) {
            return costs.stream().map(cost -> cost.of(sent)).toList();
        }

        /** The share of the machine that neither the load generator nor the stack used; empty where not both are known. */
        OptionalDouble othersShare() {
            Object busy = load.get("busyPercent");
            if (processes.isEmpty() || seconds <= 0 || !(busy instanceof Number percent)) {
                return OptionalDouble.empty();
            }
            double ours = costs.stream()
                    .mapToDouble(ProcessCosts.Cost::processorSeconds)
                    .sum();
            return OptionalDouble.of(percent.doubleValue() / 100
                    - ours / (seconds * Runtime.getRuntime().availableProcessors()));
        }

        Map<String, Object> load() {
            return load;
        }

        Optional<Annotation> brokerAcknowledged() {
            return broker.filter(scrape -> scrape.count() > 0)
                    .map(scrape -> scrape.annotation("broker-acknowledged", "broker acknowledged (after its send)"));
        }

        private Optional<TimerScrape> scrape() {
            if (connector.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(TimerScrape.of(connector.get(), BROKER_TIMER, BROKER_LABEL));
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
