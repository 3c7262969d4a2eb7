package dev.hopmeter.stack;

import dev.hopmeter.contract.EpochClock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what other processes do without telling anybody. */
final class Wait {

    private static final Duration PAUSE = Duration.ofMillis(20);

    private Wait() {}

    /** As the other, asking every 20 ms. */
    static boolean until(Duration limit, BooleanSupplier condition) {
        return until(limit, PAUSE, condition);
    }

    /**
     * Asks again after each pause, and blocks the calling thread.
     *
     * @return whether the condition was met before the limit
     * @throws StackException if the thread is interrupted, which stays marked
     */
    static boolean until(Duration limit, Duration pause, BooleanSupplier condition) {
        EpochClock clock = EpochClock.system();
        long deadline = clock.nanos() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (clock.nanos() > deadline) {
                return false;
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StackException("interrupted while waiting", e);
            }
        }
        return true;
    }
}
