package dev.hopmeter.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of the stack. Every method may be called by any thread, and again after the process has ended. */
final class Child {

    private static final Pattern SPRING = Pattern.compile("\\RDescription:\\s+(.*?)\\R\\s*\\RAction:", Pattern.DOTALL);
    /** Of Postgres, of its configuration, and of a JVM. */
    private static final Pattern FATAL =
            Pattern.compile("(?m)^(?:.*LOG:  (unrecognized configuration parameter .*|invalid value for parameter .*)"
                    + "|(Unrecognized VM option .*|Invalid maximum heap size.*))$");

    /** Fields of {@code /proc/PID/stat}, counted from the one after the command's name. */
    private static final int STATE = 0;

    private static final int THREADS = 17;

    private final String name;
    private final ProcessHandle handle;
    private final Path log;
    private volatile boolean dismissed;

    Child(String name, ProcessHandle handle, Path log) {
        this.name = name;
        this.handle = handle;
        this.log = log;
    }

    String name() {
        return name;
    }

    long pid() {
        return handle.pid();
    }

    /** Whether it runs; a process that has ended and that its parent has not yet been told about does not. */
    boolean isAlive() {
        return handle.isAlive() && !isZombie();
    }

    /** Its first thread can be one long before the others have ended, with whom the process's ports are still open. */
    private boolean isZombie() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"), StandardCharsets.ISO_8859_1);
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            return fields.get(STATE).equals("Z") && Integer.parseInt(fields.get(THREADS)) <= 1;
        } catch (IOException e) {
            // No such process any more, or a system without /proc, whose first process collects its dead.
            return false;
        }
    }

    /** Asks it to end (SIGTERM), and kills it when it has not within that time; returns when it has ended. */
    void stop(Duration limit) {
        dismissed = true;
        handle.destroy();
        if (!awaitEnd(limit)) {
            kill();
        }
    }

    /** SIGKILL; returns when it has ended. */
    void kill() {
        dismissed = true;
        handle.destroyForcibly();
        if (!awaitEnd(Duration.ofSeconds(10))) {
            throw new StackException(name + " (pid " + pid() + ") does not end on SIGKILL");
        }
    }

    /** The processes that it has started and they in turn, as of now. */
    List<Child> descendants() {
        return handle.descendants().map(each -> new Child(name, each, log)).toList();
    }

    /** Whether it has ended though nobody here asked for it. */
    boolean isLost() {
        return !dismissed && !isAlive();
    }

    /** Expects its end, so that it is not lost when that comes. */
    void dismiss() {
        dismissed = true;
    }

    /** Sends a signal that Java has no method for, as in {@code QUIT}. */
    void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new StackException("cannot signal " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while " + name + " was signalled", e);
        }
    }

    boolean awaitEnd(Duration limit) {
        return Wait.until(limit, () -> !isAlive());
    }

    /**
     * Waits until it is ready, asking after each pause.
     *
     * @param lastAnswer what is known of why it is not ready yet, or empty
     * @throws StackException if it ends before or is not ready in time; the message ends with its last log lines
     */
    void awaitReady(Duration limit, Duration pause, BooleanSupplier ready, Supplier<String> lastAnswer) {
        boolean[] met = new boolean[1];
        boolean decided = Wait.until(limit, pause, () -> {
            met[0] = ready.getAsBoolean();
            return met[0] || !isAlive();
        });
        if (!met[0]) {
            throw new StackException(
                    decided
                            ? name + " ended before it was ready"
                                    + told(log).orElseGet(() -> lastAnswer.get() + lastLines(log))
                            : name + " was not ready after " + limit.toSeconds() + " s" + lastAnswer.get()
                                    + lastLines(log));
        }
    }

    /** Why a service did not start as Spring tells its reader, or why a server as it tells its log, in one line. */
    private static Optional<String> told(Path log) {
        try {
            String text = Files.readString(log, StandardCharsets.UTF_8);
            Matcher spring = SPRING.matcher(text);
            Matcher server = FATAL.matcher(text);
            return spring.find()
                    ? Optional.of(": " + spring.group(1).strip().replaceAll("\\s*\\R\\s*", " "))
                    : server.find()
                            ? Optional.of(": " + (server.group(1) == null ? server.group(2) : server.group(1)))
                            : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The last 20 lines of a log, each indented on a line of its own, or why they cannot be shown. */
    static String lastLines(Path log) {
        return lastLines(log, 20);
    }

    static String lastLines(Path log, int most) {
        try {
            List<String> lines =
                    Files.readString(log, StandardCharsets.UTF_8).lines().toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - most), lines.size());
            return last.isEmpty() ? " (and wrote nothing)" : "; its last lines:\n  " + String.join("\n  ", last);
        } catch (IOException e) {
            return " (its log cannot be read: " + e.getMessage() + ")";
        }
    }
}
