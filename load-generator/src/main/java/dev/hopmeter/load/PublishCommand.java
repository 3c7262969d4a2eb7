package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.FileFault;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code hopmeter publish}: a study into {@code docs/results}, and its headline into {@code README.md}. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Puts a study that is complete, and has ten trials of each arm, into docs/results, and its headline table"
                    + " into README.md.",
            "",
            "Copied are the study's own files, and of each trial its summary, histograms and environment, without this"
                + " machine's paths; 'hopmeter compare' reads them there. Of a folder in docs/results already only the"
                + " table is made again. Nothing is committed.",
            "",
            "Exit status: 0; 1 if --check finds that README.md and docs/results differ; 2 if it cannot be done."
        },
        footer = {
            "",
            "Examples:",
            "  hopmeter publish results/20261124T120000-study --as two-cores",
            "  hopmeter publish --check"
        })
final class PublishCommand implements Callable<Integer> {

    private static final int LEAST_TRIALS = 10;
    private static final String RESULTS = "docs/results";
    private static final String README = "README.md";
    private static final String STUDY = "study.json";
    private static final String BEFORE = "## What comes out";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*");
    /** The folder of a stack that is no more. */
    private static final Pattern STACK = Pattern.compile("(?:/[\\w.-]+)*/hopmeter-\\d+");

    private static final Pattern HEADLINE = Pattern.compile(
            "(<!-- headline of " + RESULTS + "/(" + NAME.pattern() + ") -->\n)(.*?)(<!-- end of the headline -->\n)",
            Pattern.DOTALL);

    /** Of the study, where it has them. */
    private static final List<String> OWN = List.of(StudyPlan.FILE, STUDY, "report.md", "report.html");

    /** Of each trial. */
    private static final List<String> OF_TRIALS = List.of(ResultsFolder.SUMMARY, ResultsFolder.HISTOGRAMS);

    private final Path root;
    private final PrintWriter out;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "STUDY", description = "the folder of a study")
    private @Nullable Path study;

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "the folder in docs/results. Default: what the study's is called")
    private @Nullable String name;

    @Option(
            names = "--check",
            description = "see whether README.md has the headline of a study in docs/results, if there is one")
    private boolean check;

    /** In the project in that folder. */
    PublishCommand(Path root, PrintWriter out) {
        this.root = root;
        this.out = out;
    }

    @Override
    public Integer call() {
        try {
            if (check) {
                RunCommand.refuseIf(study != null || name != null, "--check", "it looks at what is there");
                return check();
            }
            if (study == null) {
                throw new IllegalArgumentException("which study? Give its folder, as results/20261124T120000-study");
            }
            publish(study);
            return Hopmeter.VALID;
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
    }

    private void publish(Path from) throws IOException {
        StudyPlan plan = StudyPlan.read(from);
        if (plan.trials() < LEAST_TRIALS) {
            throw new IllegalArgumentException("a published study has " + LEAST_TRIALS + " trials of each arm, and "
                    + from + " has " + plan.trials() + "; run it with --trials " + LEAST_TRIALS);
        }
        JsonNode read = RecordedTrial.json(from.resolve(STUDY));
        if (!read.path("complete").asBoolean(false)) {
            throw new IllegalArgumentException(from + " has "
                    + read.path("tried").asInt(0) + " of "
                    + read.path("planned").asInt(0) + " trials; 'hopmeter study --resume " + from + "' goes on");
        }
        if (!read.path("losses").isArray()) {
            throw new IllegalArgumentException("the study.json of " + from
                    + " does not say what the conventional side wins; 'hopmeter study --resume " + from
                    + "' tells the study anew");
        }
        if (plan.arms().stream().anyMatch(arm -> !ours(arm.backend()))) {
            throw new IllegalArgumentException("the study has an arm of Harper, whose evaluation licence forbids"
                    + " publishing figures; study without it");
        }
        int ended = Study.of(plan, from).ended();
        if (ended < plan.order().size()) {
            throw new IllegalArgumentException("of the trials of " + from + " only " + ended + " are there still;"
                    + " 'hopmeter study --resume " + from + "' takes the others again");
        }
        String given =
                name == null ? String.valueOf(from.toAbsolutePath().normalize().getFileName()) : name;
        if (!NAME.matcher(given).matches()) {
            throw new IllegalArgumentException("--as is letters, digits, dots and dashes, not '" + given + "'");
        }
        Path to = root.resolve(RESULTS).resolve(given);
        String readme = readme();
        if (!Files.exists(to) || !Files.isSameFile(to, from)) {
            copy(plan, from, to);
        }
        String block = block(given, read);
        Matcher there = HEADLINE.matcher(readme);
        String changed;
        if (there.find()) {
            changed = there.replaceFirst(Matcher.quoteReplacement(block));
        } else if (readme.contains(BEFORE)) {
            changed = readme.replace(BEFORE, "## What a study found\n\n" + block + "\n" + BEFORE);
        } else {
            changed = readme + "\n" + block;
        }
        Files.writeString(root.resolve(README), changed);
        out.println("the study is in " + RESULTS + "/" + given + ", its headline in " + README);
        out.println("see them with 'git diff', and commit both");
        out.flush();
    }

    private String readme() throws IOException {
        Path file = root.resolve(README);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IOException(
                    file + " cannot be read: " + FileFault.text(e) + "; publish in the folder of the project", e);
        }
    }

    /** Those of which figures may be published. */
    private static boolean ours(Backend backend) {
        return switch (backend) {
            case CONVENTIONAL, UNIFIED, IN_MEMORY -> true;
            case HARPER -> false;
        };
    }

    private void copy(StudyPlan plan, Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            throw new IllegalArgumentException(
                    RESULTS + "/" + to.getFileName() + " is there already; remove it, or give another name by --as");
        }
        Map<Path, String> files = new LinkedHashMap<>();
        for (String file : OWN) {
            read(from.resolve(file), to.resolve(file), files);
        }
        for (Workload workload : Workload.values()) {
            read(from.resolve(Study.ladderFile(workload)), to.resolve(Study.ladderFile(workload)), files);
        }
        Set<String> known = new HashSet<>();
        for (StudyPlan.Planned trial : plan.order().stream()
                .sorted(Comparator.comparing(StudyPlan.Planned::number))
                .toList()) {
            Path own = from.resolve(trial.folder());
            Path its = to.resolve(trial.folder());
            for (String file : OF_TRIALS) {
                read(own.resolve(file), its.resolve(file), files);
                read(own.resolve(file + ResultsFolder.FAIL), its.resolve(file + ResultsFolder.FAIL), files);
            }
            Path environment = own.resolve(ResultsFolder.ENVIRONMENT);
            if (Files.exists(environment)) {
                read(environment, its.resolve(ResultsFolder.ENVIRONMENT), files);
                if (!known.add(trial.workload().word() + " " + trial.arm().label())) {
                    files.computeIfPresent(its.resolve(ResultsFolder.ENVIRONMENT), (file, text) -> machineAlone(text));
                }
            }
        }
        for (Map.Entry<Path, String> each : files.entrySet()) {
            Path parent = each.getKey().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(each.getKey(), each.getValue());
        }
    }

    /** What of an environment is no setting: those of an arm are alike, and large. */
    private static String machineAlone(String environment) {
        JsonNode all = JsonMapper.shared().readTree(environment);
        Map<String, Object> machine = new LinkedHashMap<>();
        Stream.concat(StudyJson.MACHINE.stream(), Stream.of("duringMeasurement"))
                .filter(all::has)
                .forEach(name -> machine.put(name, all.get(name)));
        return SummaryJson.write(machine);
    }

    private void read(Path from, Path to, Map<Path, String> into) throws IOException {
        if (Files.exists(from)) {
            String text = Files.readString(from);
            into.put(
                    to, from.getFileName().toString().startsWith(ResultsFolder.HISTOGRAMS) ? text : withoutPaths(text));
        }
    }

    /** Whose machine it was is nobody's business, and no result. */
    private String withoutPaths(String text) {
        Map<String, String> places = new LinkedHashMap<>();
        places.put(root.toAbsolutePath().normalize().toString(), "(project)");
        places.put(System.getProperty("java.home"), "(jdk)");
        places.put(System.getProperty("user.home"), "(home)");
        String masked = STACK.matcher(text).replaceAll("(stack)");
        for (Map.Entry<String, String> place : places.entrySet()) {
            if (place.getKey().length() > 1) {
                masked = masked.replace(place.getKey(), place.getValue());
            }
        }
        return masked;
    }

    private static String block(String name, JsonNode study) {
        return "<!-- headline of " + RESULTS + "/" + name + " -->\n"
                + String.join("\n", Headline.of(study, RESULTS + "/" + name)) + "\n<!-- end of the headline -->\n";
    }

    private int check() throws IOException {
        List<String> studies = studies();
        Matcher headline = HEADLINE.matcher(readme());
        List<String> shown = new ArrayList<>();
        String wrong = "";
        while (headline.find()) {
            String which = String.valueOf(headline.group(2));
            shown.add(which);
            if (studies.contains(which)) {
                JsonNode read =
                        RecordedTrial.json(root.resolve(RESULTS).resolve(which).resolve(STUDY));
                wrong = headline.group().equals(block(which, read))
                        ? wrong
                        : README + " has another headline than " + RESULTS + "/" + which + "; 'hopmeter publish "
                                + RESULTS + "/" + which + "' makes it again";
            } else {
                wrong = README + " has the headline of a study that is not in " + RESULTS + ": " + which;
            }
        }
        if (shown.isEmpty() && !studies.isEmpty()) {
            wrong = README + " has no headline, and " + RESULTS + " has " + String.join(", ", studies)
                    + "; 'hopmeter publish " + RESULTS + "/" + studies.getLast() + "' makes one";
        } else if (shown.size() > 1) {
            wrong = README + " has " + shown.size() + " headlines in place of one";
        }
        out.println(wrong.isEmpty() ? README + " and " + RESULTS + " agree" : wrong);
        out.flush();
        return wrong.isEmpty() ? Hopmeter.VALID : Hopmeter.NOT_VALID;
    }

    /** The names of those that are in {@code docs/results}. */
    private List<String> studies() throws IOException {
        Path results = root.resolve(RESULTS);
        if (!Files.isDirectory(results)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(results)) {
            return folders.filter(folder -> Files.exists(folder.resolve(STUDY)))
                    .map(folder -> String.valueOf(folder.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
