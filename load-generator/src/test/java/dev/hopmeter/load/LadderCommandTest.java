package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LadderCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void aStackThatDoesNotStartIsAFailedTrialAndTheLadderGoesOn() throws IOException {
        assertThat(ladder(Integer.MAX_VALUE)).isEqualTo(Hopmeter.NOT_VALID);

        JsonNode ladder =
                JsonMapper.builder().build().readTree(Files.readString(results().resolve("ladder.json")));
        JsonNode rungs = ladder.path("measures").get(0).path("rungs");
        assertThat(rungs.size()).isGreaterThan(3);
        assertThat(ladder.path("tried").asInt()).isEqualTo(2 * rungs.size());
        for (JsonNode rung : rungs) {
            assertThat(rung.path("validTrials").asInt(-1)).isZero();
            assertThat(rung.path("failedTrials").asInt()).isEqualTo(2);
        }
        assertThat(err.toString().lines())
                .filteredOn(line -> line.contains("no stack in this test"))
                .hasSize(2 * rungs.size());
        assertThat(out.toString()).contains("0 (-2)").doesNotContain("STOPPED");
        assertThat(results()).isDirectoryNotContaining("glob:**rung-*");
    }

    @Test
    void anInterruptedLadderHasATableOfTheTrialsUntilThen() throws IOException {
        assertThat(ladder(3)).isEqualTo(Hopmeter.INTERRUPTED);

        assertThat(Files.readString(results().resolve("ladder.txt"))).contains("STOPPED after 2 of ");
        assertThat(out.toString()).contains("STOPPED after 2 of ");
        assertThat(err.toString()).contains("until then").doesNotContain("nothing of this run");
        assertThat(results()).isDirectoryNotContaining("glob:**rung-*");
    }

    @Test
    void aLadderThatIsInterruptedAtOnceLeavesNothing() {
        assertThat(ladder(1)).isEqualTo(Hopmeter.INTERRUPTED);
        assertThat(out.toString()).isEmpty();
        assertThat(results()).doesNotExist();
    }

    private Path results() {
        return folder.resolve("results");
    }

    private int ladder(int interruptedAt) {
        return new Hopmeter(EpochClock.system(), new NoStacks(interruptedAt))
                .run(
                        new String[] {
                            "ladder", "--trials", "2", "--out", results().toString()
                        },
                        new PrintWriter(out, true),
                        new PrintWriter(err, true));
    }

    private static final class NoStacks implements Stacks {

        private final Stacks real = new LocalStacks(EpochClock.system(), Path.of(""));
        private final int interruptedAt;
        private int starts;

        NoStacks(int interruptedAt) {
            this.interruptedAt = interruptedAt;
        }

        @Override
        public Configuration arm(Backend backend, String nameOrFile, Optional<Workload> workload) throws IOException {
            return real.arm(backend, nameOrFile, workload);
        }

        @Override
        public Running start(Configuration arm, Layout layout, Extent extent, OptionalInt orderPort, Progress progress)
                throws IOException, InterruptedException {
            starts++;
            if (starts == interruptedAt) {
                throw new InterruptedException("somebody wants it to end");
            }
            throw new IOException("there is no stack in this test");
        }
    }
}
