package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ServicePartIT {

    @TempDir
    private Path temporary = Path.of("");

    private Path jar = Path.of("");
    private Path stacks = Path.of("");

    @BeforeEach
    void packJar() throws IOException {
        jar = pack(temporary.resolve("pretended.jar"));
        stacks = Files.createDirectory(temporary.resolve("stacks"));
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(stacks).isEmptyDirectory();
    }

    @Test
    void aServiceIsReadyWhenItSaysSoAndKeepsItsPortAndFolderOverAKill() throws IOException {
        try (StackFolder folder = StackFolder.create(stacks)) {
            ServicePart service = ServicePart.start(folder, "pretended", jar, Map.of());
            URI url = service.url();
            assertThat(readiness(service)).isEqualTo("x");

            service.kill();
            service.restart();

            assertThat(service.url()).isEqualTo(url);
            assertThat(readiness(service)).isEqualTo("xx");
            assertThat(service.log()).content().contains("started with xx");
        }
    }

    @Test
    void aPasswordIsInAFileOfItsOwnersAndNotOnTheCommandLine() throws IOException {
        try (StackFolder folder = StackFolder.create(stacks)) {
            ServicePart service =
                    ServicePart.start(folder, "pretended", jar, Map.of("spring.datasource.password", "hush hush"));

            assertThat(commandLine(service.pid())).contains("pretended").doesNotContain("hush");
            Path file = folder.path().resolve("pretended/application.properties");
            assertThat(file).content().contains("spring.datasource.password=hush hush");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aServiceThatFailsSaysItsLastLines() {
        try (StackFolder folder = StackFolder.create(stacks)) {
            assertThatThrownBy(() -> ServicePart.start(folder, "pretended", jar, Map.of("fails", "no database")))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("pretended ended before it was ready")
                    .hasMessageContaining("cannot go on: no database");
        }
    }

    @Test
    void aPortThatSomebodyTookMeanwhileIsReplacedUnlessItWasAskedFor() throws IOException {
        try (StackFolder folder = StackFolder.create(stacks);
                ServerSocket taken = new ServerSocket()) {
            ServicePart any = prepare(folder, "any", OptionalInt.empty());
            int first = any.url().getPort();
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), first));
            folder.stopsWith(any::stop);
            any.boot();
            assertThat(any.url().getPort()).isNotEqualTo(first);
            assertThat(readiness(any)).startsWith("x");

            ServicePart fixed = prepare(folder, "fixed", OptionalInt.of(first));
            assertThatThrownBy(fixed::boot).isInstanceOf(StackException.class).hasMessageContaining("in use");
        }
    }

    @Test
    void aServiceThatEndsByItselfIsLostAndOneThatIsStoppedIsNot() {
        try (StackFolder folder = StackFolder.create(stacks)) {
            ServicePart service = ServicePart.start(folder, "pretended", jar, Map.of());
            Child child = service.child().orElseThrow();
            assertThat(child.isLost()).isFalse();
            ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
            assertThat(child.awaitEnd(java.time.Duration.ofSeconds(90))).isTrue();
            assertThat(child.isLost()).isTrue();

            service.restart();
            Child again = service.child().orElseThrow();
            service.stop();
            assertThat(again.isAlive()).isFalse();
            assertThat(again.isLost()).isFalse();
        }
    }

    @Test
    void aJarThatIsNotBuiltIsNamed() {
        try (StackFolder folder = StackFolder.create(stacks)) {
            assertThatThrownBy(() -> ServicePart.start(folder, "pretended", temporary.resolve("none.jar"), Map.of()))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("none.jar");
        }
    }

    private ServicePart prepare(StackFolder folder, String name, OptionalInt port) {
        return ServicePart.prepare(folder, name, jar, Map.of(), List.of(), port);
    }

    private static String readiness(ServicePart service) throws IOException {
        try (InputStream body =
                service.url().resolve("/actuator/health/readiness").toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String commandLine(long pid) throws IOException {
        Process ps = new ProcessBuilder("ps", "-ww", "-o", "args=", "-p", Long.toString(pid)).start();
        return new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    static Path pack(Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, PretendedService.class.getName());
        String entry = PretendedService.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), manifest);
                InputStream bytes = PretendedService.class.getClassLoader().getResourceAsStream(entry)) {
            assertThat(bytes).isNotNull();
            out.putNextEntry(new JarEntry(entry));
            bytes.transferTo(out);
        }
        return file;
    }
}
