package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StackFolderIT {

    @TempDir
    private Path temporary = Path.of("");

    /** For a root without user namespaces, whose Postgres runs as somebody else. */
    @BeforeEach
    void letOthersPass() throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "INT", "TERM"})
    void nothingIsLeftBehindWhenTheJvmThatHoldsItGetsASignal(String signal) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                FolderHolder.class.getName()));
        if (System.getProperty("os.name").equals("Linux")) {
            // What a shell starts in the background ignores SIGINT, and so does what that starts.
            command.addAll(0, List.of("env", "--default-signal=INT"));
        }
        Process holder =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        try {
            Path folder = Path.of("");
            List<Child> children = new ArrayList<>();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.equals("holding")) {
                        break;
                    } else if (line.startsWith("folder ")) {
                        folder = Path.of(line.substring("folder ".length()));
                    } else if (line.startsWith("pid ")) {
                        children.add(child(Long.parseLong(line.substring("pid ".length()))));
                    }
                }
                assertThat(folder.getParent()).isEqualTo(temporary);
                assertThat(folder).isDirectory();
                assertThat(children).hasSize(4).allMatch(Child::isAlive);

                new Child("holder", holder.toHandle(), temporary).signal(signal);
                assertThat(holder.waitFor(90, TimeUnit.SECONDS)).isTrue();
                await().atMost(Duration.ofSeconds(90))
                        .untilAsserted(() -> assertThat(children).noneMatch(Child::isAlive));
                await().atMost(Duration.ofSeconds(90))
                        .untilAsserted(() -> assertThat(temporary).isEmptyDirectory());
            }
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void closingEndsWhatIgnoresBeingAsked() {
        StackFolder folder = StackFolder.create(temporary);
        Child stubborn = folder.launch(
                "stubborn",
                List.of("/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done", folder.path() + "/stubborn"),
                folder.path(),
                Map.of());
        assertThat(stubborn.isAlive()).isTrue();

        folder.close();

        assertThat(stubborn.isAlive()).isFalse();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void aProcessThatWasGivenAnOldNumberIsNotHit() throws IOException {
        Process bystander = new ProcessBuilder("sleep", "600").start();
        try {
            StackFolder folder = StackFolder.create(temporary);
            Files.writeString(
                    folder.path().resolve("processes"),
                    "pid TERM " + bystander.pid() + " ? old\n",
                    StandardOpenOption.APPEND);

            folder.close();

            assertThat(temporary).isEmptyDirectory();
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly();
        }
    }

    @Test
    void partsAreStoppedInReverseOrderAndAFailureStopsNoOther() {
        StackFolder folder = StackFolder.create(temporary);
        List<String> stopped = new ArrayList<>();
        folder.stopsWith(() -> stopped.add("first"));
        folder.stopsWith(() -> {
            throw new StackException("stuck");
        });
        folder.stopsWith(() -> stopped.add("last"));

        assertThatThrownBy(folder::close).isInstanceOf(StackException.class).hasMessageContaining("stuck");

        assertThat(stopped).containsExactly("last", "first");
        assertThat(temporary).isEmptyDirectory();
        assertThatCode(folder::close).doesNotThrowAnyException();
    }

    @Test
    void anInterruptDoesNotCutTheClosingShort() {
        StackFolder folder = StackFolder.create(temporary);
        RedisPart redis = RedisPart.start(folder, Map.of());
        Child server = child(redis.pid());

        Thread.currentThread().interrupt();
        folder.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.isAlive()).isFalse();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void nothingIsStartedInAFolderThatIsClosed() {
        StackFolder folder = StackFolder.create(temporary);
        folder.close();

        assertThatThrownBy(() ->
                        folder.launch("late", List.of("sleep", folder.path().toString()), temporary, Map.of()))
                .isInstanceOf(StackException.class);
    }

    @Test
    void whatIsStillBeingMadeWhenTheFolderIsClosedDoesNotBringItBack() throws Exception {
        StackFolder folder = StackFolder.create(temporary);
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> unpacking = CompletableFuture.runAsync(
                () -> {
                    for (int file = 0; ; file++) {
                        Path made = folder.folder("part").resolve("deep").resolve(Integer.toString(file));
                        try {
                            folder.whileOpen(() -> Files.createDirectories(made));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        begun.countDown();
                    }
                },
                command -> Thread.ofPlatform().name("unpacking").start(command));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        folder.close();

        assertThatThrownBy(() -> unpacking.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(StackException.class);
        assertThat(folder.path()).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeMadeIsAClearError() {
        assertThatThrownBy(() -> StackFolder.create(temporary.resolve("none")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("none");
    }

    private Child child(long pid) {
        return new Child("child", ProcessHandle.of(pid).orElseThrow(), temporary.resolve("log"));
    }
}
