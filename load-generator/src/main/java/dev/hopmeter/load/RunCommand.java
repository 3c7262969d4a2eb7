package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.Layout;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hopmeter run}: reads and checks the options, before anything is started. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts the stack, warms it up, sends orders, and prints where their time went.",
            "",
            "Orders are sent on a schedule made in advance, whether or not earlier ones were answered, and latency"
                    + " starts at the moment an order was due."
        },
        footer = {
            "",
            "Examples:",
            "  hopmeter run --rate 100 --duration 30s",
            "  hopmeter run --arm shipped --deadline 20s",
            "  hopmeter run --rate 500 --arrivals poisson --seed 7 --out results/poisson",
            "  hopmeter run --at /tmp/stack.json --warm-up 20s        a stack that 'hopmeter up' keeps running",
            "  hopmeter run --workload fan-out --subscribers 1000 --duration 100s",
            "  hopmeter run --workload ingest --arm strong",
            "  hopmeter run --backend unified --workload write-notify",
            "  hopmeter run --backend harper --harper-home ~/harper   a Harper that you have installed",
            "  hopmeter run --arm my.properties                       an arm of your own: a file of properties"
        })
final class RunCommand implements Callable<Integer> {

    private final EpochClock clock;
    private final Stacks stacks;
    private final PrintWriter out;
    private final PrintWriter err;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--workload",
            paramLabel = "WORD",
            defaultValue = "journey",
            description = {
                "journey: an order through the whole pipeline; write-notify: without the router; fan-out: live"
                    + " messages to every subscriber whose filter matches; freshness: events until a watcher of their"
                    + " aggregate is told; point-query: queries for an aggregate while events flow; ingest: events at"
                    + " rising rates. Default: ${DEFAULT-VALUE}"
            })
    private String workload = "";

    @Option(
            names = "--backend",
            paramLabel = "WORD",
            description =
                    "conventional: the separate services; unified: one service on one replicated engine; harper: the"
                            + " study's own, which you install; in-memory:"
                            + " method calls, which measures the ruler itself. Default: conventional, or whose stack is"
                            + " at --at")
    private @Nullable String backend;

    @Option(
            names = "--arm",
            paramLabel = "NAME|FILE",
            description =
                    "configuration of the backend: shipped, strong, strong-flush, strong-exactly-once; of unified:"
                            + " quorum, local; of harper: confirmed, local; or a file of your own. Default: strong,"
                            + " quorum for unified, confirmed for harper")
    private @Nullable String arm;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "orders, messages, events or queries a second, 1 to 100000; the first step of"
                    + " ingest. Default: 100, and 1000 for ingest")
    private @Nullable String rate;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "how long to measure, as in 500ms, 30s or 2m. Default: ${DEFAULT-VALUE}")
    private String duration = "";

    @Option(
            names = "--arrivals",
            paramLabel = "WORD",
            defaultValue = "uniform",
            description = "uniform: the same gap between any two; poisson: independent. Default: ${DEFAULT-VALUE}")
    private String arrivals = "";

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "auto",
            description = "auto: until latency has settled; or exactly so long, unchecked. Default: ${DEFAULT-VALUE}")
    private String warmUp = "";

    @Option(
            names = "--warm-up-at-most",
            paramLabel = "TIME",
            description = "with auto: a trial that has not settled by then has failed. Default: 1m, and 5m with"
                    + " --compilers both")
    private @Nullable String warmUpAtMost;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "what takes longer is late; waited for at the end. Default: ${DEFAULT-VALUE}")
    private String deadline = "";

    @Option(
            names = "--subscribers",
            paramLabel = "N",
            description =
                    "fan-out: how many subscribers, each measured; journey and write-notify: how many with narrower"
                        + " filters besides the one that is measured. Each is checked to get exactly its own. Default:"
                        + " 500 and 8")
    private @Nullable Integer subscribers;

    @Option(
            names = "--match",
            paramLabel = "PERCENT",
            description = "fan-out: the share of the messages that a subscriber gets on average. Default: 2")
    private @Nullable Double match;

    @Option(
            names = "--guests",
            paramLabel = "N",
            description = "fan-out: how many more subscribers come and go all the time. Default: 4")
    private @Nullable Integer guests;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "point-query: events a second that flow while it is queried. Default: 100")
    private @Nullable Double events;

    @Option(
            names = "--highest-rate",
            paramLabel = "N",
            description = "ingest: no rate above it is tried. Default: 100000, or as many a second as make 5000000"
                    + " events in the duration")
    private @Nullable Double highestRate;

    @Option(names = "--no-floor", description = "do not measure the floor: up to half a minute less")
    private boolean noFloor;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "" + TrialPlan.IN_FLIGHT,
            description =
                    "so many events may be without an answer; more fail the trial. For ingest at least those of two"
                            + " seconds. Default: ${DEFAULT-VALUE}")
    private int inFlight;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "of the events and of Poisson arrivals. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Mixin
    private LayoutOptions layout = new LayoutOptions();

    @Option(
            names = "--at",
            paramLabel = "FILE",
            description = "drive the stack that 'hopmeter up' keeps running, whose addresses are in that file")
    private @Nullable Path at;

    @Option(
            names = "--harper-url",
            paramLabel = "URLS",
            split = ",",
            description =
                    "harper: drive the cluster whose nodes have REST and WebSockets there, with the application of"
                            + " harper-backend on each, as in http://127.0.0.1:9926,http://127.0.0.2:9926")
    private @Nullable List<String> harperUrls;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "where the results go. Default: results/<time>-<workload>-<arm>-<seed>")
    private @Nullable Path folder;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            description = "serve what happens right now to Prometheus at http://127.0.0.1:PORT/metrics; 0 for any")
    private @Nullable Integer metricsPort;

    @Mixin
    private PageOptions page = new PageOptions();

    RunCommand(EpochClock clock, Stacks stacks, PrintWriter out, PrintWriter err) {
        this.clock = clock;
        this.stacks = stacks;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws IOException, TrialException, InterruptedException {
        if (metricsPort != null && (metricsPort < 0 || metricsPort > 65_535)) {
            throw Refusal.of(spec, new IllegalArgumentException("--metrics-port is 0 to 65535, not " + metricsPort));
        }
        Optional<Endpoints> running = running();
        TrialPlan plan = plan(running);
        RunRequest request = noFloor ? request(plan, running).withoutFloor() : request(plan, running);
        ResultsFolder results;
        try {
            results = ResultsFolder.create(
                    folder == null
                            ? Path.of(
                                    "results",
                                    ResultsFolder.nameFor(
                                            clock, plan, request.arm().name()))
                            : folder,
                    plan);
        } catch (IOException e) {
            throw Refusal.of(spec, e);
        }
        Progress progress = new ConsoleProgress(err, terminal());
        try (GeneratorMetrics metrics = metricsPort == null ? null : serve(metricsPort);
                LivePage served = page()) {
            Live live = Live.ignored();
            if (metrics != null) {
                progress.say("metrics at http://127.0.0.1:" + metrics.port() + "/metrics");
                live = metrics.of(plan.route(), request.arm().name());
            }
            if (served != null) {
                PageView view = new PageView(
                        clock, served::watched, each -> request.arm().name());
                served.show(view);
                progress.say("watch it at " + served.address());
                progress = view.shown(progress);
                live = Live.both(live, view);
            }
            int status = new Run(clock, stacks, progress, live, request, results, out, Run.launchedNanos()).call();
            if (served != null) {
                served.end("The run has ended; its results are in " + results.path());
            }
            return status;
        } finally {
            results.giveUp();
        }
    }

    /** The stack that is up already, if one is meant. */
    private Optional<Endpoints> running() throws InterruptedException {
        if (harperUrls != null) {
            return Optional.of(harper(harperUrls));
        }
        if (at == null || Backend.IN_MEMORY.word().equals(backend)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Endpoints.readFrom(at));
        } catch (IOException e) {
            throw Refusal.of(spec, e);
        }
    }

    private Endpoints harper(List<String> urls) throws InterruptedException {
        try {
            refuseIf(at != null, "--harper-url", "--at names a stack already");
            String word = Backend.HARPER.word();
            refuseIf(!word.equals(backend), "--harper-url", "it is for --backend " + word);
            return HarperEndpoints.of(urls.stream()
                    .map(url -> AddressBook.web("--harper-url", url))
                    .toList());
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
    }

    private Backend backend(Optional<Endpoints> running) {
        if (backend == null) {
            return running.map(Endpoints::backend).orElse(Backend.CONVENTIONAL);
        }
        Backend chosen = backend(backend);
        refuseIf(
                running.isPresent() && running.get().backend() != chosen,
                "--backend " + backend,
                "the stack at " + at + " is of "
                        + running.map(each -> each.backend().word()).orElse(""));
        return chosen;
    }

    /** @throws IllegalArgumentException if there is none of that word which serves anything; it lists those there are */
    static Backend backend(String word) {
        return Backend.of(word)
                .filter(each -> !Route.workloadsOf(each).isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no backend '" + word + "'; there are " + String.join(", ", served())));
    }

    private TrialPlan plan(Optional<Endpoints> running) {
        try {
            Backend chosen = backend(running);
            Workload known = workload(chosen);
            return new TrialPlan(
                    chosen,
                    known,
                    rate(known),
                    duration("--duration", duration),
                    Arrivals.of(arrivals)
                            .orElseThrow(() -> new IllegalArgumentException("--arrivals is "
                                    + String.join(" or ", Arrivals.words()) + ", not '" + arrivals + "'")),
                    warmUp(),
                    audience(known),
                    events(known),
                    duration("--deadline", deadline),
                    inFlight,
                    seed);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
    }

    private RunRequest request(TrialPlan plan, Optional<Endpoints> running) {
        try {
            double highest = highestRate(plan);
            if (plan.backend() == Backend.IN_MEMORY) {
                refuseIf(arm != null, "--arm", "the in-memory backend has nothing to configure");
                refuseIf(at != null, "--at", "the in-memory backend has no stack");
                refuseIf(highestRate != null, "--highest-rate", "the in-memory backend is tried at one rate");
                refuseLayout("the in-memory backend has no processes");
                return new RunRequest(
                        plan, new Stacks.Configuration(Backend.IN_MEMORY.word()), Layout.USUAL, Optional.empty());
            }
            if (running.isPresent()) {
                String where = at == null ? "--harper-url" : at.toString();
                refuseIf(arm != null, "--arm", "the stack at " + where + " was started with an arm already");
                refuseLayout("the stack at " + where + " runs already");
                return new RunRequest(plan, StartedArm.of(running.get(), plan.workload()), Layout.USUAL, running)
                        .withHighestRate(highest);
            }
            Optional<Workload> known = Optional.of(plan.workload());
            Layout chosen = layout.layout(plan.backend(), known);
            String named = arm == null ? Arm.usual(plan.backend()) : arm;
            return new RunRequest(plan, stacks.arm(plan.backend(), named, known, chosen), chosen, Optional.empty())
                    .withHighestRate(highest);
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
    }

    private void refuseLayout(String reason) {
        layout.given().ifPresent(option -> refuseIf(true, option, reason));
    }

    private Workload workload(Backend chosen) {
        Workload known = Workload.of(workload)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no workload '" + workload + "'; " + chosen.word() + " serves " + served(chosen)));
        if (Route.of(chosen, known).isEmpty()) {
            throw new IllegalArgumentException("the workload " + workload + " is not served by " + chosen.word()
                    + ", which serves " + served(chosen));
        }
        return known;
    }

    private double rate(Workload known) {
        if (rate == null) {
            return known == Workload.INGEST ? 1_000 : 100;
        }
        try {
            return Double.parseDouble(rate);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--rate is a number from 1 to 100000 a second, not '" + rate + "'", e);
        }
    }

    private Audience audience(Workload known) {
        boolean fanOut = known == Workload.FAN_OUT;
        boolean orders = known == Workload.JOURNEY || known == Workload.WRITE_NOTIFY;
        String only = "only fan-out has it";
        refuseIf(match != null && !fanOut, "--match", only);
        refuseIf(guests != null && !fanOut, "--guests", only);
        refuseIf(subscribers != null && !fanOut && !orders, "--subscribers", "nobody subscribes to " + known.word());
        if (match != null && !(match > 0 && match <= 100)) {
            throw new IllegalArgumentException("--match is above 0 and at most 100 (percent), not " + match);
        }
        Audience usual = Audience.usual(known);
        return new Audience(
                subscribers == null ? usual.subscribers() : subscribers,
                match == null ? usual.match() : match / 100,
                guests == null ? usual.guests() : guests);
    }

    private double events(Workload known) {
        refuseIf(events != null && known != Workload.POINT_QUERY, "--events", "only point-query has it");
        return events == null ? 100 : events;
    }

    private double highestRate(TrialPlan plan) {
        refuseIf(
                highestRate != null && plan.workload() != Workload.INGEST,
                "--highest-rate",
                "only the rate of ingest rises");
        if (highestRate != null && !(highestRate >= plan.rate())) {
            throw new IllegalArgumentException("--highest-rate is not below --rate, which is " + plan.rate());
        }
        return highestRate == null ? TrialPlan.MOST_PER_SECOND : highestRate;
    }

    private WarmUpPlan warmUp() {
        boolean auto = warmUp.equals("auto");
        refuseIf(!auto && warmUpAtMost != null, "--warm-up-at-most", "--warm-up says exactly how long");
        return auto
                ? WarmUpPlan.untilSettled(layout.warmUpAtMost(warmUpAtMost, "1m"))
                : WarmUpPlan.lasting(duration("--warm-up", warmUp));
    }

    private @Nullable LivePage page() {
        try {
            return page.serve(clock).orElse(null);
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
    }

    private GeneratorMetrics serve(int port) {
        try {
            return GeneratorMetrics.serve(clock, new InetSocketAddress("127.0.0.1", port));
        } catch (IOException e) {
            throw Refusal.of(
                    spec, new IOException("--metrics-port: port " + port + " is taken; 0 takes any that is free", e));
        }
    }

    static boolean terminal() {
        return System.console() != null && System.console().isTerminal();
    }

    static Duration duration(String option, String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    static void refuseIf(boolean given, String option, String why) {
        if (given) {
            throw new IllegalArgumentException(option + " cannot be used here: " + why);
        }
    }

    private static List<String> served() {
        List<String> words = new ArrayList<>();
        for (Backend each : Backend.values()) {
            if (!Route.workloadsOf(each).isEmpty()) {
                words.add(each.word());
            }
        }
        return words;
    }

    private static String served(Backend chosen) {
        return String.join(
                ", ", Route.workloadsOf(chosen).stream().map(Workload::word).toList());
    }

    /** The port, if one is given. */
    static OptionalInt port(@Nullable Integer port) {
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }
}
