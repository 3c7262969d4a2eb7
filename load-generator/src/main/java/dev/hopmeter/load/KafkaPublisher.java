package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A native Kafka producer for live messages and events: {@code acks=all}, idempotent, lz4; everything else is Kafka's default
 * unless the arm says otherwise under {@code publisher.}. It never waits: what finds its buffer full is not sent, and said to
 * be so.
 */
final class KafkaPublisher implements Publisher {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final int PARTITIONS = 3;
    private static final short COPIES = 3;

    private final KafkaProducer<String, byte[]> producer;
    private final String topic;
    private final Function<Event, String> key;

    /**
     * A publisher to a topic that is there, or made with three copies.
     *
     * @param key of an event's record
     * @param settings of the producer, over those above
     * @throws IOException if the brokers do not answer or refuse; the message says why
     */
    static KafkaPublisher to(
            String bootstrapServers, String topic, Function<Event, String> key, Map<String, String> settings)
            throws IOException, InterruptedException {
        make(bootstrapServers, topic);
        KafkaPublisher publisher = new KafkaPublisher(settings(bootstrapServers, settings), topic, key);
        try {
            publisher.awaitMetadata();
            return publisher;
        } catch (IOException | InterruptedException e) {
            publisher.close();
            throw e;
        }
    }

    private KafkaPublisher(Map<String, Object> settings, String topic, Function<Event, String> key) throws IOException {
        try {
            this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("the producer cannot be made: " + cause.getMessage(), e);
        }
        this.topic = topic;
        this.key = key;
    }

    /** All that the producer is told. */
    static Map<String, Object> settings(String bootstrapServers, Map<String, String> others) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.putAll(others);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "hopmeter-publisher");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "0");
        return settings;
    }

    /**
     * Checks what an arm says of it, before there are brokers.
     *
     * @throws IllegalArgumentException if it has a setting that no producer reads, or a value that none takes
     */
    static void check(Map<String, String> others) {
        others.keySet().stream()
                .filter(name -> !ProducerConfig.configNames().contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("no producer has a setting '" + name + "'");
                });
        Map<String, Object> settings = settings("127.0.0.1:9092", others);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        try {
            new ProducerConfig(settings);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Makes the topic with three copies, two in sync at least, where it does not exist. */
    private static void make(String bootstrapServers, String topic) throws IOException, InterruptedException {
        NewTopic made =
                new NewTopic(topic, PARTITIONS, COPIES).configs(Map.of(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2"));
        try (Admin admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            admin.createTopics(List.of(made)).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IOException("the topic " + topic + " cannot be made: " + e.getCause(), e);
            }
        } catch (TimeoutException e) {
            throw new IOException("the brokers at " + bootstrapServers + " did not answer within " + PATIENCE, e);
        }
    }

    /** As the producer never waits, it has to know the topic before the first record. */
    private void awaitMetadata() throws IOException, InterruptedException {
        long attempts = PATIENCE.toMillis() / 50;
        for (int attempt = 0; ; attempt++) {
            try {
                if (producer.partitionsFor(topic).stream().allMatch(each -> each.leader() != null)) {
                    return;
                }
            } catch (RetriableException e) {
                // Asked for in the background, and here in a moment.
            }
            if (attempt > attempts) {
                throw new IOException("the topic " + topic + " has no leaders after " + PATIENCE);
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void send(Event event, Trail trail, Outcome outcome) {
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(
                topic,
                null,
                Publisher.millis(trail),
                key.apply(event),
                event.json().getBytes(StandardCharsets.UTF_8));
        message.headers().add(Trail.HEADER, trail.text().getBytes(StandardCharsets.US_ASCII));
        try {
            var _ = producer.send(message, (metadata, e) -> {
                if (e == null) {
                    outcome.acknowledged();
                } else {
                    outcome.failed(e.toString());
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            outcome.failed(e.toString());
        }
    }

    /** Sends what is waiting and lets go; what is not acknowledged by then fails. */
    @Override
    public void close() {
        producer.close(CLOSING);
    }
}
