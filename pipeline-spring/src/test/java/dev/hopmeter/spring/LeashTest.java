package dev.hopmeter.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;

class LeashTest {

    private static final long BOUND_SECONDS = 90;

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void endChildren() {
        children.forEach(Process::destroyForcibly);
    }

    @Test
    void aServiceOnTheLeashEndsWhenItsStandardInputDoes() throws Exception {
        Process child = start("--hopmeter.leash=stdin");
        OutputStream held = child.getOutputStream();
        held.write("what is written does not matter\n".getBytes(UTF_8));
        held.flush();
        assertThat(child.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();

        held.close();

        assertThat(child.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(143);
    }

    @Test
    void itsShutdownHooksRunBeforeItEnds() throws Exception {
        Process child = start("--hopmeter.leash=stdin");
        child.getOutputStream().close();

        try (BufferedReader output = child.inputReader(UTF_8)) {
            assertThat(output.readLine()).isEqualTo("closed");
        }
        assertThat(child.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aServiceWithoutTheLeashOutlivesItsStandardInput() throws Exception {
        Process child = start();
        child.getOutputStream().close();

        assertThat(child.waitFor(2, TimeUnit.SECONDS)).isFalse();
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Waiting.class.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        children.add(child);
        assertThat(child.inputReader(UTF_8).readLine()).isEqualTo("started");
        return child;
    }

    /** A service that does nothing until it is ended, and says when it starts and ends. */
    static final class Waiting {

        private Waiting() {}

        public static void main(String[] arguments) throws InterruptedException {
            SpringApplication service = new SpringApplication(Waiting.class);
            service.setWebApplicationType(WebApplicationType.NONE);
            service.setLogStartupInfo(false);
            service.setBannerMode(org.springframework.boot.Banner.Mode.OFF);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("closed")));
            service.run(arguments);
            System.out.println("started");
            Thread.currentThread().join();
        }
    }
}
