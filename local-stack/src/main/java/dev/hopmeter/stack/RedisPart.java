package dev.hopmeter.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A real Redis that listens on loopback only and asks for a password. */
public final class RedisPart {

    private static final String NAME = "redis";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int ANSWER_MILLIS = 1_000;
    private static final int ATTEMPTS = 3;
    private static final Set<String> OURS = Set.of(
            "bind",
            "daemonize",
            "dir",
            "include",
            "logfile",
            "pidfile",
            "port",
            "protected-mode",
            "requirepass",
            "set-proc-title",
            "supervised",
            "unixsocket");

    private final StackFolder folder;
    private final Map<String, String> settings;
    private final String password = Secret.create();
    private final Path home;
    private final Path executable;
    private int port;
    private volatile @Nullable Child server;

    private RedisPart(StackFolder folder, Map<String, String> settings) {
        this.folder = folder;
        this.settings = Map.copyOf(settings);
        this.home = folder.folder(NAME);
        this.executable = home.resolve("redis-server");
        this.port = folder.ports().next();
    }

    /**
     * Starts it; the folder stops it.
     *
     * @param settings lines of {@code redis.conf} that differ from what Redis documents as its default
     */
    public static RedisPart start(StackFolder folder, Map<String, String> settings) {
        Settings.check(NAME, settings, OURS);
        RedisPart part = new RedisPart(folder, settings);
        part.unpack();
        folder.announce(part.pidFile(), "TERM");
        folder.stopsWith(part::discard);
        part.startOnFreePort();
        return part;
    }

    /** {@code redis://:PASSWORD@127.0.0.1:PORT}. */
    public String url() {
        return "redis://:" + password + "@127.0.0.1:" + port;
    }

    public String password() {
        return password;
    }

    public int port() {
        return port;
    }

    /** The server's process id. */
    public long pid() {
        return running().pid();
    }

    /** Kills the server with SIGKILL; what it had written to its files stays for {@link #restart()}. */
    public void kill() {
        running().kill();
    }

    /** Starts it again on the same port and files, after stopping it in good order if it runs. */
    public void restart() {
        running().stop(STOP_LIMIT);
        boot();
    }

    Optional<Child> child() {
        return Optional.ofNullable(server);
    }

    private Child running() {
        Child child = server;
        if (child == null) {
            throw new IllegalStateException("not started yet");
        }
        return child;
    }

    private Path pidFile() {
        return home.resolve("redis.pid");
    }

    private void unpack() {
        String resource = Machine.here().redisExecutable();
        try (InputStream content = RedisPart.class.getClassLoader().getResourceAsStream(resource)) {
            if (content == null) {
                throw new StackException(resource + " is not on the class path");
            }
            Files.copy(content, executable);
            Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new StackException("cannot unpack Redis into " + home + ": " + e.getMessage(), e);
        }
    }

    private void startOnFreePort() {
        for (int attempt = 1; ; attempt++) {
            try {
                boot();
                return;
            } catch (StackException e) {
                if (attempt == ATTEMPTS || Ports.isFree(port)) {
                    throw e;
                }
                port = folder.ports().next();
            }
        }
    }

    private void boot() {
        configure();
        try {
            Files.deleteIfExists(pidFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        folder.run(NAME, List.of(executable.toString(), configuration().toString()), home, START_LIMIT);
        Child child = new Child(NAME, handle(), folder.log(NAME));
        server = child;
        child.awaitReady(START_LIMIT, PAUSE, this::answers, () -> "");
    }

    private Path configuration() {
        return home.resolve("redis.conf");
    }

    private void configure() {
        Map<String, String> lines = new LinkedHashMap<>(settings);
        lines.put("bind", "127.0.0.1");
        lines.put("port", Integer.toString(port));
        lines.put("requirepass", password);
        lines.put("dir", quoted(home.toString()));
        lines.put("logfile", quoted(folder.log(NAME).toString()));
        lines.put("pidfile", quoted(pidFile().toString()));
        // As a daemon it leads a session of its own, where no Ctrl-C of this terminal reaches it.
        lines.put("daemonize", "yes");
        // The janitor knows its processes by their command lines.
        lines.put("set-proc-title", "no");
        StringBuilder text = new StringBuilder();
        lines.forEach((key, value) -> text.append(key).append(' ').append(value).append('\n'));
        Secret.write(configuration(), text.toString());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private ProcessHandle handle() {
        String[] pid = new String[1];
        Wait.until(START_LIMIT, () -> {
            pid[0] = firstLine(pidFile());
            return !pid[0].isEmpty();
        });
        if (pid[0].isEmpty()) {
            throw new StackException(NAME + " wrote no process id" + Child.lastLines(folder.log(NAME)));
        }
        return ProcessHandle.of(Long.parseLong(pid[0]))
                .orElseThrow(() -> new StackException(NAME + " has ended" + Child.lastLines(folder.log(NAME))));
    }

    private static String firstLine(Path file) {
        try {
            return Files.exists(file)
                    ? Files.readString(file, StandardCharsets.UTF_8).strip()
                    : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] expected = "+OK\r\n+PONG\r\n".getBytes(StandardCharsets.US_ASCII);
            return Arrays.equals(socket.getInputStream().readNBytes(expected.length), expected);
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it without saving, as all it has written is about to be deleted. */
    private void discard() {
        Child child = server;
        if (child != null) {
            child.kill();
        }
    }
}
