package dev.hopmeter.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much processor time the compilers of some JVMs take, by Linux's account of each thread; nothing elsewhere. For one
 * thread.
 */
final class CompilerTime {

    /** Of one core. What two cores gave the compilers fell from one core to this in about two minutes, and then no further. */
    private static final double QUIET = 0.15;
    /** Compiling comes in bursts. */
    private static final long WINDOW_NANOS = 5_000_000_000L;

    private final List<Path> threads;
    private final Deque<Look> looks = new ArrayDeque<>();

    /** Of the JVMs with these ids. */
    CompilerTime(Collection<Long> processes) {
        this.threads = processes.stream()
                .map(pid -> Path.of("/proc", Long.toString(pid), "task"))
                .toList();
    }

    private record Look(long atNanos, long spentNanos) {}

    /** Whether they took more than 15 % of a core in the last five seconds, or have not been watched for so long. */
    boolean isBusy(long nowNanos) {
        return isBusy(nowNanos, threads.stream().mapToLong(CompilerTime::spent).sum());
    }

    /** The same, by what they have spent in all. */
    boolean isBusy(long nowNanos, long spentNanos) {
        looks.addLast(new Look(nowNanos, spentNanos));
        while (looks.size() > 1 && nowNanos - second().atNanos() >= WINDOW_NANOS) {
            looks.removeFirst();
        }
        Look first = looks.getFirst();
        long watched = nowNanos - first.atNanos();
        return watched < WINDOW_NANOS || spentNanos - first.spentNanos() > QUIET * watched;
    }

    private Look second() {
        return looks.stream().skip(1).findFirst().orElseThrow();
    }

    private static long spent(Path tasks) {
        try (Stream<Path> each = Files.list(tasks)) {
            return each.mapToLong(CompilerTime::spentByCompiler).sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** A thread that ends meanwhile counts nothing; the JVM ends compiler threads that it no longer needs. */
    private static long spentByCompiler(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).contains(" CompilerThre")
                    ? Long.parseLong(
                            Files.readString(thread.resolve("schedstat")).split(" ", 2)[0])
                    : 0;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
