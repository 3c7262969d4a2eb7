package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class UnifiedStackIT {

    @TempDir
    private Path temporary = Path.of("");

    private Path root = Path.of("");
    private Path stacks = Path.of("");

    /** The permissions are for a root without user namespaces, whose Postgres runs as somebody else. */
    @BeforeEach
    void packJar() throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
        root = Files.createDirectory(temporary.resolve("project"));
        stacks = Files.createDirectory(temporary.resolve("stacks"));
        Files.setPosixFilePermissions(stacks, PosixFilePermissions.fromString("rwx--x--x"));
        ServicePartIT.pack(
                Files.createDirectories(root.resolve("unified-backend/target")).resolve("unified-backend.jar"));
    }

    @Test
    void theInstancesStartOnThreeServersAndALostPartIsNamed() throws Exception {
        List<String> ready = new CopyOnWriteArrayList<>();
        try (UnifiedStack stack =
                UnifiedStack.start(plan().withInstances(2), (part, sinceStart, own) -> ready.add(part))) {
            assertThat(ready)
                    .startsWith("postgres")
                    .containsExactlyInAnyOrder("postgres", "unified-backend", "unified-backend-2");
            assertThat(stack.pids())
                    .containsOnlyKeys(
                            "postgres-primary",
                            "postgres-standby-1",
                            "postgres-standby-2",
                            "unified-backend",
                            "unified-backend-2");
            assertThat(properties(stack, "unified-backend"))
                    .contains(
                            "hopmeter.unified.instance=u-1",
                            "hopmeter.unified.notify=quorum",
                            "spring.datasource.username=hopmeter");
            assertThat(properties(stack, "unified-backend-2")).contains("hopmeter.unified.instance=u-2");
            assertThat(stack.failure()).isEmpty();

            PostgresServer standby = stack.postgres().standbys().getFirst();
            standby.stop();
            assertThat(stack.failure()).isEmpty();
            standby.restart();
            stack.postgres().awaitStreaming();
            ProcessHandle.of(standby.pid()).orElseThrow().destroyForcibly();
            await().atMost(Duration.ofSeconds(60)).until(() -> stack.failure().isPresent());
            assertThat(stack.failure().orElseThrow()).startsWith("postgres-standby-1 has ended");
        }
        assertThat(stacks).isEmptyDirectory();
    }

    @Test
    void whatDoesNotStartLeavesNothingBehind() {
        Arm failing = Arm.of("quorum").with("failing", Map.of("unified-backend.fails", "no log"));

        assertThatThrownBy(
                        () -> UnifiedStack.start(UnifiedPlan.of(root, failing).in(stacks), StartListener.silent()))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("cannot go on: no log");
        assertThat(stacks).isEmptyDirectory();
    }

    @Test
    void aJarThatIsNotBuiltIsNamedBeforeAnythingStarts() {
        assertThatThrownBy(() -> UnifiedStack.start(
                        UnifiedPlan.of(temporary.resolve("nowhere"), Arm.of("quorum"))
                                .in(stacks),
                        StartListener.silent()))
                .isInstanceOf(StackException.class)
                .hasMessageStartingWith("unified-backend is not built");
        assertThat(stacks).isEmptyDirectory();
    }

    private UnifiedPlan plan() {
        return UnifiedPlan.of(root, Arm.of("quorum")).in(stacks);
    }

    private static List<String> properties(UnifiedStack stack, String instance) throws IOException {
        return Files.readAllLines(stack.folder().resolve(instance).resolve("application.properties"));
    }
}
