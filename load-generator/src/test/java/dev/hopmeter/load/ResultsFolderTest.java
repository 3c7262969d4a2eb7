package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFolderTest {

    private static final TrialPlan PLAN = new TrialPlan(
            Backend.IN_MEMORY,
            Workload.JOURNEY,
            100,
            Duration.ofSeconds(30),
            Arrivals.UNIFORM,
            WarmUpPlan.lasting(Duration.ofSeconds(1)),
            Audience.of(2),
            100,
            Duration.ofSeconds(2),
            TrialPlan.IN_FLIGHT,
            1);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aDiskWithoutRoomIsRefusedAndWhatWasMadeIsRemoved() {
        Path results = folder.resolve("deep").resolve("results");

        assertThatThrownBy(() -> ResultsFolder.create(results, PLAN, made -> 999_999))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(results.toString())
                .hasMessageContaining("0 MB left");

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatCannotBeWrittenIsRefused() {
        assertThatThrownBy(() -> ResultsFolder.create(folder, PLAN, made -> {
                    throw new AccessDeniedException(made.toString());
                }))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("results cannot be written to " + folder);
    }

    @Test
    void anEmptyFolderOfTheUsersIsTakenAndStaysWhenNothingCameOfIt() throws IOException {
        Path mine = Files.createDirectory(folder.resolve("mine"));

        ResultsFolder.create(mine, PLAN).giveUp();

        assertThat(mine).isEmptyDirectory();
    }
}
