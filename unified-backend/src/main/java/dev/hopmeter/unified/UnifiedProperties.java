package dev.hopmeter.unified;

import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.WindowLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.validation.annotation.Validated;

/**
 * What can be set beside Spring's own {@code spring.datasource.*}, which names the primary, and {@code hopmeter.order.*}.
 *
 * @param notifies by the name of {@code notify}. {@code quorum}: nothing is answered, notified or summed before two of three
 *     copies are flushed; {@code local}: the primary's own flush is enough, which answers and notifies sooner and can lose both
 *     with the primary
 * @param instance this instance's name, which no other has; its windows, and its slot {@code hopmeter_<instance>}, with
 *     {@code _} for {@code -}, are found under it again
 * @param standbys how many must stream at the start where {@code notify} is {@code quorum}; 1 starts while one is away
 * @param standbyPatience how long the start waits for them
 * @param slotLost what to do where the log from the last checkpoint on is gone: see {@code docs/unified-slot.md}
 * @param commitLimit how long a commit may wait for its second copy before its client gets a 503; whole seconds, rounded up.
 *     Longer rides out longer absences of both standbys, and holds a connection of the pool all the while
 * @param confirmPatience how long what was read from the log waits for the answer to its commit, before the primary is asked how
 *     far its standbys are, and then between two such questions; shorter notifies sooner what was committed by nobody here, or
 *     whose answer got lost, and asks more often
 * @param othersPatience the same while other instances are alive, whose commits are answered to them
 * @param statusInterval between two reports to the primary of how far the log is read, while there is something to read; else
 *     there is one in half of the silence
 * @param silence how long the primary may say nothing where an answer is due before its connection is given up, also while the log
 *     is read, where that makes the service not ready; whole seconds, rounded up, and for a commit on top of its limit. Shorter
 *     finds out sooner that the primary is cut off, and ends connections to one that only stands still. More than two status
 *     intervals
 * @param reconnectDelay pause before a lost connection to the log is tried again; shorter recovers sooner
 * @param gateBytes bytes of the log that wait for their second copy before no more of it is read; in memory they are two to three
 *     times as many. More read on for longer while both standbys are away
 * @param checkpoint between two checkpoints; longer writes less, and folds more of the log again after a restart
 * @param slotCheck between two looks at how much of the log the slot holds back
 * @param retention how long a window can be queried, in event time; more costs memory
 * @param grace how long after a window's end an order or event that belongs to it is still added, in event time; one beyond it
 *     is counted in {@code hopmeter.windows.late} and in no window. It delays no answer
 * @param mostWindows the most windows that one query spans; more lets a client keep a thread busy for longer
 * @param retryAfter when a client is told to come back; whole seconds, rounded up
 * @param forwardTimeout longest wait for the instance that owns a queried key
 * @param advertisedAddress {@code host:port} at which other instances and their clients reach this one; 127.0.0.1 and the
 *     port of this service's web server where it is not given
 * @param membersCheck between two looks which instances are alive; shorter finds a new owner for the keys of a dead one sooner
 * @param writers transactions of published frames at a time; more overlap the waits for their second copies if frames come on
 *     several connections, as those of one connection keep their order
 * @param batchBytes the most bytes that are written in one transaction of published frames, but for one frame that has more;
 *     more carry a higher rate, and let the first frame wait for a longer write
 * @param maxFrameSize characters of a published frame; a longer one closes its connection with 1009
 * @param framesInFlight frames of one connection that wait for their answer; one more closes it with 1013
 * @param bytesInFlight bytes of frames that wait for their answers, in all; one more frame closes its connection with 1013
 * @param maxPublishers connections that publish at once; a further one is refused with 503
 * @param maxSubscribers subscribers' connections at once; a further one is refused with 503
 * @param queueLength frames that wait for one subscriber before the oldest are dropped; more let a slow subscriber lag
 *     longer, and cost memory for each
 * @param watchQueue timed events that wait for one watcher; one that comes when so many wait is one of the untold
 * @param maxWatchers watchers connected at once; a further one is refused with 503
 * @param writeTimeout longest that one frame's write may block before its subscriber or watcher is disconnected
 * @param ping how long a subscriber or watcher that nothing waits for is left alone before it is pinged, and after that,
 *     disconnected if it has not answered
 * @param openTimeout longest between a handshake and its connection, before the place is given away again
 * @param incomingChunk characters that are read of an incoming message at once, for which each connection has a buffer;
 *     more cost memory for each subscriber, fewer cost published frames time
 * @param allowedOrigins browser origins that may connect beside the service's own; {@code *} for any
 */
@ConfigurationProperties(prefix = "hopmeter.unified", ignoreUnknownFields = false)
@Validated
record UnifiedProperties(
        @Name("notify") @DefaultValue("quorum") Notify notifies,

        @DefaultValue("u-1") @Pattern(regexp = "[a-z0-9][a-z0-9-]{0,31}")
        String instance,

        @DefaultValue("2") @Min(1) int standbys,
        @DefaultValue("10s") @NotNull Duration standbyPatience,
        @DefaultValue("fail") SlotLost slotLost,
        @DefaultValue("5s") @DurationMin(millis = 1) Duration commitLimit,
        @DefaultValue("5ms") @DurationMin(millis = 1) Duration confirmPatience,
        @DefaultValue("500us") @NotNull Duration othersPatience,

        @DefaultValue("1s") @DurationMin(millis = 10) @DurationMax(seconds = 20)
        Duration statusInterval,

        @DefaultValue("10s") @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration silence,

        @DefaultValue("200ms") @DurationMin(millis = 1) Duration reconnectDelay,
        @DefaultValue("33554432") @Min(1024) long gateBytes,
        @DefaultValue("1s") @DurationMin(millis = 10) Duration checkpoint,
        @DefaultValue("5s") @DurationMin(millis = 10) Duration slotCheck,
        @DefaultValue("1h") @NotNull Duration retention,
        @DefaultValue("59m") @NotNull Duration grace,
        @DefaultValue("1000") @Min(1) @Max(100_000) int mostWindows,
        @DefaultValue("1s") @NotNull Duration retryAfter,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration forwardTimeout,

        @Nullable @Pattern(regexp = "[^:/\\s]+:[1-9][0-9]{0,4}")
        String advertisedAddress,

        @DefaultValue("500ms") @DurationMin(millis = 1) Duration membersCheck,
        @DefaultValue("2") @Min(1) @Max(32) int writers,

        @DefaultValue("1048576") @Min(1024) @Max(64 * 1024 * 1024)
        int batchBytes,

        @DefaultValue("1048576") @Min(1024) @Max(64 * 1024 * 1024)
        int maxFrameSize,

        @DefaultValue("256") @Min(1) int framesInFlight,
        @DefaultValue("67108864") @Min(1024) long bytesInFlight,
        @DefaultValue("100") @Min(1) int maxPublishers,
        @DefaultValue("10000") @Min(1) int maxSubscribers,
        @DefaultValue("1000") @Min(1) int queueLength,
        @DefaultValue("10000") @Min(1) int watchQueue,
        @DefaultValue("1000") @Min(1) int maxWatchers,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration writeTimeout,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration ping,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration openTimeout,
        @DefaultValue("8192") @Min(125) @Max(1_048_576) int incomingChunk,
        @DefaultValue List<String> allowedOrigins) {

    /**
     * Checks the durations against each other.
     *
     * @throws IllegalArgumentException if one is negative, if the silence is not longer than two status intervals, or if the
     *     retention does not cover the longest window and its grace
     */
    UnifiedProperties {
        if (grace.isNegative() || retryAfter.isNegative() || standbyPatience.isNegative()) {
            throw new IllegalArgumentException("grace, retry-after and standby-patience are not negative");
        }
        if (silence.compareTo(statusInterval.multipliedBy(2)) <= 0) {
            throw new IllegalArgumentException("silence is more than two of status-interval, " + statusInterval);
        }
        for (WindowSize size : WindowSize.values()) {
            Duration least = size.duration().plus(grace);
            if (retention.compareTo(least) < 0) {
                throw new IllegalArgumentException("retention is at least a window of " + size.word()
                        + " and its grace, " + least + ", not " + retention);
            }
        }
    }

    /** The name of this instance's slot. */
    String slot() {
        return Slot.name(instance);
    }

    /** The limit of a commit, as JDBC wants it. */
    int commitLimitSeconds() {
        return PrimaryAddress.seconds(commitLimit);
    }

    /** What holds for queries and watchers. */
    WindowLimits windowLimits() {
        return new WindowLimits(
                EnumSet.allOf(Source.class),
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
