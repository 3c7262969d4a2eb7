package dev.hopmeter.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A temporary folder that owns everything a stack makes: files and processes. {@link #close()} ends the processes, the
 * latest first, and removes the folder; the end of the JVM by Ctrl-C or SIGTERM closes it too. When the JVM is killed, the
 * janitor does it: a small shell process that waits for the end of a pipe from this JVM.
 *
 * <p>No child hears the terminal's Ctrl-C: the JVM does, and stops them in order. Thread-safe.
 */
public final class StackFolder implements AutoCloseable {

    private static final Duration JANITOR_LIMIT = Duration.ofSeconds(30);
    private static final Set<String> MEMORY_FILE_SYSTEMS = Set.of("tmpfs", "ramfs");

    /** What children may know of the user's environment: anything else could change what is measured. */
    private static final Set<String> PASSED_ON =
            Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH");

    private final Path path;
    private final Process janitor;
    private final Thread closeAtExit =
            Thread.ofPlatform().name("stack-folder-close").unstarted(this::close);
    private final Ports ports = new Ports();

    private final Object lock = new Object();
    private final Deque<Runnable> stops = new ArrayDeque<>();
    /** Kept, as each holds the pipe that is its child's leash. */
    private final List<Process> launched = new ArrayList<>();

    private @Nullable Thread closer;

    private final Object closeLock = new Object();
    private boolean closed;

    private StackFolder(Path path) throws IOException {
        this.path = path;
        Files.createDirectory(path.resolve("tmp"));
        Files.createFile(path.resolve("processes"));
        this.janitor = new ProcessBuilder("/bin/sh", "-c", script(), "hopmeter-janitor", path.toString())
                .directory(path.getRoot().toFile())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        Runtime.getRuntime().addShutdownHook(closeAtExit);
    }

    /** A new folder in {@link #usualParent()}. */
    public static StackFolder create() {
        return create(usualParent());
    }

    /**
     * A port of those that a stack takes its own from, on which nobody listens now.
     *
     * @throws StackException if none is found
     */
    public static int freePort() {
        return new Ports().next();
    }

    /**
     * The system's temporary folder or, where that is held in memory, {@code /var/tmp}: a disk flush must reach a disk.
     */
    public static Path usualParent() {
        Path usual = Path.of(System.getProperty("java.io.tmpdir"));
        Path onDisk = Path.of("/var/tmp");
        return isInMemory(usual) && Files.isWritable(onDisk) && !isInMemory(onDisk) ? onDisk : usual;
    }

    /** A new folder in that one, which must exist. */
    public static StackFolder create(Path parent) {
        try {
            return new StackFolder(Files.createTempDirectory(parent.toAbsolutePath(), "hopmeter-")
                    .toAbsolutePath());
        } catch (IOException e) {
            throw new StackException("cannot make a folder in " + parent + ": " + e, e);
        }
    }

    private static boolean isInMemory(Path folder) {
        try {
            return MEMORY_FILE_SYSTEMS.contains(Files.getFileStore(folder).type());
        } catch (IOException e) {
            throw new StackException("cannot use " + folder + ": " + e, e);
        }
    }

    /** Where it is; nothing is there any more once it is closed. */
    public Path path() {
        return path;
    }

    /** Whether its files are held in memory, so that a disk flush flushes nothing. */
    public boolean isInMemory() {
        return isInMemory(path);
    }

    /** Where the part of that name writes its log. */
    public Path log(String name) {
        return path.resolve(name + ".log");
    }

    /** Which of them has ended though nobody asked for that, with its last five log lines. */
    Optional<String> lost(Collection<Child> children) {
        return children.stream()
                .filter(Child::isLost)
                .findFirst()
                .map(child -> child.name() + " has ended" + Child.lastLines(log(child.name()), 5));
    }

    Ports ports() {
        return ports;
    }

    /** Makes the folder of that part. */
    Path folder(String name) {
        Path made = path.resolve(name);
        try {
            whileOpen(() -> Files.createDirectories(made));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return made;
    }

    /** What makes files in this folder. */
    @FunctionalInterface
    interface Making {
        void make() throws IOException;
    }

    /**
     * Has that done, which is to be short, as the close waits for it: what is made during the close would stay behind.
     *
     * @throws StackException if the folder is being closed
     */
    void whileOpen(Making making) throws IOException {
        synchronized (lock) {
            refuseIfClosing();
            making.make();
        }
    }

    /** Has that run at the close, before all that were given earlier. It must be harmless when there is nothing to stop. */
    void stopsWith(Runnable stop) {
        synchronized (lock) {
            refuseIfClosing();
            stops.push(stop);
        }
    }

    /** Tells the janitor of a process that will write its id into that file, before it is started. */
    void announce(Path pidFile, String signal) {
        append("pidfile " + signal + " " + pidFile);
    }

    /**
     * Starts a process that ignores the terminal's Ctrl-C and whose command line names this folder. Its standard input is
     * a pipe from this JVM, which ends with it; its output goes to the log.
     *
     * @param environment added to the few variables that are passed on
     */
    Child launch(String name, List<String> command, Path workingFolder, Map<String, String> environment) {
        if (command.stream().noneMatch(word -> word.contains(path.toString()))) {
            throw new IllegalArgumentException(
                    "the janitor would not know the command line of " + name + ": " + command);
        }
        Process process = start(name, command, workingFolder, environment);
        return new Child(name, process.toHandle(), log(name));
    }

    /**
     * Runs a command to its end; it may leave a server behind, which must have been announced.
     *
     * @throws StackException if it fails or takes longer than the limit; the message ends with its last lines
     */
    void run(String name, List<String> command, Path workingFolder, Duration limit) {
        Process process = start(name, command, workingFolder, Map.of());
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new StackException(
                        name + " did not end within " + limit.toSeconds() + " s" + Child.lastLines(log(name)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while " + name + " ran", e);
        }
        if (process.exitValue() != 0) {
            throw new StackException(name + " failed" + Child.lastLines(log(name)));
        }
    }

    private Process start(String name, List<String> command, Path workingFolder, Map<String, String> environment) {
        List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", name));
        words.addAll(command);
        synchronized (lock) {
            refuseIfClosing();
            try {
                Process process =
                        builder(words, workingFolder, log(name), environment).start();
                launched.add(process);
                append("pid TERM " + process.pid() + " " + startOf(process) + " " + name);
                return process;
            } catch (IOException e) {
                throw new StackException("cannot start " + name + ": " + e.getMessage(), e);
            }
        }
    }

    private static String startOf(Process process) {
        return process.info().startInstant().map(Object::toString).orElse("?");
    }

    private static ProcessBuilder builder(
            List<String> command, Path workingFolder, Path log, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingFolder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().keySet().retainAll(PASSED_ON);
        builder.environment().putAll(environment);
        return builder;
    }

    private void append(String line) {
        try {
            Files.writeString(path.resolve("processes"), line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void refuseIfClosing() {
        if (closer != null && closer != Thread.currentThread()) {
            throw new StackException("the stack is being stopped");
        }
    }

    /**
     * Ends every process, the latest first, and removes the folder; blocks until that is done, for as long as each part
     * may take, also where the calling thread is interrupted, which stays marked. A second call waits for the first.
     *
     * @throws StackException if something was left behind; it says what
     */
    @Override
    public void close() {
        synchronized (closeLock) {
            if (closed) {
                return;
            }
            closed = true;
            List<RuntimeException> failures = new ArrayList<>();
            // A thread of its own, so that an interrupt of this one cannot cut it short.
            Thread closing = Thread.ofPlatform().name("stack-folder-closing").unstarted(() -> {
                stopAll(failures);
                dismissJanitor(failures);
            });
            synchronized (lock) {
                closer = closing;
            }
            closing.start();
            joinUninterruptibly(closing);
            forgetHook();
            if (!failures.isEmpty()) {
                StackException failure = new StackException("not everything was stopped: "
                        + failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")));
                failures.forEach(failure::addSuppressed);
                throw failure;
            }
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopAll(List<RuntimeException> failures) {
        for (Runnable stop = stops.poll(); stop != null; stop = stops.poll()) {
            try {
                stop.run();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        launched.forEach(Process::destroyForcibly);
    }

    private void dismissJanitor(List<RuntimeException> failures) {
        try (OutputStream pipe = janitor.getOutputStream()) {
            pipe.write("closed\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            failures.add(new StackException("the janitor of " + path + " is gone", e));
        }
        try {
            if (!janitor.waitFor(JANITOR_LIMIT.toMillis(), TimeUnit.MILLISECONDS) || Files.exists(path)) {
                failures.add(new StackException(path + " could not be removed"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failures.add(new StackException("interrupted while " + path + " was removed", e));
        }
    }

    private void forgetHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(closeAtExit);
        } catch (IllegalStateException e) {
            // The JVM is ending, and this is the hook or was faster than it.
        }
    }

    private static String script() throws IOException {
        try (InputStream script = StackFolder.class.getResourceAsStream("janitor.sh")) {
            if (script == null) {
                throw new IOException("janitor.sh is missing in the jar");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
