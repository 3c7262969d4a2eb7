package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.WindowLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What this service adds to Spring's own {@code spring.kafka.streams.*}, which holds the latency knobs of Kafka Streams
 * itself.
 *
 * @param sources what is summed; one alone saves the work and the topics of the other
 * @param retention how long a window can be queried, in event time; more costs disk and a longer restoring of the stores
 * @param grace how long after a window's end an order or event that belongs to it is still added, in event time of its
 *     partition (for orders, of the repartition topic); one beyond it is counted in {@code hopmeter.windows.late} and in no
 *     window. It delays no answer. Less than the backlog of a restart, in event time, loses orders of it: Kafka Streams
 *     reads the change topic's partitions one after the other, so that they are apart by the backlog where they meet again
 * @param mostWindows the most windows that one query spans; more lets a client keep a thread busy for longer
 * @param retryAfter when a client is told to come back while the store is not readable; whole seconds, rounded up
 * @param advertisedAddress {@code host:port} at which other instances and their clients reach this one; 127.0.0.1 and the
 *     port of this service's web server where it is not given
 * @param threadReplacements how many dead stream threads are replaced in this service's life; the next one stops it. With
 *     the classic group protocol a replacement works only once the dead thread's session has expired ({@code
 *     session.timeout.ms}, 45 s)
 * @param closeTimeout how long stopping waits for the stream threads to commit; a service stopped harder sums the orders
 *     and events since its last commit twice when it starts again, unless {@code processing.guarantee} is {@code exactly_once_v2}
 * @param forwardTimeout longest wait for the instance that owns a queried key; after it the one who asked gets a 503. Shorter
 *     gives up on a slow owner sooner; it delays no answer
 * @param watchQueue timed events that wait for one watcher; one that comes when so many wait is summed, and told as one of
 *     the untold. More let a slow watcher miss fewer trails, and cost memory for each
 * @param maxWatchers watchers connected at once; a further one is refused with 503. Each costs the stream thread an entry in
 *     a queue for each change of its key
 * @param writeTimeout longest that one frame's write may block before its watcher is disconnected; it holds up nobody else
 * @param ping how long a watcher of a silent key is left alone before it is pinged, and after that, disconnected if it has
 *     not answered; shorter notices vanished watchers sooner
 * @param openTimeout longest between a watcher's handshake and its connection, before its place is given away again
 * @param maxIncomingSize bytes of a message from a watcher that are read before it is refused
 * @param allowedOrigins browser origins that may watch beside the service's own; {@code *} for any
 * @param streamsMetrics whether Kafka Streams' own metrics are published too: some hundred more lines in each scrape
 */
@ConfigurationProperties(prefix = "hopmeter.aggregator", ignoreUnknownFields = false)
@Validated
record AggregatorProperties(
        @DefaultValue({"orders", "events"}) @NotEmpty Set<Source> sources,
        @DefaultValue("1h") @NotNull Duration retention,
        @DefaultValue("59m") @NotNull Duration grace,
        @DefaultValue("1000") @Min(1) @Max(100_000) int mostWindows,
        @DefaultValue("1s") @NotNull Duration retryAfter,

        @Nullable @Pattern(regexp = "[^:/\\s]+:[1-9][0-9]{0,4}")
        String advertisedAddress,

        @DefaultValue("3") @Min(0) int threadReplacements,
        @DefaultValue("4s") @NotNull Duration closeTimeout,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration forwardTimeout,
        @DefaultValue("10000") @Min(1) int watchQueue,
        @DefaultValue("1000") @Min(1) int maxWatchers,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration writeTimeout,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration ping,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration openTimeout,
        @DefaultValue("1024") @Min(125) @Max(1_048_576) int maxIncomingSize,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue("false") boolean streamsMetrics) {

    /**
     * Checks the durations against each other.
     *
     * @throws IllegalArgumentException if one is negative, or if the retention does not cover the longest window and its
     *     grace
     */
    AggregatorProperties {
        if (grace.isNegative() || retryAfter.isNegative() || closeTimeout.isNegative()) {
            throw new IllegalArgumentException("grace, retry-after and close-timeout are not negative");
        }
        for (WindowSize size : WindowSize.values()) {
            Duration least = size.duration().plus(grace);
            if (retention.compareTo(least) < 0) {
                throw new IllegalArgumentException("retention is at least a window of " + size.word()
                        + " and its grace, " + least + ", not " + retention);
            }
        }
    }

    /** What holds for queries and watchers. */
    WindowLimits limits() {
        return new WindowLimits(
                sources,
                mostWindows,
                retryAfter,
                watchQueue,
                maxWatchers,
                writeTimeout,
                ping,
                openTimeout,
                allowedOrigins);
    }
}
