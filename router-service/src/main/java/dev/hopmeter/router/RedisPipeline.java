package dev.hopmeter.router;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One connection to Redis whose commands go out together, at {@link #flush}. For one thread at a time. */
final class RedisPipeline {

    private final StatefulRedisConnection<String, byte[]> connection;
    private final long timeoutNanos;

    /** On a connection that nothing else uses; each reply is waited for that long at most. */
    RedisPipeline(StatefulRedisConnection<String, byte[]> connection, Duration replyTimeout) {
        connection.setAutoFlushCommands(false);
        this.connection = connection;
        this.timeoutNanos = replyTimeout.toNanos();
    }

    /** Commands to be sent with the next flush. */
    RedisAsyncCommands<String, byte[]> commands() {
        return connection.async();
    }

    /** Sends what has been commanded since the last flush. */
    void flush() {
        connection.flushCommands();
    }

    /**
     * Waits for the reply to a command that was flushed; null where Redis answers nil.
     *
     * @throws RedisUnreachableException if Redis refused the command, is gone, or did not answer in time
     */
    <T> @Nullable T reply(RedisFuture<T> command) {
        try {
            return command.get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new RedisUnreachableException("Redis refused: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new RedisUnreachableException(
                    "Redis did not answer within "
                            + Duration.ofNanos(timeoutNanos).toMillis() + " ms",
                    e);
        } catch (CancellationException e) {
            throw new RedisUnreachableException("the connection to Redis was closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisUnreachableException("interrupted while waiting for Redis", e);
        }
    }
}
