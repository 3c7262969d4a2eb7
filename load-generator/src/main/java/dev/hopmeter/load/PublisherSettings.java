package dev.hopmeter.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What Kafka makes of the settings of the load generator's own producer, which is the first part of some routes. */
final class PublisherSettings {

    private static final Map<String, Object> SERIALIZERS = Map.of(
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);

    private PublisherSettings() {}

    /**
     * Read as the producer reads them, each beside its default; a name that Kafka's definition does not have is unknown.
     *
     * @param given all that the producer is told
     */
    static PartSettings of(Map<String, Object> given) {
        Map<String, Object> usual = parsed(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1"));
        usual.remove(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
        PartSettings part = new PartSettings();
        parsed(given).forEach((name, value) -> {
            if (!SERIALIZERS.containsKey(name)) {
                part.add(name, text(value), text(usual.get(name)), "");
            }
        });
        given.keySet().stream()
                .filter(name -> !ProducerConfig.configNames().contains(name))
                .forEach(part::unknown);
        return part;
    }

    private static Map<String, Object> parsed(Map<String, Object> given) {
        Map<String, Object> all = new HashMap<>(given);
        all.putAll(SERIALIZERS);
        Map<String, Object> values = new TreeMap<>();
        new ProducerConfig(all).values().forEach((name, value) -> {
            if (value != null) {
                values.put(name, value);
            }
        });
        return values;
    }

    private static @Nullable String text(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Class<?> type -> type.getName();
            case Password secret -> Secrets.MASK;
            case List<?> many -> many.stream().map(String::valueOf).collect(Collectors.joining(","));
            default -> String.valueOf(value);
        };
    }
}
