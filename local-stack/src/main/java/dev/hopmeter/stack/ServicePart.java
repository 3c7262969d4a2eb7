package dev.hopmeter.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A service's jar as a process of its own, or in one with others, on loopback. It works in a folder of its own, which stays
 * over a restart, and reads its properties, passwords among them, from a file that only its owner can read.
 */
public final class ServicePart {

    /** Generous, as a service that has failed is noticed at once, and five start on what may be two busy cores. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(8);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Room for all the requests that {@code order-service} lets in at once; in good times half of it does. */
    private static final String HEAP = "512m";

    private static final String SHARED_HEAP = "1g";

    /** The name of the process that services share, and of its folder and log. */
    private static final String SHARED = "services";

    private static final int ANSWER_MILLIS = 5_000;
    private static final int ATTEMPTS = 3;

    private final StackFolder folder;
    private final String name;
    private final Path jar;
    private final Map<String, String> properties;
    private final List<String> jvmFlags;
    private final Path home;
    private final boolean fixedPort;
    private volatile int port;
    private volatile @Nullable Child process;
    private volatile boolean sharesItsProcess;

    private ServicePart(
            StackFolder folder,
            String name,
            Path jar,
            Map<String, String> properties,
            List<String> jvmFlags,
            OptionalInt port) {
        this.folder = folder;
        this.name = name;
        this.jar = jar;
        this.properties = Map.copyOf(properties);
        this.jvmFlags = List.copyOf(jvmFlags);
        this.home = folder.folder(name);
        this.fixedPort = port.isPresent();
        this.port = port.orElseGet(folder.ports()::next);
    }

    /**
     * A service that is not started yet.
     *
     * @param properties of the service: the stack's addresses and what the arm says
     * @param port to listen on; any free one if empty
     * @throws StackException if there is no such jar
     */
    static ServicePart prepare(
            StackFolder folder,
            String name,
            Path jar,
            Map<String, String> properties,
            List<String> jvmFlags,
            OptionalInt port) {
        if (!Files.isRegularFile(jar)) {
            throw new StackException(name + " is not built: there is no " + jar);
        }
        return new ServicePart(folder, name, jar, properties, jvmFlags, port);
    }

    /**
     * Starts a service and waits until it is ready; the folder stops it.
     *
     * @throws StackException if it does not become ready in time; the message ends with its last log lines
     */
    public static ServicePart start(StackFolder folder, String name, Path jar, Map<String, String> properties) {
        ServicePart part = prepare(folder, name, jar, properties, Jvm.SHORT_LIVED, OptionalInt.empty());
        folder.stopsWith(part::stop);
        part.boot();
        return part;
    }

    String name() {
        return name;
    }

    /** {@code http://127.0.0.1:PORT}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The id of the process that it runs in. */
    public long pid() {
        return running().pid();
    }

    /** Where it writes its log. */
    public Path log() {
        return folder.log(sharesItsProcess ? SHARED : name);
    }

    /** Kills its process with SIGKILL; what it keeps in its folder stays for {@link #restart()}. */
    public void kill() {
        running().kill();
    }

    /**
     * Starts it again on the same port and folder, after stopping it in good order if it runs, until it is ready.
     *
     * @throws IllegalStateException if it shares its process
     */
    public void restart() {
        if (sharesItsProcess) {
            throw new IllegalStateException(name + " shares its process with the others, and does not start alone");
        }
        running().stop(STOP_LIMIT);
        launch();
        awaitReady();
    }

    Optional<Child> child() {
        return Optional.ofNullable(process);
    }

    private Child running() {
        Child child = process;
        if (child == null) {
            throw new IllegalStateException(name + " is not started yet");
        }
        return child;
    }

    /** Starts it for the first time, on another port if somebody was faster at taking this one. */
    void boot() {
        for (int attempt = 1; ; attempt++) {
            try {
                launch();
                awaitReady();
                return;
            } catch (StackException e) {
                stop();
                if (fixedPort || attempt == ATTEMPTS || Ports.isFree(port)) {
                    throw e;
                }
                port = folder.ports().next();
            }
        }
    }

    private void launch() {
        List<String> command = command(HEAP, jvmFlags);
        command.addAll(List.of(
                "-jar", startable().toString(), "--spring.config.additional-location=file:" + writeProperties()));
        process = folder.launch(name, command, home, Map.of());
    }

    /**
     * Starts services in one process, each with its own properties, and does not wait until they are ready.
     *
     * @param jvmFlags of that process
     */
    static void launchTogether(StackFolder folder, List<ServicePart> parts, List<String> jvmFlags) {
        List<String> command = parts.getFirst().command(SHARED_HEAP, jvmFlags);
        command.addAll(List.of(
                // Each service would set the one log up for itself.
                "-Dorg.springframework.boot.logging.LoggingSystem=none",
                "-Dlogback.configurationFile=dev/hopmeter/stack/services-logback.xml",
                "-cp",
                ServicesProcess.classPath(
                        parts.stream().map(ServicePart::startable).toList()),
                ServicesProcess.class.getName()));
        for (ServicePart part : parts) {
            command.add(part.startable().toString());
            command.add(part.writeProperties().toString());
        }
        Child process = folder.launch(SHARED, command, folder.folder(SHARED), Map.of());
        for (ServicePart part : parts) {
            part.sharesItsProcess = true;
            part.process = process;
        }
    }

    private List<String> command(String heap, List<String> flags) {
        List<String> all = new ArrayList<>(List.of("-Xmx" + heap, "-Djava.awt.headless=true"));
        all.addAll(flags);
        return Jvm.command(folder, all);
    }

    private Path startable() {
        return UnpackedJar.of(jar.toAbsolutePath(), folder);
    }

    private Path writeProperties() {
        Path file = home.resolve("application.properties");
        Secret.write(file, text());
        return file;
    }

    private String text() {
        Properties text = new Properties();
        text.putAll(properties);
        text.setProperty("server.address", "127.0.0.1");
        text.setProperty("server.port", Integer.toString(port));
        text.setProperty("hopmeter.leash", "stdin");
        text.setProperty("spring.main.banner-mode", "off");
        StringWriter lines = new StringWriter();
        try {
            text.store(lines, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines.toString();
    }

    void awaitReady() {
        String[] last = {"no answer"};
        running().awaitReady(START_LIMIT, PAUSE, () -> isReady(last), () -> " (readiness: " + last[0] + ")");
    }

    private boolean isReady(String[] answer) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    url().resolve("/actuator/health/readiness").toURL().openConnection();
            connection.setConnectTimeout(ANSWER_MILLIS);
            connection.setReadTimeout(ANSWER_MILLIS);
            int status = connection.getResponseCode();
            try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                answer[0] =
                        status + " " + (body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
            return status == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            answer[0] = e.toString();
            return false;
        }
    }

    /** Stops it in good order, or kills it when that takes too long; nothing if it does not run. */
    void stop() {
        child().ifPresent(child -> child.stop(STOP_LIMIT));
    }
}
