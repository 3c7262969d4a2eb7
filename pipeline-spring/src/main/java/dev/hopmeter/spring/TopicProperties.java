package dev.hopmeter.spring;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.validation.annotation.Validated;

/**
 * The topics that the services share, and how they are created where they do not exist. An existing one is left as it is.
 *
 * @param changes the change topic: one record for each order, keyed by order id
 * @param messages the live messages: keyed by id, read by the router
 * @param events the events that are summed: keyed by window key, read by the aggregator
 * @param windows the aggregator's output: each change of a window's total that Kafka Streams lets out
 * @param deadLetters where poison records go, with their reason; one partition
 * @param partitions of each new topic but the dead letters; more let more consumers share the work, and cost each fetch of a
 *     replica, which looks at every one of them. Three give each of three brokers one to lead
 * @param replication copies of each partition; 3 survives the loss of a broker with two copies left
 * @param minInsyncReplicas copies that an {@code acks=all} write waits for at least
 */
@ConfigurationProperties(prefix = "hopmeter.topics", ignoreUnknownFields = false)
@Validated
public record TopicProperties(
        @DefaultValue("hopmeter.orders") @NotBlank String changes,
        @DefaultValue("hopmeter.messages") @NotBlank String messages,
        @DefaultValue("hopmeter.events") @NotBlank String events,
        @DefaultValue("hopmeter.windows") @NotBlank String windows,
        @DefaultValue("hopmeter.dead-letters") @NotBlank String deadLetters,
        @DefaultValue("3") @Min(1) int partitions,
        @DefaultValue("3") @Min(1) short replication,
        @DefaultValue("2") @Min(1) short minInsyncReplicas) {

    /** A topic of that name as it is to be created: with the partitions and guarantees of all of them. */
    public TopicBuilder topic(String name) {
        return TopicBuilder.name(name)
                .partitions(partitions)
                .replicas(replication)
                .config(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Short.toString(minInsyncReplicas));
    }
}
