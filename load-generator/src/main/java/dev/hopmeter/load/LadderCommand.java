package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.Layout;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hopmeter ladder}: which knob buys what, between two arms. */
@Command(
        name = "ladder",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Climbs from one arm of the conventional backend to another, one knob at a time, and shows what each buys.",
            "",
            "Each rung is tried several times, each time on a stack that was started anew, all of them in one random"
                    + " order. Intervals are by the bootstrap over trials. Failed trials are kept and counted.",
            "",
            Hopmeter.STATUS_OF_MANY
        },
        footer = {
            "",
            "Examples:",
            "  hopmeter ladder --workload write-notify",
            "  hopmeter ladder --workload freshness --trials 3 --duration 60s",
            "  hopmeter ladder --from strong --to strong-flush --workload write-notify"
        })
final class LadderCommand implements Callable<Integer> {

    /** In its results, all that it found. */
    static final String FILE = "ladder.json";

    private static final int MOST_TRIALS = 100;

    private final EpochClock clock;
    private final Stacks stacks;
    private final FreshStarts.Trials runner;
    private final PrintWriter out;
    private final PrintWriter err;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--workload",
            paramLabel = "WORD",
            defaultValue = "write-notify",
            description = "any but ingest. Default: ${DEFAULT-VALUE}")
    private String workload = "";

    @Option(
            names = "--from",
            paramLabel = "NAME|FILE",
            defaultValue = "shipped",
            description = "the arm of the lowest rung. Default: ${DEFAULT-VALUE}")
    private String from = "";

    @Option(
            names = "--to",
            paramLabel = "NAME|FILE",
            defaultValue = "strong",
            description = "the arm of the highest rung. Default: ${DEFAULT-VALUE}")
    private String to = "";

    @Option(
            names = "--trials",
            paramLabel = "N",
            defaultValue = "5",
            description = "of each rung, 1 to 100. Default: ${DEFAULT-VALUE}")
    private int trials;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "as of run. Default: ${DEFAULT-VALUE}")
    private double rate;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "of each trial's measurement. Default: ${DEFAULT-VALUE}")
    private String duration = "";

    @Option(
            names = "--warm-up-at-most",
            paramLabel = "TIME",
            description = "as of run. Default: 2m, and 5m with --compilers both")
    private @Nullable String warmUpAtMost;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "of the events, the order of the trials and the bootstrap. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Mixin
    private LayoutOptions layout = new LayoutOptions();

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "where the results go. Default: results/<time>-ladder-<workload>")
    private @Nullable Path folder;

    LadderCommand(EpochClock clock, Stacks stacks, PrintWriter out, PrintWriter err) {
        this(clock, stacks, FreshStarts.Trials.on(clock, stacks), out, err);
    }

    LadderCommand(EpochClock clock, Stacks stacks, FreshStarts.Trials runner, PrintWriter out, PrintWriter err) {
        this.clock = clock;
        this.stacks = stacks;
        this.runner = runner;
        this.out = out;
        this.err = err;
    }

    /** One trial of one rung. */
    private record Planned(int rung, int trial) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        TrialPlan plan;
        Ladder ladder;
        Layout chosen;
        ResultsFolder results;
        try {
            plan = plan();
            chosen = layout.layout(Backend.CONVENTIONAL, Optional.of(plan.workload()));
            ladder = Ladder.between(arm(from, chosen), arm(to, chosen), plan.workload(), chosen.cdc());
            if (ladder.rungs().size() < 2) {
                throw new IllegalArgumentException(
                        "--from and --to are the same for " + workload + " in all that has a part in its latency");
            }
            results = ResultsFolder.create(place(plan), plan);
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
        Tries tries = new Tries(ladder.rungs().size());
        try {
            climb(plan, ladder.rungs(), chosen, results.path(), tries);
        } catch (InterruptedException e) {
            if (tries.count() == 0) {
                throw e;
            }
            err.println("hopmeter: interrupted; the table is of the trials until then");
            return Hopmeter.INTERRUPTED;
        } finally {
            if (tries.count() == 0) {
                results.giveUp();
            } else {
                tell(plan, ladder, tries, results.path());
            }
        }
        return tries.allAreValid() ? Hopmeter.VALID : Hopmeter.NOT_VALID;
    }

    /** What came of each trial that was tried, by rung. */
    private static final class Tries {

        private final List<List<Optional<Report>>> byRung = new ArrayList<>();

        Tries(int rungs) {
            for (int rung = 0; rung < rungs; rung++) {
                byRung.add(new ArrayList<>());
            }
        }

        /** Of that rung; empty for a trial that came to nothing. */
        void add(int rung, Optional<Report> came) {
            byRung.get(rung).add(came);
        }

        int count() {
            return byRung.stream().mapToInt(List::size).sum();
        }

        List<Report> valid(int rung) {
            return byRung.get(rung).stream()
                    .flatMap(Optional::stream)
                    .filter(Report::valid)
                    .toList();
        }

        int failed(int rung) {
            return byRung.get(rung).size() - valid(rung).size();
        }

        boolean allAreValid() {
            return IntStream.range(0, byRung.size()).allMatch(rung -> failed(rung) == 0);
        }
    }

    private void climb(TrialPlan plan, List<Ladder.Rung> rungs, Layout chosen, Path results, Tries tries)
            throws InterruptedException {
        List<Planned> planned = new ArrayList<>();
        for (int rung = 0; rung < rungs.size(); rung++) {
            for (int trial = 1; trial <= trials; trial++) {
                planned.add(new Planned(rung, trial));
            }
        }
        FreshStarts starts = new FreshStarts(clock, runner, planned.size(), err);
        for (Planned next : FreshStarts.inRandomOrder(planned, seed)) {
            Arm arm = rungs.get(next.rung()).arm();
            RunRequest request = new RunRequest(
                            plan,
                            new Stacks.Configuration(arm.name(), arm.settings(), Optional.of(arm)),
                            chosen,
                            Optional.empty())
                    .withoutFloor();
            tries.add(
                    next.rung(),
                    starts.take(
                            "rung " + next.rung() + ", its trial " + next.trial(),
                            request,
                            results.resolve("rung-" + next.rung() + "-trial-" + next.trial())));
        }
    }

    private void tell(TrialPlan plan, Ladder ladder, Tries tries, Path results) throws IOException {
        List<Ladder.Rung> rungs = ladder.rungs();
        List<LadderTable.Told> told = new ArrayList<>();
        told.add(LadderTable.of("from intended send to delivery", rungs(rungs, tries, Optional.empty()), seed));
        if (plan.workload() == Workload.FRESHNESS) {
            told.add(LadderTable.of(
                    "from intended send to the output topic",
                    rungs(rungs, tries, Optional.of(FreshnessWork.SEEN_ON_OUTPUT_TOPIC)),
                    seed));
        }
        String title = plan.workload().word() + ", " + from + " to " + to + ": " + trials + " trials of each rung, "
                + Table.count(FireTimes.count(plan.rate(), plan.duration())) + " events each at "
                + Table.number(plan.rate()) + "/s, seed " + seed
                + (tries.count() == trials * rungs.size()
                        ? ""
                        : "\nSTOPPED after " + tries.count() + " of " + trials * rungs.size() + " trials")
                + "\n\n";
        String text = title
                + String.join("\n", told.stream().map(LadderTable.Told::text).toList())
                + LadderTable.apart(ladder.apart());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", 1);
        json.put("workload", plan.workload().word());
        json.put("from", from);
        json.put("to", to);
        json.put("trials", trials);
        json.put("tried", tries.count());
        json.put("ratePerSecond", plan.rate());
        json.put("durationNanos", plan.duration().toNanos());
        json.put("seed", seed);
        json.put("apart", LadderTable.nodes(ladder.apart()));
        json.put("measures", told.stream().map(LadderTable.Told::json).toList());
        Files.writeString(results.resolve("ladder.txt"), text);
        Files.writeString(results.resolve(FILE), SummaryJson.write(json));
        Files.writeString(results.resolve(ReportPage.FILE), ReportPage.ofLadder(json));
        out.print(text);
        out.println("results in " + results);
    }

    /** The valid trials' totals or, where one is named, what was measured beside. */
    private List<LadderTable.Climbed> rungs(List<Ladder.Rung> rungs, Tries tries, Optional<String> beside) {
        List<LadderTable.Climbed> all = new ArrayList<>();
        for (int rung = 0; rung < rungs.size(); rung++) {
            List<Series> totals = tries.valid(rung).stream()
                    .map(report -> measure(report, beside))
                    .toList();
            all.add(new LadderTable.Climbed(rungs.get(rung), totals, tries.failed(rung)));
        }
        return all;
    }

    private static Series measure(Report report, Optional<String> beside) {
        return beside.map(word -> report.besideRoute(word)
                        .orElseThrow(() -> new IllegalStateException("a valid trial has not measured " + word)))
                .orElseGet(() -> report.trial().measured().total());
    }

    private TrialPlan plan() {
        Workload known = Workload.of(workload)
                .filter(each -> each != Workload.INGEST)
                .orElseThrow(() ->
                        new IllegalArgumentException("there is no ladder for '" + workload + "'; there is one for "
                                + String.join(
                                        ", ",
                                        Workload.words().stream()
                                                .filter(word -> !word.equals(Workload.INGEST.word()))
                                                .toList())));
        if (trials < 1 || trials > MOST_TRIALS) {
            throw new IllegalArgumentException("--trials is 1 to " + MOST_TRIALS + ", not " + trials);
        }
        return new TrialPlan(
                Backend.CONVENTIONAL,
                known,
                rate,
                RunCommand.duration("--duration", duration),
                Arrivals.UNIFORM,
                WarmUpPlan.untilSettled(layout.warmUpAtMost(warmUpAtMost, "2m")),
                Audience.usual(known),
                100,
                Duration.ofSeconds(10),
                TrialPlan.IN_FLIGHT,
                seed);
    }

    private Arm arm(String nameOrFile, Layout chosen) throws IOException {
        return stacks.arm(Backend.CONVENTIONAL, nameOrFile, Optional.empty(), chosen)
                .source()
                .orElseThrow(() -> new IOException("the arm " + nameOrFile + " starts no stack"));
    }

    private Path place(TrialPlan plan) {
        return folder == null
                ? Path.of(
                        "results",
                        ResultsFolder.timed(clock, "ladder-" + plan.workload().word()))
                : folder;
    }
}
