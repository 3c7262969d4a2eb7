package dev.hopmeter.router;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What can be set about the router beside Spring's own {@code spring.kafka.*} and {@code spring.data.redis.*}.
 *
 * @param sources what is read: {@code orders}, {@code messages}, or both; one alone saves the fetches of the other's topic
 * @param inboxLength entries that a notifier's inbox holds at least before the oldest are trimmed; more let a notifier
 *     lag longer before it misses events (which it counts), and cost Redis memory
 * @param replyTimeout longest wait for one reply of Redis, after which the events are tried again; shorter notices a
 *     dead Redis sooner, too short repeats events that were on their way
 * @param reconnectDelay longest pause between attempts to reach a lost Redis; shorter recovers sooner
 * @param healthTimeout longest wait for the brokers' answer to a health check
 * @param syncCommits whether the next poll waits for the commit of the last one's offsets; waiting costs each poll a
 *     broker's round trip, not waiting repeats a few events more after a crash; none is lost either way
 * @param injectedDelay so long each poll's events wait before they are looked up: no knob, but a proof that a delay is found
 *     in the hop where it is, and there alone; what arrives meanwhile waits before it is taken
 */
@Validated
@ConfigurationProperties(prefix = "hopmeter.router", ignoreUnknownFields = false)
record RouterProperties(
        @DefaultValue({"orders", "messages"}) @NotEmpty Set<Source> sources,
        @DefaultValue("100000") @Min(1) long inboxLength,

        @DefaultValue("10s") @DurationMin(millis = 1) @DurationMax(seconds = 60)
        Duration replyTimeout,

        @DefaultValue("1s") @DurationMin(millis = 1) Duration reconnectDelay,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration healthTimeout,
        @DefaultValue("true") boolean syncCommits,

        @DefaultValue("0s") @DurationMin(millis = 0) @DurationMax(seconds = 10)
        Duration injectedDelay) {}
