package dev.hopmeter.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node of a Harper cluster, on a loopback address of its own. For one thread at a time. */
public final class HarperNode {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(4);

    private final StackFolder folder;
    private final String name;
    private final Path program;
    private final Path home;
    private final Map<String, String> environment;
    private final URI url;
    private volatile @Nullable Child process;

    HarperNode(StackFolder folder, String name, Path program, Path home, Map<String, String> environment, URI url) {
        this.folder = folder;
        this.name = name;
        this.program = program;
        this.home = home;
        this.environment = Map.copyOf(environment);
        this.url = url;
    }

    /** Copies the application to where the node looks for it. */
    void install(Path application) {
        Path component = home.resolve("components").resolve("hopmeter");
        try {
            Files.createDirectories(component);
            for (String file : HarperStack.APPLICATION) {
                Files.copy(application.resolve(file), component.resolve(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String name() {
        return name;
    }

    /** Where REST and WebSockets are, as in {@code http://127.0.0.2:20001}. */
    public URI url() {
        return url;
    }

    void launch() {
        // The janitor knows its processes by their command lines, and this flag changes nothing but a folder for
        // reports.
        process =
                folder.launch(name, List.of("node", "--diagnostic-dir=" + home, program.toString()), home, environment);
    }

    /** Until a write there is confirmed by another node. */
    void awaitReady() {
        running().awaitReady(START_LIMIT, PAUSE, this::isReady, () -> "");
    }

    private boolean isReady() {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/actuator/health/readiness"))
                .timeout(ANSWER)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while " + name + " was asked whether it is ready", e);
        }
    }

    /** Stops it where it is, with its connections open. */
    public void freeze() {
        running().signal("STOP");
    }

    /** Lets it go on. */
    public void thaw() {
        running().signal("CONT");
    }

    /** SIGKILL. */
    public void kill() {
        running().kill();
    }

    /** Starts it again on the same files, after stopping it in good order if it runs; returns once it is ready. */
    public void restart() {
        running().stop(STOP_LIMIT);
        launch();
        awaitReady();
    }

    /** In no good order, as all it has written is about to be deleted; nothing if it does not run. */
    void discard() {
        Child child = process;
        if (child != null) {
            child.kill();
        }
    }

    Child running() {
        Child child = process;
        if (child == null) {
            throw new IllegalStateException("not started yet");
        }
        return child;
    }
}
