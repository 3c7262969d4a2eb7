package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.Layout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {

    private static final TrialPlan PLAN = new TrialPlan(
            Backend.IN_MEMORY,
            Workload.JOURNEY,
            1_000,
            Duration.ofMillis(300),
            Arrivals.UNIFORM,
            WarmUpPlan.lasting(Duration.ofMillis(50)),
            Audience.of(2),
            100,
            Duration.ofSeconds(2),
            TrialPlan.IN_FLIGHT,
            1);

    private final StringWriter out = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void resultsThatCannotBeWrittenAtTheEndAreSaidAndTheTableIsPrintedAllTheSame() throws IOException {
        ResultsFolder results = ResultsFolder.create(folder.resolve("results"), PLAN);
        Files.createDirectory(results.path().resolve("histograms.hlog"));
        assertThatThrownBy(() -> run(results)).isInstanceOf(IOException.class).hasMessageContaining("results");
        assertThat(out.toString()).contains("300 sent", "VALID").doesNotContain("results in");
        assertThat(results.path().resolve("summary.json")).doesNotExist();
    }

    @Test
    void whatTheArmSaysIsWrittenWithoutItsSecrets() throws Exception {
        ResultsFolder results = ResultsFolder.create(folder.resolve("results"), PLAN);
        run(
                results,
                new Stacks.Configuration(
                        "mine",
                        Map.of("publisher.sasl.jaas.config", "hunter2", "publisher.linger.ms", "5"),
                        Optional.empty()));
        assertThat(Files.readString(results.path().resolve("environment.json")))
                .contains("\"publisher.linger.ms\" : \"5\"")
                .doesNotContain("hunter2");
    }

    @Test
    void anInterruptedRunHasNoResults() throws IOException {
        ResultsFolder results = ResultsFolder.create(folder.resolve("results"), PLAN);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> run(results)).isInstanceOf(InterruptedException.class);
        assertThat(out.toString()).isEmpty();
        assertThat(results.path()).isEmptyDirectory();
    }

    @Test
    void onlyARunOfACommandOfItsOwnIsTimedFromTheCommand() throws Exception {
        RunRequest request = new RunRequest(PLAN, new Stacks.Configuration("in-memory"), Layout.USUAL, Optional.empty())
                .withoutFloor();
        String given = System.setProperty(
                "hopmeter.launched", Long.toString(EpochClock.system().nanos()));
        try {
            assertThat(phases(run(request, Run.launchedNanos()))).anyMatch(phase -> phase.contains("from the command"));
            Report oneOfSeveral = FreshStarts.Trials.on(EpochClock.system(), new Unused())
                    .take(request, ResultsFolder.create(folder.resolve("one-of-several"), PLAN));
            assertThat(phases(oneOfSeveral)).isNotEmpty().noneMatch(phase -> phase.contains("command"));
        } finally {
            if (given == null) {
                System.clearProperty("hopmeter.launched");
            } else {
                System.setProperty("hopmeter.launched", given);
            }
        }
    }

    private static List<String> phases(Report report) {
        return report.startUp().stream().map(StartUpPhase::word).toList();
    }

    private Report run(RunRequest request, Optional<Long> launchedNanos)
            throws IOException, TrialException, InterruptedException {
        return new Run(
                        EpochClock.system(),
                        new Unused(),
                        Progress.silent(),
                        trail -> {},
                        request,
                        ResultsFolder.create(folder.resolve("of-a-command"), PLAN),
                        new PrintWriter(out, true),
                        launchedNanos)
                .run();
    }

    private int run(ResultsFolder results) throws Exception {
        return run(results, new Stacks.Configuration("in-memory"));
    }

    private int run(ResultsFolder results, Stacks.Configuration arm) throws Exception {
        RunRequest request = new RunRequest(PLAN, arm, Layout.USUAL, Optional.empty());
        return new Run(
                        EpochClock.system(),
                        new Unused(),
                        Progress.silent(),
                        trail -> {},
                        request,
                        results,
                        new PrintWriter(out, true),
                        Optional.empty())
                .call();
    }

    private static final class Unused implements Stacks {

        @Override
        public Configuration arm(Backend backend, String nameOrFile, Optional<Workload> workload, Layout layout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Running start(
                Configuration arm, Layout layout, Extent extent, OptionalInt orderPort, Progress progress) {
            throw new UnsupportedOperationException();
        }
    }
}
