package dev.hopmeter.notifier;

import io.lettuce.core.RedisFuture;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for replies of Redis, for a bounded time. */
final class Replies {

    private Replies() {}

    /**
     * Waits for a reply; null where Redis answers nil.
     *
     * @throws RedisUnreachableException if Redis refused the command, is gone, or did not answer in time
     */
    static <T> @Nullable T await(RedisFuture<T> command, Duration timeout) {
        try {
            return command.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new RedisUnreachableException("Redis refused: " + e.getCause(), e);
        } catch (TimeoutException e) {
            command.cancel(false);
            throw new RedisUnreachableException("Redis did not answer within " + timeout.toMillis() + " ms", e);
        } catch (CancellationException e) {
            throw new RedisUnreachableException("the connection to Redis was closed", e);
        } catch (InterruptedException e) {
            command.cancel(false);
            Thread.currentThread().interrupt();
            throw new RedisUnreachableException("interrupted while waiting for Redis", e);
        }
    }
}
