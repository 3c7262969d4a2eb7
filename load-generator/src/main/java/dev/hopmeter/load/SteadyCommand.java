package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hopmeter steady}: load for dashboards. */
@Command(
        name = "steady",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Keeps a stack that runs already under load, trial after trial, and serves what happens to Prometheus.",
            "",
            "Two loads at a time: journeys, one trial after the other, and beside them the other workloads in turn, a"
                    + " trial of each. Ctrl-C ends it."
        })
final class SteadyCommand implements Callable<Integer> {

    private static final int MOST_ROUNDS = 1_000_000;

    private final EpochClock clock;
    private final PrintWriter out;
    private final PrintWriter err;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--at",
            required = true,
            paramLabel = "FILE",
            description = "the addresses of the stack, as 'hopmeter up' writes them")
    private Path at = Path.of("");

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "50",
            description = "orders a second. Default: ${DEFAULT-VALUE}")
    private double rate;

    @Option(
            names = "--others",
            paramLabel = "WORDS",
            split = ",",
            defaultValue = "write-notify,fan-out,freshness,point-query,ingest",
            description = "the workloads that take turns, or none. Default: ${DEFAULT-VALUE}")
    private List<String> others = List.of();

    @Option(
            names = "--others-rate",
            paramLabel = "N",
            defaultValue = "40",
            description = "their events, messages or queries a second. Default: ${DEFAULT-VALUE}")
    private double othersRate;

    @Option(
            names = "--length",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "how long each trial measures. Default: ${DEFAULT-VALUE}")
    private String length = "";

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "of the first trial of each workload; later ones have a second. Default: ${DEFAULT-VALUE}")
    private String warmUp = "";

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "what takes longer is late; waited for at the end of a trial. Default: ${DEFAULT-VALUE}")
    private String deadline = "";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "end after so many turns of each workload. Default: at Ctrl-C")
    private @Nullable Integer rounds;

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9464",
            description = "where /metrics is served; port 0 for any. Default: ${DEFAULT-VALUE}")
    private String metrics = "";

    SteadyCommand(EpochClock clock, PrintWriter out, PrintWriter err) {
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Endpoints endpoints;
        List<TrialPlan> journeys;
        List<TrialPlan> turns;
        InetSocketAddress address;
        try {
            endpoints = Endpoints.readFrom(at);
            journeys = List.of(plan(endpoints.backend(), Workload.JOURNEY, rate));
            turns = turns(endpoints.backend());
            address = address();
            RunCommand.refuseIf(rounds != null && (rounds < 1 || rounds > MOST_ROUNDS), "--rounds", "it is above 0");
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
        Progress progress = new ConsoleProgress(err, false);
        try (GeneratorMetrics served = serve(address);
                StackWatch watch = StackWatch.start(endpoints, progress)) {
            served.watch(watch);
            progress.say("metrics at port " + served.port() + ", /metrics");
            SteadyLoad load = new SteadyLoad(
                    clock,
                    out,
                    SteadyLoad.at(endpoints, clock),
                    plan -> served.of(plan.route(), endpoints.arm()),
                    rounds == null ? Integer.MAX_VALUE : rounds);
            return load.run(journeys, turns) ? Hopmeter.VALID : Hopmeter.NOT_VALID;
        }
    }

    private List<TrialPlan> turns(Backend backend) {
        List<TrialPlan> plans = new ArrayList<>();
        for (String word : others.equals(List.of("none")) ? List.<String>of() : others) {
            Workload workload = Workload.of(word)
                    .filter(each -> each != Workload.JOURNEY)
                    .filter(each -> Route.of(backend, each).isPresent())
                    .orElseThrow(() -> new IllegalArgumentException("--others: there is no workload '" + word
                            + "' beside the journey; there are " + String.join(", ", Workload.words())));
            plans.add(plan(backend, workload, othersRate));
        }
        return plans;
    }

    private TrialPlan plan(Backend backend, Workload workload, double perSecond) {
        return SteadyLoad.plan(
                backend,
                workload,
                perSecond,
                RunCommand.duration("--length", length),
                RunCommand.duration("--warm-up", warmUp),
                RunCommand.duration("--deadline", deadline));
    }

    private InetSocketAddress address() {
        int colon = metrics.lastIndexOf(':');
        try {
            return new InetSocketAddress(
                    metrics.substring(0, Math.max(0, colon)), Integer.parseInt(metrics.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--metrics is HOST:PORT, not '" + metrics + "'", e);
        }
    }

    private GeneratorMetrics serve(InetSocketAddress address) {
        try {
            return GeneratorMetrics.serve(clock, address);
        } catch (IOException e) {
            throw Refusal.of(spec, new IOException("--metrics: " + metrics + " cannot be had; " + e.getMessage(), e));
        }
    }
}
