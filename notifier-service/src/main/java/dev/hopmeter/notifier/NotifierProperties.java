package dev.hopmeter.notifier;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What can be set about the notifier beside Spring's own {@code spring.kafka.*} and {@code spring.data.redis.*}.
 *
 * @param maxSubscribers connections held at once; a further one is refused with 503
 * @param queueLength frames that wait for one subscriber before the oldest are dropped; more let a slow subscriber lag
 *     longer, and cost memory for each
 * @param writeTimeout longest that one frame's write may block before its subscriber is disconnected
 * @param ping how long a subscriber without orders is left alone before it is pinged, and after that, disconnected if it
 *     has not answered; shorter notices vanished subscribers sooner
 * @param openTimeout longest between a handshake and its connection, before the subscription is taken away again
 * @param maxIncomingSize bytes of a message from a subscriber that are read before it is refused
 * @param allowedOrigins browser origins that may connect beside the service's own; {@code *} for any
 * @param inboxBatch entries read from the inbox at once; more cost fewer round trips under load, and let the first of
 *     a batch be handled no sooner
 * @param inboxBlock longest that a read waits for an entry before it is asked again; an entry that comes ends the wait,
 *     so it is no delay
 * @param heartbeat between two signs of life, each of which also mends subscriptions that Redis lost
 * @param lease how long a sign of life holds; after it the others take this notifier's subscriptions away
 * @param replyTimeout longest wait for one reply of Redis; handshakes answer 503 after it
 * @param reconnectDelay longest pause between attempts to reach a lost Redis; shorter recovers sooner
 * @param partitionCheck between two looks for new partitions of the change topic
 * @param healthTimeout longest wait for the brokers' answer to a health check
 */
@Validated
@ConfigurationProperties(prefix = "hopmeter.notifier", ignoreUnknownFields = false)
record NotifierProperties(
        @DefaultValue("10000") @Min(1) int maxSubscribers,
        @DefaultValue("1000") @Min(1) int queueLength,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration writeTimeout,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration ping,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration openTimeout,
        @DefaultValue("1024") @Min(125) @Max(1_048_576) int maxIncomingSize,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue("128") @Min(1) int inboxBatch,

        @DefaultValue("1s") @DurationMin(millis = 1) @DurationMax(seconds = 60)
        Duration inboxBlock,

        @DefaultValue("2s") @DurationMin(millis = 10) Duration heartbeat,
        @DefaultValue("10s") @DurationMin(millis = 20) Duration lease,

        @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(seconds = 60)
        Duration replyTimeout,

        @DefaultValue("1s") @DurationMin(millis = 1) Duration reconnectDelay,
        @DefaultValue("30s") @DurationMin(millis = 10) Duration partitionCheck,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration healthTimeout) {

    @AssertTrue(message = "lease must be at least twice the heartbeat")
    boolean isLeaseLongEnough() {
        return lease.compareTo(heartbeat.multipliedBy(2)) >= 0;
    }
}
