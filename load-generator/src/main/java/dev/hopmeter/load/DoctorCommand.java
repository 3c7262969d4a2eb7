package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.stack.StackException;
import dev.hopmeter.stack.StackFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** {@code hopmeter doctor}: what this machine has, and what will not work on it. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at this machine and says what will not work on it, and why.",
            "",
            "Ends with status 0 where 'hopmeter run' can work, with 1 where it cannot."
        })
final class DoctorCommand implements Callable<Integer> {

    private static final int LEAST_JDK = 25;
    private static final int LEAST_CORES = 2;
    private static final long LEAST_MEMORY = 4_000_000_000L;
    private static final long LEAST_DISK = 2_000_000_000L;
    /** For each core. */
    private static final double MOST_LOAD = 0.5;

    private static final long SLOW_FLUSH_NANOS = 5_000_000;
    private static final long NO_FLUSH_NANOS = 20_000;

    private final EpochClock clock;
    private final PrintWriter out;
    private boolean works = true;

    DoctorCommand(EpochClock clock, PrintWriter out) {
        this.clock = clock;
        this.out = out;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path temp = StackFolder.usualParent();
        jdk();
        system();
        cores();
        load();
        memory();
        disk(temp);
        flush(temp);
        executable(temp);
        user();
        ports();
        out.println();
        out.println(works ? "hopmeter run can work here." : "hopmeter run cannot work here: mend what is marked NO.");
        out.flush();
        return works ? Hopmeter.VALID : Hopmeter.NOT_VALID;
    }

    private void jdk() {
        int found = Runtime.version().feature();
        say(
                found >= LEAST_JDK ? Finding.YES : Finding.NO,
                "JDK",
                Runtime.version() + " in " + System.getProperty("java.home")
                        + (found >= LEAST_JDK ? "" : ": a JDK " + LEAST_JDK + " is needed"));
    }

    private void system() {
        String name = System.getProperty("os.name");
        String processor = System.getProperty("os.arch");
        boolean known = (name.equals("Linux") || name.startsWith("Mac"))
                && (processor.equals("amd64") || processor.equals("x86_64") || processor.equals("aarch64"));
        say(
                known ? Finding.YES : Finding.NO,
                "system",
                name + " " + System.getProperty("os.version") + " on " + processor
                        + (known ? "" : ": there are no Postgres and Redis programs for it"));
    }

    private void cores() {
        int cores = Runtime.getRuntime().availableProcessors();
        String model = Environment.cpuModel().map(found -> " of " + found).orElse("");
        say(
                cores >= LEAST_CORES ? Finding.YES : Finding.BUT,
                "cores",
                cores
                        + model
                        + (cores >= LEAST_CORES
                                ? ""
                                : ": nine processes share it, so latencies will mostly be queueing"));
    }

    private void load() {
        int cores = Runtime.getRuntime().availableProcessors();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (load >= 0) {
            String found =
                    String.format(Locale.ROOT, "%.1f processes want a core, on average of the last minute", load);
            say(
                    load <= MOST_LOAD * cores ? Finding.YES : Finding.BUT,
                    "load",
                    found + (load <= MOST_LOAD * cores ? "" : ": what others run here will be in every latency"));
        }
    }

    private void memory() {
        Environment.memoryBytes()
                .ifPresent(bytes -> say(
                        bytes >= LEAST_MEMORY ? Finding.YES : Finding.BUT,
                        "memory",
                        gigabytes(bytes)
                                + (bytes >= LEAST_MEMORY
                                        ? ""
                                        : ": less than the stack and its disk cache like to have")));
    }

    private void disk(Path temp) {
        try {
            long free = Files.getFileStore(temp).getUsableSpace();
            say(
                    free >= LEAST_DISK ? Finding.YES : Finding.NO,
                    "disk",
                    gigabytes(free) + " free in " + temp
                            + (free >= LEAST_DISK ? "" : ": a stack needs " + gigabytes(LEAST_DISK)));
        } catch (IOException e) {
            say(Finding.NO, "disk", temp + " cannot be looked at: " + e);
        }
    }

    private void flush(Path temp) throws InterruptedException {
        Floor.Part disk = new Floors(clock, temp, "doctor").disk();
        if (disk.series().isEmpty()) {
            say(Finding.NO, "disk flush", "cannot be measured in " + temp + ": " + disk.problem());
            return;
        }
        long p50 = disk.series().get().quantile(0.5).orElse(0);
        String found = String.format(Locale.ROOT, "%.3f ms p50 in %s", p50 / 1e6, temp);
        if (p50 > SLOW_FLUSH_NANOS) {
            say(Finding.BUT, "disk flush", found + ": slow, every order waits for at least one");
        } else if (p50 < NO_FLUSH_NANOS) {
            say(Finding.BUT, "disk flush", found + ": too fast for a disk, nothing is durable there");
        } else {
            say(Finding.YES, "disk flush", found);
        }
    }

    private void executable(Path temp) throws InterruptedException {
        try {
            Path script = Files.createTempFile(
                    temp,
                    "hopmeter-doctor-",
                    ".sh",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                Files.writeString(script, "#!/bin/sh\nexit 0\n");
                boolean runs = succeeds(script.toString());
                say(
                        runs ? Finding.YES : Finding.NO,
                        "programs",
                        runs
                                ? "can be run from " + temp
                                : "cannot be run from " + temp
                                        + " (mounted noexec?): set JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER to"
                                        + " another");
            } finally {
                Files.deleteIfExists(script);
            }
        } catch (IOException | UnsupportedOperationException e) {
            say(Finding.NO, "programs", "cannot be written to " + temp + ": " + e);
        }
    }

    private void user() throws InterruptedException {
        String name = System.getProperty("user.name");
        if (!name.equals("root")) {
            say(Finding.YES, "user", name + ", who may start Postgres");
        } else if (succeeds("unshare", "-U", "true")) {
            say(Finding.YES, "user", "root, for whom Postgres is started in a user namespace");
        } else if (succeeds("setpriv", "--reuid=nobody", "--regid=65534", "--clear-groups", "true")
                || succeeds("runuser", "-u", "nobody", "--", "true")) {
            say(Finding.YES, "user", "root without user namespaces, for whom Postgres is started as nobody");
        } else {
            say(
                    Finding.NO,
                    "user",
                    "root, as whom Postgres does not run, without user namespaces or a way to be nobody:"
                            + " start as another user");
        }
    }

    private void ports() {
        try {
            say(
                    Finding.YES,
                    "ports",
                    "of those that a stack takes are free on 127.0.0.1, as " + StackFolder.freePort());
        } catch (StackException e) {
            say(Finding.NO, "ports", String.valueOf(e.getMessage()));
        }
    }

    private boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void say(Finding finding, String topic, String text) {
        works &= finding != Finding.NO;
        out.println(String.format(Locale.ROOT, "%-4s%-12s%s", finding.mark, topic, text));
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }

    private enum Finding {
        YES("ok"),
        BUT("but"),
        NO("NO");

        private final String mark;

        Finding(String mark) {
            this.mark = mark;
        }
    }
}
