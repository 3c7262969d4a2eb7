package dev.hopmeter.cdc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

/** Everything that has arrived on a topic, from its start on. */
final class ChangeTopic implements AutoCloseable {

    private final KafkaConsumer<String, byte[]> consumer;
    private final String topic;
    private final List<ConsumerRecord<String, byte[]>> arrived = new ArrayList<>();

    ChangeTopic(String bootstrapServers, String topic) {
        this.topic = topic;
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    /** What has arrived once each of those keys has, at the latest after a generous time. */
    List<ConsumerRecord<String, byte[]>> awaitKeys(List<String> keys) {
        Set<String> missing = new HashSet<>(keys);
        Awaitility.await(missing.size() + " orders have arrived")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    readMore();
                    arrived.forEach(message -> missing.remove(message.key()));
                    return missing.isEmpty();
                });
        return List.copyOf(arrived);
    }

    /** What has arrived by now. */
    List<ConsumerRecord<String, byte[]>> now() {
        readMore();
        return List.copyOf(arrived);
    }

    static List<String> keys(List<ConsumerRecord<String, byte[]>> messages) {
        return messages.stream().map(ConsumerRecord::key).collect(Collectors.toList());
    }

    private void readMore() {
        if (consumer.assignment().isEmpty()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                return;
            }
            consumer.assign(partitions);
        }
        consumer.poll(Duration.ofMillis(200)).forEach(arrived::add);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
