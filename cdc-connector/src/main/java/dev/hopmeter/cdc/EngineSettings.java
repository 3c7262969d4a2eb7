package dev.hopmeter.cdc;

import dev.hopmeter.rows.PatientSockets;
import io.debezium.connector.postgresql.PostgresConnector;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.stereotype.Component;

/** The engine's settings, out of ours and Spring's. */
@Component
class EngineSettings {

    /** The name under which Debezium keeps the position; a constant, as another one would forget it. */
    private static final String NAME = "hopmeter";

    private static final Set<String> OWNED_PREFIXES =
            Set.of("database.", "offset.", "publication.", "schema.", "table.", "column.", "transforms", "predicates");

    private static final Set<String> OWNED_ALTHOUGH_NOT_SET = Set.of(
            "converters", "event.processing.failure.handling.mode", "flush.lsn.source", "sourceinfo.struct.maker");

    private static final Set<String> ADDRESS = Set.of("PGHOST", "PGPORT", "PGDBNAME", "user", "password");

    private final Properties settings = new Properties();

    /**
     * Settings for that configuration.
     *
     * @throws IllegalArgumentException if a Debezium setting is given that the connector depends on, or the address of
     *     Postgres cannot be used
     */
    EngineSettings(CdcProperties properties, JdbcConnectionDetails postgres) {
        put("name", NAME);
        put("connector.class", PostgresConnector.class.getName());
        put("tasks.max", "1");
        put("topic.prefix", NAME);
        putPostgres(postgres);
        if (properties.readPatience().isPositive()) {
            put("driver.socketFactory", PatientSockets.class.getName());
            put("driver.socketFactoryArg", millis(properties.readPatience()));
        }
        put("plugin.name", "pgoutput");
        put("publication.name", properties.publication());
        put("publication.autocreate.mode", "disabled");
        put("slot.name", properties.slotName());
        put("slot.drop.on.stop", "false");
        put("slot.max.retries", "0");
        put("errors.max.retries", "0");
        String table = properties.schema() + "\\." + properties.table();
        put("table.include.list", table);
        put("column.exclude.list", table + "\\.(fingerprint|placed_at)");
        put("tombstones.on.delete", "false");
        put("lsn.flush.mode", "connector");
        put("offset.mismatch.strategy", "no_validation");
        put("offset.storage", EngineOffsets.class.getName());
        put(EngineOffsets.FILE, properties.offsetsFile().toAbsolutePath().toString());
        put("offset.flush.interval.ms", millis(properties.offsetFlushInterval()));
        put("poll.interval.ms", millis(properties.pollInterval()));
        put("max.batch.size", Integer.toString(properties.maxBatchSize()));
        put("max.queue.size", Integer.toString(properties.maxQueueSize()));
        put("snapshot.mode", properties.snapshotMode().name().toLowerCase(Locale.ROOT));
        refuseOwned(properties.debezium());
        settings.putAll(properties.debezium());
    }

    /**
     * The settings for one run of the engine.
     *
     * @param readTable whether the whole table is read first, whatever the configured snapshot mode
     */
    Properties forRun(boolean readTable) {
        Properties copy = new Properties();
        copy.putAll(settings);
        if (readTable) {
            copy.setProperty("snapshot.mode", "initial");
        }
        return copy;
    }

    private void putPostgres(JdbcConnectionDetails postgres) {
        Map<String, String> address = parts(postgres.getJdbcUrl());
        String host = address.getOrDefault("PGHOST", "");
        if (host.contains(",")) {
            throw new IllegalArgumentException("spring.datasource.url names several hosts; a slot lives on one");
        }
        put("database.hostname", host);
        put("database.port", address.getOrDefault("PGPORT", ""));
        put("database.dbname", address.getOrDefault("PGDBNAME", ""));
        put("database.user", given("username", postgres.getUsername()));
        put("database.password", given("password", postgres.getPassword()));
        Map<String, String> defaults = parts("jdbc:postgresql:");
        address.forEach((name, value) -> {
            if (!ADDRESS.contains(name) && !value.equals(defaults.get(name))) {
                put("driver." + name, value);
            }
        });
    }

    private static String given(String property, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException("spring.datasource." + property + " is not set");
        }
        return value;
    }

    private static Map<String, String> parts(String url) {
        try {
            Map<String, String> parts = new TreeMap<>();
            for (DriverPropertyInfo part : DriverManager.getDriver(url).getPropertyInfo(url, new Properties())) {
                if (part.value != null) {
                    parts.put(part.name, part.value);
                }
            }
            return parts;
        } catch (SQLException e) {
            throw new IllegalArgumentException("spring.datasource.url is not an address of Postgres", e);
        }
    }

    private void refuseOwned(Map<String, String> given) {
        Set<String> refused = new TreeSet<>();
        for (String name : given.keySet()) {
            if (settings.containsKey(name)
                    || OWNED_ALTHOUGH_NOT_SET.contains(name)
                    || OWNED_PREFIXES.stream().anyMatch(name::startsWith)) {
                refused.add(name);
            }
        }
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException(
                    "hopmeter.cdc.debezium sets what the connector depends on: " + String.join(", ", refused)
                            + "; use the property of hopmeter.cdc or spring.datasource if there is one");
        }
    }

    private void put(String name, String value) {
        settings.setProperty(name, value);
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
