package dev.hopmeter.aggregator;

import dev.hopmeter.spring.EffectivePart;
import dev.hopmeter.spring.EffectiveParts;
import dev.hopmeter.spring.KafkaSettings;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.springframework.stereotype.Component;

/**
 * Kafka Streams and the clients that it makes, by Kafka's own reading of what it is told. A client's default is the one that
 * Streams has for it, which is not always the client's own: its producers wait 100 ms for more records.
 */
@Component
class StreamsParts implements EffectiveParts {

    private static final String TOPIC_PREFIX = StreamsConfig.topicPrefix("");

    /** Each client's settings can be given with one of these in front, or with nothing. */
    private static final Map<String, Set<String>> CLIENTS = Map.of(
            StreamsConfig.CONSUMER_PREFIX, ConsumerConfig.configNames(),
            StreamsConfig.MAIN_CONSUMER_PREFIX, ConsumerConfig.configNames(),
            StreamsConfig.RESTORE_CONSUMER_PREFIX, ConsumerConfig.configNames(),
            StreamsConfig.GLOBAL_CONSUMER_PREFIX, ConsumerConfig.configNames(),
            StreamsConfig.PRODUCER_PREFIX, ProducerConfig.configNames(),
            StreamsConfig.ADMIN_CLIENT_PREFIX, AdminClientConfig.configNames());

    private final StreamsSettings settings;

    StreamsParts(StreamsSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<EffectivePart> parts() {
        Map<String, Object> given = new HashMap<>();
        settings.properties().forEach((name, value) -> given.put(String.valueOf(name), value));
        return parts(given);
    }

    static List<EffectivePart> parts(Map<String, Object> given) {
        StreamsConfig is = new Quiet(given);
        Map<String, Object> address = new HashMap<>(given);
        address.keySet().retainAll(Set.of(StreamsConfig.APPLICATION_ID_CONFIG, StreamsConfig.BOOTSTRAP_SERVERS_CONFIG));
        StreamsConfig usual = new Quiet(address);
        String group = is.getString(StreamsConfig.APPLICATION_ID_CONFIG);
        EffectivePart streams = KafkaSettings.read("streams", StreamsConfig.configDef(), is.values(), Map.of(), given);
        unknown(given).forEach(streams::unknown);
        topics(given).forEach((name, value) -> streams.setting(name, value, null));
        return List.of(
                streams,
                KafkaSettings.derivedConsumer(
                        "streams main consumer",
                        is.getMainConsumerConfigs(group, "main", 0),
                        usual.getMainConsumerConfigs(group, "main", 0)),
                KafkaSettings.derivedConsumer(
                        "streams restore consumer",
                        is.getRestoreConsumerConfigs("restore"),
                        usual.getRestoreConsumerConfigs("restore")),
                KafkaSettings.derivedProducer(
                        "streams producer", is.getProducerConfigs("producer"), usual.getProducerConfigs("producer")),
                KafkaSettings.derivedAdmin(
                        "streams admin", is.getAdminConfigs("admin"), usual.getAdminConfigs("admin")));
    }

    /** What the internal topics are made with, beside Streams' own. */
    private static Map<String, Object> topics(Map<String, Object> given) {
        return given.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(TOPIC_PREFIX))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Set<String> unknown(Map<String, Object> given) {
        Set<String> unknown = new TreeSet<>(given.keySet());
        unknown.removeIf(StreamsParts::isRead);
        return unknown;
    }

    private static boolean isRead(String name) {
        if (name.startsWith("hopmeter.") || StreamsConfig.configDef().names().contains(name)) {
            return true;
        }
        if (name.startsWith(TOPIC_PREFIX)) {
            return topicSettings().contains(name.substring(TOPIC_PREFIX.length()));
        }
        return CLIENTS.entrySet().stream()
                .anyMatch(client -> client.getValue().contains(name)
                        || name.startsWith(client.getKey())
                                && client.getValue()
                                        .contains(name.substring(client.getKey().length())));
    }

    private static Set<String> topicSettings() {
        return Arrays.stream(TopicConfig.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers())
                        && field.getType() == String.class
                        && field.getName().endsWith("_CONFIG"))
                .map(field -> {
                    try {
                        return (String) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException("a public field can be read", e);
                    }
                })
                .collect(Collectors.toSet());
    }

    /** Does not write everything to the log once more. */
    private static final class Quiet extends StreamsConfig {
        Quiet(Map<String, ?> settings) {
            super(settings, false);
        }
    }
}
