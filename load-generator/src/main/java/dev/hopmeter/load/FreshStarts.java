package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ListSampler;
import org.apache.commons.rng.simple.RandomSource;

/** Takes trials one after the other, each on a stack that is started anew, and says how far it has come. */
final class FreshStarts {

    private final EpochClock clock;
    private final Trials runner;
    private final PrintWriter err;
    private final int all;
    private final long begin;
    private int taken;

    /**
     * None is taken yet.
     *
     * @param all how many there will be
     * @param err takes the progress
     */
    FreshStarts(EpochClock clock, Trials runner, int all, PrintWriter err) {
        this.clock = clock;
        this.runner = runner;
        this.all = all;
        this.err = err;
        this.begin = clock.nanos();
    }

    /** Takes one trial and writes its results. */
    @FunctionalInterface
    interface Trials {
        Report take(RunRequest request, ResultsFolder results) throws IOException, TrialException, InterruptedException;

        /** On stacks from there, without a word. */
        static Trials on(EpochClock clock, Stacks stacks) {
            return (request, results) -> new Run(
                            clock,
                            stacks,
                            Progress.silent(),
                            trail -> {},
                            request,
                            results,
                            new PrintWriter(Writer.nullWriter()),
                            Optional.empty())
                    .run();
        }
    }

    /** The same in an order that the seed decides. */
    static <T> List<T> inRandomOrder(List<T> planned, long seed) {
        List<T> order = new ArrayList<>(planned);
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        ListSampler.shuffle(random, order);
        return List.copyOf(order);
    }

    /**
     * Takes the next one. Empty where the stack did not start, or the trial came to no measurement, also by a fault of ours: its
     * folder says why, and the others are worth as much as before. Where there can be no folder nothing of the trial is kept.
     *
     * @param what it is, for a reader
     */
    Optional<Report> take(String what, RunRequest request, Path place) throws InterruptedException {
        err.println("trial " + (taken + 1) + " of " + all + ": " + what + left());
        Optional<Report> report = attempt(request, place);
        taken++;
        return report;
    }

    private String left() {
        return taken == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", about %d min left",
                        Math.round((clock.nanos() - begin) / 6e10 / taken * (all - taken)));
    }

    private Optional<Report> attempt(RunRequest request, Path place) throws InterruptedException {
        ResultsFolder results;
        try {
            results = ResultsFolder.create(place, request.plan());
        } catch (IOException | RuntimeException e) {
            return nothing(why(e));
        }
        try {
            Report report = runner.take(request, results);
            if (!report.valid()) {
                err.println("  not valid: " + String.join("; ", report.why()));
            }
            return Optional.of(report);
        } catch (TrialException | IOException | RuntimeException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException("interrupted while a trial ended").initCause(e);
            }
            sayWhy(results, why(e));
            return nothing(why(e));
        } finally {
            results.giveUp();
        }
    }

    /** What nobody foresaw has a message that may say little without the name of its class. */
    private static String why(Exception e) {
        return e instanceof RuntimeException ? e.toString() : String.valueOf(e.getMessage());
    }

    private Optional<Report> nothing(String why) {
        err.println("  came to nothing: " + why);
        return Optional.empty();
    }

    private void sayWhy(ResultsFolder results, String why) {
        try {
            if (!results.hasSummary()) {
                results.writeNothing(why);
            }
        } catch (IOException e) {
            err.println("  and that cannot be written to " + results.path() + ": " + e.getMessage());
        }
    }
}
