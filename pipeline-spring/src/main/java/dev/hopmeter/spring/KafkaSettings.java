package dev.hopmeter.spring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka makes of the settings that a client is given: read, defaulted and corrected as the client does at its start. A
 * name that its definition does not have is unknown, unless it could be a plug-in's own.
 */
public final class KafkaSettings {

    /** Ours, read by our own plug-ins. */
    private static final String OURS = "hopmeter.";

    private static final List<String> KNOWN_PLUG_INS =
            List.of("org.apache.kafka.", "org.springframework.kafka.support.serializer.Delegating", "dev.hopmeter.");

    /** What has to be given, or changes other defaults where it is not. */
    private static final Map<String, Object> ANY = Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            "127.0.0.1:1",
            ConsumerConfig.GROUP_ID_CONFIG,
            "any",
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class);

    /** Made up at each start, where nobody gives it. */
    private static final String CLIENT_ID = "client.id";

    private KafkaSettings() {}

    /** A producer of these settings. */
    public static EffectivePart producer(String part, Map<String, ?> given) {
        return named(part, ProducerConfig.configDef(), parsedProducer(given), usual(parsedProducer(ANY)), given);
    }

    /** A consumer of these settings. */
    public static EffectivePart consumer(String part, Map<String, ?> given) {
        return named(part, ConsumerConfig.configDef(), parsedConsumer(given), usual(parsedConsumer(ANY)), given);
    }

    /** An admin of these settings. */
    public static EffectivePart admin(String part, Map<String, ?> given) {
        return named(part, AdminClientConfig.configDef(), parsedAdmin(given), usual(parsedAdmin(ANY)), given);
    }

    /**
     * A producer, consumer or admin whose settings are made by a library that has its own defaults for it.
     *
     * @param usual the settings that the library would have made if nobody had given any
     */
    public static EffectivePart derivedProducer(String part, Map<String, ?> given, Map<String, ?> usual) {
        return read(part, ProducerConfig.configDef(), parsedProducer(given), parsedProducer(usual), given);
    }

    /** As {@link #derivedProducer}. */
    public static EffectivePart derivedConsumer(String part, Map<String, ?> given, Map<String, ?> usual) {
        return read(part, ConsumerConfig.configDef(), parsedConsumer(given), parsedConsumer(usual), given);
    }

    /** As {@link #derivedProducer}. */
    public static EffectivePart derivedAdmin(String part, Map<String, ?> given, Map<String, ?> usual) {
        return read(part, AdminClientConfig.configDef(), parsedAdmin(given), parsedAdmin(usual), given);
    }

    /**
     * Anything that has a definition and was read by it; says nothing of unknown names.
     *
     * @param values as read
     * @param usual what is read where nobody gives any; the definition's default for what is not in it
     */
    public static EffectivePart read(
            String part, ConfigDef definition, Map<String, ?> values, Map<String, ?> usual, Map<String, ?> given) {
        EffectivePart told = new EffectivePart(part);
        for (ConfigKey key : definition.configKeys().values()) {
            if (key.internalConfig) {
                continue;
            }
            Object normal =
                    usual.containsKey(key.name) ? usual.get(key.name) : key.hasDefault() ? key.defaultValue : null;
            boolean madeUp = key.name.equals(CLIENT_ID) && !given.containsKey(CLIENT_ID);
            Object value = madeUp ? normal : values.get(key.name);
            if (key.type() == ConfigDef.Type.PASSWORD) {
                told.secret(key.name, value != null);
            } else {
                told.setting(key.name, value, normal);
            }
        }
        return told;
    }

    /** The names among those given that are unknown, and that no plug-in can be meant by. */
    static EffectivePart unknown(EffectivePart told, Map<String, ?> given, Predicate<String> known) {
        List<String> strangers = foreignPlugIns(given);
        for (String name : new TreeSet<>(given.keySet())) {
            if (known.test(name) || name.startsWith(OURS)) {
                continue;
            }
            if (strangers.isEmpty()) {
                told.unknown(name);
            } else {
                told.untold(name, "not of Kafka; whether it is of " + String.join(", ", strangers) + " is not known");
            }
        }
        return told;
    }

    private static EffectivePart named(
            String part, ConfigDef definition, Map<String, ?> values, Map<String, ?> usual, Map<String, ?> given) {
        if (values.isEmpty()) {
            return new EffectivePart(part).untold("settings", "Kafka refuses them");
        }
        return unknown(read(part, definition, values, usual, given), given, definition.names()::contains);
    }

    /** Read as the client reads it, as its own correction can change how a default is written, too. */
    private static Map<String, ?> usual(Map<String, ?> parsed) {
        Map<String, Object> usual = new HashMap<>(parsed);
        usual.keySet().removeAll(ANY.keySet());
        usual.remove(CLIENT_ID);
        return usual;
    }

    private static Map<String, ?> parsedProducer(Map<String, ?> given) {
        Map<String, Object> all = new HashMap<>(given);
        all.putIfAbsent(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        all.putIfAbsent(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return parsed(() -> new ProducerConfig(all));
    }

    private static Map<String, ?> parsedConsumer(Map<String, ?> given) {
        Map<String, Object> all = new HashMap<>(given);
        all.putIfAbsent(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        all.putIfAbsent(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return parsed(() -> new ConsumerConfig(all, false) {});
    }

    private static Map<String, ?> parsedAdmin(Map<String, ?> given) {
        return parsed(() -> new AdminClientConfig(given, false) {});
    }

    private static Map<String, ?> parsed(Supplier<AbstractConfig> reading) {
        try {
            return reading.get().values();
        } catch (ConfigException e) {
            return Map.of();
        }
    }

    private static List<String> foreignPlugIns(Map<String, ?> given) {
        List<String> names = new ArrayList<>();
        given.forEach((name, value) -> {
            if (name.endsWith(".classes")
                    || name.endsWith(".class")
                    || name.endsWith("serializer")
                    || name.equals("metric.reporters")) {
                for (String type : types(value)) {
                    if (KNOWN_PLUG_INS.stream().noneMatch(type::startsWith)) {
                        names.add(type);
                    }
                }
            }
        });
        return names;
    }

    private static List<String> types(@Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case Class<?> type -> List.of(type.getName());
            case Collection<?> many ->
                many.stream().flatMap(each -> types(each).stream()).collect(Collectors.toList());
            default -> List.of(String.valueOf(value).strip().split("\\s*,\\s*"));
        };
    }
}
