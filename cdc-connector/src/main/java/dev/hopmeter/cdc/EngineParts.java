package dev.hopmeter.cdc;

import dev.hopmeter.spring.EffectivePart;
import dev.hopmeter.spring.EffectiveParts;
import io.debezium.config.Field;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.embedded.async.AsyncEngineConfig;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.springframework.stereotype.Component;
import org.springframework.util.ReflectionUtils;

/**
 * Debezium's settings: each field of the Postgres connector and of the engine, as handed over or else by the field's own
 * default. What is handed over and is no field is unknown, but for what is passed on to the driver and to transformations.
 */
@Component
class EngineParts implements EffectiveParts {

    private static final Set<String> PASSED_ON =
            Set.of("driver.", "transforms.", "predicates.", "converters.", "internal.");

    /** Of Kafka Connect itself, and of our own offset store. */
    private static final Set<String> ALSO_READ = Set.of("tasks.max", EngineOffsets.FILE);

    private final EngineSettings settings;

    EngineParts(EngineSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<EffectivePart> parts() {
        return List.of(part(settings.forRun(false)));
    }

    /** Some that the connector reads are missing in its list of all. */
    private static Map<String, Field> constants() {
        Map<String, Field> fields = new TreeMap<>();
        for (java.lang.reflect.Field constant : PostgresConnectorConfig.class.getFields()) {
            if (Modifier.isStatic(constant.getModifiers()) && constant.getType() == Field.class) {
                Field field = (Field) ReflectionUtils.getField(constant, null);
                if (field != null) {
                    fields.put(field.name(), field);
                }
            }
        }
        return fields;
    }

    static EffectivePart part(Properties given) {
        EffectivePart part = new EffectivePart("debezium");
        Map<String, Field> fields = constants();
        AsyncEngineConfig.ALL_FIELDS.forEach(field -> fields.put(field.name(), field));
        PostgresConnectorConfig.ALL_FIELDS.forEach(field -> fields.put(field.name(), field));
        fields.forEach((name, field) -> {
            String usual = field.defaultValueAsString();
            String value = given.getProperty(name, usual);
            if (field.type() == ConfigDef.Type.PASSWORD) {
                part.secret(name, value != null);
            } else {
                part.setting(name, value, usual);
            }
        });
        for (String name : new TreeSet<>(given.stringPropertyNames())) {
            if (fields.containsKey(name)) {
                continue;
            }
            if (ALSO_READ.contains(name) || PASSED_ON.stream().anyMatch(name::startsWith)) {
                part.setting(name, given.getProperty(name), null);
            } else {
                part.unknown(name);
            }
        }
        return part;
    }
}
