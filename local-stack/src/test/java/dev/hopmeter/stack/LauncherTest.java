package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code hopmeter}, in a project of empty files, with a Java and a Maven that only say what they were told. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LauncherTest {

    private static final List<String> MODULES = List.of(
            "pipeline-contract",
            "pipeline-spring",
            "local-stack",
            "order-service",
            "cdc-rows",
            "cdc-connector",
            "connect-worker",
            "router-service",
            "aggregator-service",
            "notifier-service",
            "unified-backend",
            "load-generator");
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    @TempDir
    private Path temporary = Path.of("");

    private Path root = Path.of("");
    private Path jdk = Path.of("");
    private Path tools = Path.of("");

    @BeforeEach
    void layOutProject() throws IOException {
        root = Files.createDirectory(temporary.resolve("a project")).toRealPath();
        Files.copy(Path.of("..", "hopmeter"), root.resolve("hopmeter"));
        Files.setPosixFilePermissions(root.resolve("hopmeter"), PosixFilePermissions.fromString("rwxr-xr-x"));
        old(root.resolve("pom.xml"));
        for (String module : MODULES) {
            old(root.resolve(module).resolve("pom.xml"));
            old(root.resolve(module).resolve("src/main/Source.java"));
            boolean versioned = List.of("pipeline-contract", "pipeline-spring", "local-stack", "cdc-rows")
                    .contains(module);
            write(root.resolve(module).resolve("target/" + module + (versioned ? "-1.jar" : ".jar")), "");
        }
        Files.createDirectories(root.resolve("load-generator/target/lib"));
        Files.createDirectories(root.resolve("connect-worker/target/lib"));
        jdk = jdk("jdk-26", "26.0.1");
        tools = Files.createDirectory(temporary.resolve("tools"));
    }

    @Test
    void theNamedJdkRunsTheCommandLineWithItsWords() throws Exception {
        Ended ended = run(Map.of("HOPMETER_JAVA_HOME", jdk.toString()), "run", "--rate", "two words");

        assertThat(ended.status).isZero();
        assertThat(ended.out)
                .contains("[-Dhopmeter.root=" + root + "]")
                .contains("[dev.hopmeter.load.Hopmeter][run][--rate][two words]")
                .containsPattern("\\[-Dhopmeter\\.launched=[0-9]{10,}]");
        assertThat(ended.err).isEmpty();
    }

    @Test
    void itWorksThroughALinkAndFromAnotherFolder() throws Exception {
        Path link = Files.createSymbolicLink(tools.resolve("hm"), root.resolve("hopmeter"));

        Ended ended = run(link, Map.of("HOPMETER_JAVA_HOME", jdk.toString()), "doctor");

        assertThat(ended.status).isZero();
        assertThat(ended.out).contains("[-Dhopmeter.root=" + root + "]").contains("[doctor]");
    }

    @Test
    void anOlderJavaHomeIsPassedOverForTheJdkOnThePath() throws Exception {
        Path older = jdk("jdk-17", "17.0.15");
        Files.createSymbolicLink(tools.resolve("java"), jdk.resolve("bin/java"));

        Ended ended = run(Map.of("JAVA_HOME", older.toString()), "doctor");

        assertThat(ended.status).isZero();
        assertThat(ended.out).contains("[doctor]");
    }

    @Test
    void aNamedJdkThatIsTooOldIsRefusedInOneLineThatNamesTheVariable() throws Exception {
        Ended ended = run(Map.of("HOPMETER_JAVA_HOME", jdk("jdk-17", "17.0.15").toString()), "run");

        assertThat(ended.status).isEqualTo(2);
        assertThat(ended.out).isEmpty();
        assertThat(ended.err)
                .hasLineCount(1)
                .contains("HOPMETER_JAVA_HOME is no JDK 25 or newer")
                .contains(temporary.resolve("jdk-17").toString());
    }

    @Test
    void aRuntimeWithoutACompilerIsNoJdk() throws Exception {
        Files.delete(jdk.resolve("bin/javac"));

        assertThat(run(Map.of("HOPMETER_JAVA_HOME", jdk.toString()), "run").status)
                .isEqualTo(2);
    }

    @Test
    void aMissingJarIsBuiltWithTheSameJdk() throws Exception {
        Files.delete(root.resolve("router-service/target/router-service.jar"));
        maven("echo \"JAVA_HOME is $JAVA_HOME, told $*\" >> '" + temporary + "/told'");

        Ended ended = run(Map.of("HOPMETER_JAVA_HOME", jdk.toString()), "run");

        assertThat(ended.status).isZero();
        assertThat(temporary.resolve("told"))
                .content()
                .hasLineCount(1)
                .contains("JAVA_HOME is " + jdk)
                .contains("package");
        assertThat(ended.err).contains("building").containsPattern("built in [0-9]+ s");
        assertThat(ended.out).contains("[run]");
    }

    @Test
    void aChangedSourceIsBuiltOnce() throws Exception {
        maven("echo built >> '" + temporary + "/told'");
        Files.setLastModifiedTime(
                root.resolve("pipeline-contract/src/main/Source.java"),
                FileTime.from(Files.getLastModifiedTime(root.resolve("order-service/target/order-service.jar"))
                        .toInstant()
                        .plusSeconds(1)));

        assertThat(run(Map.of("HOPMETER_JAVA_HOME", jdk.toString()), "run").status)
                .isZero();
        assertThat(temporary.resolve("told")).content().hasLineCount(1);
        old(root.resolve("pipeline-contract/src/main/Source.java"));
        assertThat(run(Map.of("HOPMETER_JAVA_HOME", jdk.toString()), "run").status)
                .isZero();
        assertThat(temporary.resolve("told")).content().hasLineCount(1);
    }

    @Test
    void ofTwoAtOnceOneBuildsAndTheOtherWaits() throws Exception {
        Path jar = root.resolve("router-service/target/router-service.jar");
        Files.delete(jar);
        maven("echo built >> '" + temporary + "/told'; while [ ! -f '" + temporary + "/go' ]; do sleep 0.1; done; : > '"
                + jar + "'");
        Map<String, String> variables = Map.of("HOPMETER_JAVA_HOME", jdk.toString());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Ended>> both =
                    List.of(threads.submit(() -> run(variables, "run")), threads.submit(() -> run(variables, "up")));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(temporary.resolve("told")));
            write(temporary.resolve("go"), "");
            for (Future<Ended> each : both) {
                assertThat(each.get().status).isZero();
            }
        }

        assertThat(temporary.resolve("told")).content().hasLineCount(1);
        assertThat(Files.exists(root.resolve("target/hopmeter-building"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void aBuildThatWasKilledIsInNobodysWay() throws Exception {
        Path jar = root.resolve("router-service/target/router-service.jar");
        Files.delete(jar);
        maven(": > '" + jar + "'");
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectories(root.resolve("target"));
        Files.createSymbolicLink(root.resolve("target/hopmeter-building"), Path.of(Long.toString(gone.pid())));

        assertThat(run(Map.of("HOPMETER_JAVA_HOME", jdk.toString()), "run").status)
                .isZero();
        assertThat(jar).exists();
    }

    @Test
    void aFailedBuildShowsItsLastLinesAndIsTriedAgain() throws Exception {
        Files.delete(root.resolve("order-service/target/order-service.jar"));
        maven("echo 'cannot find symbol'; exit 1");

        Ended ended = run(Map.of("HOPMETER_JAVA_HOME", jdk.toString()), "run");

        assertThat(ended.status).isEqualTo(2);
        assertThat(ended.out).isEmpty();
        assertThat(ended.err).contains("cannot find symbol").contains("target/hopmeter-build.log");
        assertThat(root.resolve("target/hopmeter-built")).doesNotExist();
        assertThat(root.resolve("target/hopmeter-build.log")).content().contains("cannot find symbol");
    }

    @Test
    void withoutMavenABuildIsRefusedInOneLine() throws Exception {
        Files.delete(root.resolve("order-service/target/order-service.jar"));
        for (String tool : List.of("sed", "head", "date", "dirname", "readlink", "find")) {
            Files.createSymbolicLink(tools.resolve(tool), found(tool));
        }

        Ended ended = run(Map.of("HOPMETER_JAVA_HOME", jdk.toString(), "PATH", tools.toString()), "run");

        assertThat(ended.status).isEqualTo(2);
        assertThat(ended.err).hasLineCount(1).contains("Maven");
    }

    private Path jdk(String name, String version) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name));
        write(folder.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(folder.resolve("bin/java"), "printf '[%s]' \"$@\"");
        executable(folder.resolve("bin/javac"), "");
        return folder;
    }

    private void maven(String script) throws IOException {
        executable(tools.resolve("mvn"), script);
    }

    private static void executable(Path file, String script) throws IOException {
        write(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void old(Path file) throws IOException {
        write(file, "");
        Files.setLastModifiedTime(file, LONG_AGO);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Path found(String tool) {
        return List.of("/bin", "/usr/bin").stream()
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private Ended run(Map<String, String> environment, String... words) throws Exception {
        return run(root.resolve("hopmeter"), environment, words);
    }

    private Ended run(Path script, Map<String, String> environment, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(words));
        Path out = temporary.resolve("out");
        Path err = temporary.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(tools.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "HOPMETER_JAVA_HOME"));
        builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        builder.environment().putAll(environment);
        int status = builder.start().waitFor();
        return new Ended(
                status, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    private record Ended(int status, String out, String err) {}
}
