package dev.hopmeter.load;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Progress on a terminal, as one line that is written over, or in a log, as a line now and then. */
final class ConsoleProgress implements Progress {

    private static final Duration TERMINAL = Duration.ofSeconds(1);
    private static final Duration LOG = Duration.ofSeconds(10);
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter to;
    private final boolean terminal;

    ConsoleProgress(PrintWriter to, boolean terminal) {
        this.to = to;
        this.terminal = terminal;
    }

    @Override
    public void say(String line) {
        print((terminal ? CLEAR_LINE : "") + line + System.lineSeparator());
    }

    @Override
    public Watch watch(Supplier<String> line) {
        CountDownLatch closed = new CountDownLatch(1);
        Duration gap = terminal ? TERMINAL : LOG;
        Thread thread = Thread.ofPlatform().daemon().name("progress").start(() -> {
            try {
                while (!closed.await(gap.toMillis(), TimeUnit.MILLISECONDS)) {
                    print(terminal ? CLEAR_LINE + line.get() : line.get() + System.lineSeparator());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return () -> {
            closed.countDown();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (terminal) {
                print(CLEAR_LINE);
            }
        };
    }

    private synchronized void print(String text) {
        to.print(text);
        to.flush();
    }
}
