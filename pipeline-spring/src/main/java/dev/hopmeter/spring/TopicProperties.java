package dev.hopmeter.spring;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The topics that the services share, and how they are created where they do not exist. An existing topic is left as it is.
 *
 * @param changes the change topic: one record for each order, keyed by order id
 * @param deadLetters where poison records go, with their reason; one partition
 * @param partitions of a new change topic; more let more consumers share the work, and cost each fetch of a replica, which
 *     looks at every one of them. Three give each of three brokers one to lead
 * @param replication copies of each partition; 3 survives the loss of a broker with two copies left
 * @param minInsyncReplicas copies that an {@code acks=all} write waits for at least
 */
@ConfigurationProperties(prefix = "hopmeter.topics", ignoreUnknownFields = false)
@Validated
public record TopicProperties(
        @DefaultValue("hopmeter.orders") @NotBlank String changes,
        @DefaultValue("hopmeter.dead-letters") @NotBlank String deadLetters,
        @DefaultValue("3") @Min(1) int partitions,
        @DefaultValue("3") @Min(1) short replication,
        @DefaultValue("2") @Min(1) short minInsyncReplicas) {}
