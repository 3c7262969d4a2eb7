package dev.hopmeter.spring.windows;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a service tells of its windows, and how much at a time.
 *
 * @param sources what it sums
 * @param mostWindows the most windows that one query spans
 * @param retryAfter when a client is told to come back; whole seconds, rounded up
 * @param watchQueue timed events that wait for one watcher; one that comes when so many wait is one of the untold
 * @param maxWatchers watchers connected at once; a further one is refused with 503
 * @param writeTimeout longest that one frame's write may block before its watcher is disconnected
 * @param ping how long a watcher of a silent key is left alone before it is pinged
 * @param openTimeout longest between a watcher's handshake and its connection, before its place is given away again
 * @param allowedOrigins browser origins that may watch beside the service's own
 */
public record WindowLimits(
        Set<Source> sources,
        int mostWindows,
        Duration retryAfter,
        int watchQueue,
        int maxWatchers,
        Duration writeTimeout,
        Duration ping,
        Duration openTimeout,
        List<String> allowedOrigins) {

    /** When a client is told to come back, as the header {@code Retry-After} says it. */
    public String retryAfterSeconds() {
        return Long.toString(retryAfter.plusSeconds(1).minusNanos(1).toSeconds());
    }
}
