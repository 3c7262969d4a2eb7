package dev.hopmeter.load;

import static java.util.Objects.requireNonNull;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.FileFault;
import dev.hopmeter.stack.Layout;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code hopmeter study}: arms of several backends against each other. */
@Command(
        name = "study",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares arms: many trials of each, each on a stack started anew, all of them in one random order.",
            "",
            "One arm is tried twice, as two arms, to show what chance alone makes of it. Ctrl-C stops the study, and"
                    + " --resume goes on with it. Failed trials are kept and counted, and never repeated.",
            "",
            Hopmeter.STATUS_OF_MANY
        },
        footer = {
            "",
            "Examples:",
            "  hopmeter study --quick",
            "  hopmeter study --workloads write-notify,fan-out --trials 10",
            "  hopmeter study --arms conventional/strong,conventional/my.properties --workloads journey",
            "  hopmeter study --arms conventional/strong,unified,harper --harper-home ~/harper",
            "  hopmeter study --resume results/20261124-1200-study"
        })
final class StudyCommand implements Callable<Integer> {

    private static final List<String> WORKLOADS = List.of("write-notify", "fan-out", "freshness", "point-query");
    private static final String AGAIN = "conventional/strong";

    private final EpochClock clock;
    private final Stacks stacks;
    private final FreshStarts.Trials runner;
    private final PrintWriter out;
    private final PrintWriter err;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--workloads",
            paramLabel = "WORDS",
            split = ",",
            description = "any but ingest, which has a rate as its result and no latency. Default:"
                    + " write-notify,fan-out,freshness,point-query")
    private @Nullable List<String> workloads;

    @Option(
            names = "--arms",
            paramLabel = "ARMS",
            split = ",",
            description = "each BACKEND/ARM, or BACKEND for its usual arm; an arm is a name, or a file of your own."
                    + " Default: conventional/shipped,conventional/strong,unified, and harper with --harper-home")
    private @Nullable List<String> arms;

    @Option(names = "--trials", paramLabel = "N", description = "of each arm and workload, 2 to 100. Default: 5")
    private @Nullable Integer trials;

    @Option(names = "--rate", paramLabel = "N", description = "as of run. Default: 100")
    private @Nullable Double rate;

    @Option(names = "--duration", paramLabel = "TIME", description = "of each trial's measurement. Default: 30s")
    private @Nullable String duration;

    @Option(
            names = "--warm-up-at-most",
            paramLabel = "TIME",
            description = "as of run. Default: 2m, and 30s with --quick, so that it ends in time")
    private @Nullable String warmUpAtMost;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "of the events, the order of the trials and the intervals. Default: 1")
    private @Nullable Long seed;

    @Option(
            names = "--quick",
            description =
                    "write-notify alone, 3 trials of 10 s of each arm, no floor: a quarter of an hour, wide intervals")
    private boolean quick;

    @Option(
            names = "--harper-home",
            paramLabel = "FOLDER",
            description =
                    "of arms of harper: where you have run 'npm install harperdb'; adds one to the usual arms; with"
                            + " --resume as well")
    private @Nullable Path harperHome;

    @Option(
            names = "--ladder",
            paramLabel = "FOLDER",
            description =
                    "what 'hopmeter ladder' left there is in the report too; once for each workload; with --resume as"
                            + " well")
    private List<Path> ladders = List.of();

    @Option(names = "--out", paramLabel = "FOLDER", description = "where the results go. Default: results/<time>-study")
    private @Nullable Path folder;

    @Option(
            names = "--resume",
            paramLabel = "FOLDER",
            description = "go on with the study in that folder, by its own plan")
    private @Nullable Path resumed;

    StudyCommand(EpochClock clock, Stacks stacks, PrintWriter out, PrintWriter err) {
        this(clock, stacks, FreshStarts.Trials.on(clock, stacks), out, err);
    }

    StudyCommand(EpochClock clock, Stacks stacks, FreshStarts.Trials runner, PrintWriter out, PrintWriter err) {
        this.clock = clock;
        this.stacks = stacks;
        this.runner = runner;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        StudyPlan plan;
        Path results;
        Map<StudyPlan.Planned, Stacks.Configuration> configurations;
        try {
            Map<String, Path> climbed = climbed();
            if (resumed != null) {
                refuseWithResume();
                results = resumed;
                plan = StudyPlan.read(resumed);
                configurations = configurations(plan);
            } else {
                plan = plan();
                configurations = configurations(plan);
                results = ResultsFolder.create(
                                folder == null ? Path.of("results", ResultsFolder.timed(clock, "study")) : folder,
                                plan.trial(plan.order().getFirst()))
                        .path();
                Files.writeString(results.resolve(StudyPlan.FILE), SummaryJson.write(plan.json()));
            }
            for (Map.Entry<String, Path> ladder : climbed.entrySet()) {
                Files.copy(ladder.getValue(), results.resolve(ladder.getKey()), StandardCopyOption.REPLACE_EXISTING);
            }
            // Whatever cannot be read is better known before the trials that are left than after them.
            Study.of(plan, results);
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
        try {
            run(plan, configurations, results);
        } catch (InterruptedException e) {
            tell(plan, results);
            err.println("hopmeter: interrupted; 'hopmeter study --resume " + results + "' goes on");
            return Hopmeter.INTERRUPTED;
        }
        return tell(plan, results).valid() == plan.order().size() ? Hopmeter.VALID : Hopmeter.NOT_VALID;
    }

    /** The ladders that were asked for, by the names of their files in a study's folder. */
    private Map<String, Path> climbed() throws IOException {
        Map<String, Path> files = new LinkedHashMap<>();
        for (Path ladder : ladders) {
            Path file = ladder.resolve(LadderCommand.FILE);
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(
                        "--ladder: " + ladder + " has no " + LadderCommand.FILE + "; 'hopmeter ladder' makes one");
            }
            JsonNode found = RecordedTrial.json(file);
            Workload workload = Workload.of(found.path("workload").asString(""))
                    .filter(each -> found.path("measures").isArray())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "--ladder: " + file + " is no ladder's; 'hopmeter ladder' makes one"));
            if (files.put(Study.ladderFile(workload), file) != null) {
                throw new IllegalArgumentException("--ladder: two are of " + workload.word() + "; give one of them");
            }
        }
        return files;
    }

    private void refuseWithResume() {
        String why = "a study goes on by its own plan";
        RunCommand.refuseIf(workloads != null, "--workloads", why);
        RunCommand.refuseIf(arms != null, "--arms", why);
        RunCommand.refuseIf(trials != null, "--trials", why);
        RunCommand.refuseIf(rate != null, "--rate", why);
        RunCommand.refuseIf(duration != null, "--duration", why);
        RunCommand.refuseIf(warmUpAtMost != null, "--warm-up-at-most", why);
        RunCommand.refuseIf(seed != null, "--seed", why);
        RunCommand.refuseIf(quick, "--quick", why);
        RunCommand.refuseIf(folder != null, "--out", why);
    }

    private StudyPlan plan() {
        List<Workload> known = new ArrayList<>();
        for (String word : workloads == null ? quick ? List.of(WORKLOADS.getFirst()) : WORKLOADS : workloads) {
            known.add(Workload.of(word)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "there is no workload '" + word + "'; there are " + String.join(", ", Workload.words()))));
        }
        List<StudyArm> compared = new ArrayList<>();
        for (String text : arms == null ? usualArms() : arms) {
            compared.add(StudyArm.of(text));
        }
        StudyArm twice = compared.stream()
                .filter(arm -> arm.label().equals(AGAIN))
                .findFirst()
                .orElseGet(compared::getLast);
        return new StudyPlan(
                known,
                Stream.concat(compared.stream(), Stream.of(twice.copy())).toList(),
                trials == null ? quick ? 3 : 5 : trials,
                rate == null ? 100 : rate,
                RunCommand.duration("--duration", duration == null ? quick ? "10s" : "30s" : duration),
                RunCommand.duration("--warm-up-at-most", warmUpAtMost == null ? quick ? "30s" : "2m" : warmUpAtMost),
                seed == null ? 1 : seed,
                !quick);
    }

    private List<String> usualArms() {
        return Stream.concat(
                        StudyPlan.USUAL_ARMS.stream(),
                        Stream.ofNullable(harperHome).map(home -> Backend.HARPER.word()))
                .toList();
    }

    /** Of each trial, all of them read before anything is started: so each arm can be, and is the same for all of them. */
    private Map<StudyPlan.Planned, Stacks.Configuration> configurations(StudyPlan plan) throws IOException {
        if (plan.hasHarper()) {
            LayoutOptions.checkHarper(harperHome);
        } else {
            RunCommand.refuseIf(harperHome != null, "--harper-home", "no arm is Harper's");
        }
        Map<StudyPlan.Planned, Stacks.Configuration> all = new HashMap<>();
        for (StudyArm arm : plan.arms()) {
            for (Workload workload : plan.workloads()) {
                Stacks.Configuration each = stacks.arm(arm.backend(), arm.arm(), Optional.of(workload), layout());
                for (int number = 1; number <= plan.trials(); number++) {
                    all.put(new StudyPlan.Planned(workload, arm, number), each);
                }
            }
        }
        return all;
    }

    private Layout layout() {
        return Layout.USUAL.withHarperHome(Optional.ofNullable(harperHome));
    }

    private void run(StudyPlan plan, Map<StudyPlan.Planned, Stacks.Configuration> configurations, Path results)
            throws InterruptedException {
        List<StudyPlan.Planned> left = plan.order().stream()
                .filter(each -> !RecordedTrial.isIn(results.resolve(each.folder())))
                .toList();
        int ended = plan.order().size() - left.size();
        if (ended > 0) {
            err.println(ended + " of " + plan.order().size() + " trials have ended already");
        }
        err.println("results go to " + results + "; Ctrl-C stops, 'hopmeter study --resume " + results + "' goes on");
        FreshStarts starts = new FreshStarts(clock, runner, left.size(), err);
        for (StudyPlan.Planned next : left) {
            RunRequest request = new RunRequest(
                    plan.trial(next), requireNonNull(configurations.get(next)), layout(), Optional.empty());
            setAside(results.resolve(next.folder()));
            starts.take(
                    next.title(),
                    plan.floor() && next.number() == 1 ? request : request.withoutFloor(),
                    results.resolve(next.folder()));
        }
    }

    /** What a trial has left that was killed while it wrote its files: kept, and no result. */
    private void setAside(Path trial) {
        if (!Files.isDirectory(trial)) {
            return;
        }
        try {
            boolean empty;
            try (Stream<Path> files = Files.list(trial)) {
                empty = files.findAny().isEmpty();
            }
            if (!empty) {
                Path aside =
                        trial.resolveSibling(trial.getFileName() + "-cut-short-" + ResultsFolder.timed(clock, "at"));
                Files.move(trial, aside);
                err.println("  what was cut short is kept in " + aside);
            }
        } catch (IOException e) {
            // The trial finds its folder in use, and says so.
            err.println("  what was cut short cannot be put aside: " + FileFault.text(e));
        }
    }

    private Study tell(StudyPlan plan, Path results) throws IOException {
        Study study = Study.of(plan, results);
        Files.writeString(results.resolve("study.json"), StudyJson.of(study));
        Files.writeString(results.resolve("study.txt"), StudyText.plain(study));
        Files.writeString(results.resolve("report.md"), StudyText.markdown(study));
        Files.writeString(results.resolve(ReportPage.FILE), ReportPage.of(study));
        out.print(StudyText.brief(study));
        out.println();
        out.println("results in " + results + ": every figure is in study.txt, report.md and report.html");
        out.flush();
        return study;
    }
}
