package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. */
@Command(
        name = "hopmeter",
        mixinStandardHelpOptions = true,
        version = "Hopmeter 0.1.0",
        synopsisSubcommandLabel = "(run | study | compare | publish | ladder | up | steady | doctor | help)",
        description = {
            "Shows where the latency of a real-time application comes from, hop by hop.",
            "",
            "An order is placed by HTTP, stored in Postgres, captured by Debezium, carried by Kafka, looked up in"
                + " Redis and pushed to a subscriber by WebSocket. Hopmeter starts all of that on this machine, sends"
                + " orders on a schedule made in advance, and shows how long each of them took from one stamp to the"
                + " next. Or it starts one service on three Postgres servers that does the same in fewer steps."
        },
        footer = {
            "",
            "Examples:",
            "  hopmeter run                                  100 orders a second for 30 s, through the whole pipeline",
            "  hopmeter run --arm shipped                    the same with every component's documented defaults",
            "  hopmeter run --workload write-notify          without the router",
            "  hopmeter run --workload fan-out               live messages to 500 filtered subscribers",
            "  hopmeter run --workload freshness             live aggregates, and how soon a watcher is told",
            "  hopmeter run --workload point-query           an aggregate read by key while events flow",
            "  hopmeter run --workload ingest                the highest rate of events that is held",
            "  hopmeter study --quick                        arms against each other, with intervals",
            "  hopmeter ladder --workload write-notify       which knob buys what, from shipped to strong",
            "  hopmeter run --backend unified                the same work on one service and one engine",
            "  hopmeter run --backend in-memory --rate 1000  the ruler itself: no stack at all",
            "  hopmeter up                                   a stack that stays, to look at or to drive again",
            "  hopmeter steady --at /tmp/stack.json          keeps that stack under load, for dashboards",
            "  hopmeter doctor                               what will not work on this machine, and why",
            "",
            "Exit status: 0 the trial is valid, 1 it is not, 2 the command cannot be carried out, 130 interrupted."
        },
        subcommands = {
            RunCommand.class,
            StudyCommand.class,
            CompareCommand.class,
            PublishCommand.class,
            LadderCommand.class,
            UpCommand.class,
            SteadyCommand.class,
            DoctorCommand.class,
            HelpCommand.class
        })
public final class Hopmeter {

    /** The trial is valid. */
    public static final int VALID = 0;

    /** The trial is not valid, or came to nothing. */
    public static final int NOT_VALID = 1;

    /** What was asked for cannot be done. */
    public static final int REFUSED = 2;

    /** Somebody wanted it to end. */
    public static final int INTERRUPTED = 130;

    /** Of a command that takes many trials, for its help. */
    static final String STATUS_OF_MANY =
            "Exit status: 0 if every trial is valid; 1 if one is not, or came to nothing; 2 if"
                    + " it cannot be carried out as it was given; 130 if interrupted.";

    private static final int LONGEST_STOP_SECONDS = 40;

    private final EpochClock clock;
    private final Stacks stacks;

    /** The command line with stacks on this machine. */
    public Hopmeter() {
        this(EpochClock.system(), new LocalStacks(EpochClock.system(), root()));
    }

    Hopmeter(EpochClock clock, Stacks stacks) {
        this.clock = clock;
        this.stacks = stacks;
    }

    /** Runs a command as a process of its own. */
    public static void main(String[] args) {
        // The clients of Kafka and Redis log by way of libraries that would say that nobody listens.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.setProperty("log4j2.StatusLogger.level", "OFF");
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch finished = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Thread stop = Thread.ofPlatform().name("stop").unstarted(() -> stop(main, interrupted, finished));
        Runtime.getRuntime().addShutdownHook(stop);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status;
        try {
            status = new Hopmeter().run(args, out, err);
        } finally {
            finished.countDown();
        }
        if (!interrupted.get()) {
            System.exit(status);
        }
    }

    /**
     * Runs a command.
     *
     * @param out takes the results
     * @param err takes progress, and in one line what is wrong
     * @return the exit status
     */
    public int run(String[] args, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(this, factory(out, err));
        line.setOut(out);
        line.setErr(err);
        line.setUsageHelpWidth(Table.WIDTH);
        line.setUsageHelpAutoWidth(false);
        line.setParameterExceptionHandler((e, arguments) -> refuse(e));
        line.setExecutionExceptionHandler((e, command, result) -> failed(e, err));
        if (args.length == 0) {
            line.usage(err);
            return REFUSED;
        }
        Optional<String> empty = empty(List.of(args));
        if (empty.isPresent()) {
            err.println("hopmeter: " + empty.get() + " is empty: a variable that is not set?");
            return REFUSED;
        }
        return line.execute(args);
    }

    /** What has no value among these words: as a file's name it would be the working folder. */
    private static Optional<String> empty(List<String> words) {
        int at = words.indexOf("");
        if (at >= 0) {
            return Optional.of(at == 0 ? "the command" : "what comes after " + words.get(at - 1));
        }
        return words.stream().filter(word -> word.matches("--[a-z-]+=")).findFirst();
    }

    private CommandLine.IFactory factory(PrintWriter out, PrintWriter err) {
        return new CommandLine.IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                if (type == RunCommand.class) {
                    return type.cast(new RunCommand(clock, stacks, out, err));
                }
                if (type == StudyCommand.class) {
                    return type.cast(new StudyCommand(clock, stacks, out, err));
                }
                if (type == CompareCommand.class) {
                    return type.cast(new CompareCommand(out));
                }
                if (type == PublishCommand.class) {
                    return type.cast(new PublishCommand(root(), out));
                }
                if (type == LadderCommand.class) {
                    return type.cast(new LadderCommand(clock, stacks, out, err));
                }
                if (type == UpCommand.class) {
                    return type.cast(new UpCommand(clock, stacks, out, err));
                }
                if (type == SteadyCommand.class) {
                    return type.cast(new SteadyCommand(clock, out, err));
                }
                if (type == DoctorCommand.class) {
                    return type.cast(new DoctorCommand(clock, out));
                }
                return CommandLine.defaultFactory().create(type);
            }
        };
    }

    /** In one line, as its only reader may be a script. */
    private static int refuse(ParameterException e) {
        CommandLine line = e.getCommandLine();
        String more = e instanceof UnmatchedArgumentException
                ? "; '" + line.getCommandSpec().qualifiedName() + " --help' lists what there is"
                : "";
        String message = String.valueOf(e.getMessage())
                .replaceAll("\\s*\\R\\s*", " ")
                .replaceAll("('-?\\d+') is not an? (int|long)$", "$1 is too large")
                .replaceAll("is not an? (int|long)$", "is no whole number")
                .replaceAll("is not a double$", "is no number");
        line.getErr().println("hopmeter: " + message + more);
        return REFUSED;
    }

    private static int failed(Exception e, PrintWriter err) {
        if (e instanceof InterruptedException || Thread.interrupted()) {
            err.println("hopmeter: interrupted; nothing of this run is a result");
            return INTERRUPTED;
        }
        if (e instanceof TrialException || e instanceof IOException) {
            err.println("hopmeter: " + e.getMessage());
        } else {
            err.println("hopmeter: this should not happen, please report it");
            e.printStackTrace(err);
        }
        return NOT_VALID;
    }

    /** The JVM is ending: asks the command to stop, waits until it has, and sets the status. */
    private static void stop(Thread main, AtomicBoolean interrupted, CountDownLatch finished) {
        if (finished.getCount() == 0) {
            return;
        }
        interrupted.set(true);
        main.interrupt();
        try {
            if (!finished.await(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("hopmeter: could not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(INTERRUPTED);
    }

    /** The project's folder as the launcher names it, or the working folder. */
    private static Path root() {
        return Path.of(System.getProperty("hopmeter.root", "")).toAbsolutePath();
    }
}
