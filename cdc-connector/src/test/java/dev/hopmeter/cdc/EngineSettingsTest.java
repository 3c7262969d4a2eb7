package dev.hopmeter.cdc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.rows.PatientSockets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EngineSettingsTest {

    @Test
    void defaultsAreDebeziumsOwn() {
        Properties settings = settings(Map.of()).forRun(false);

        assertThat(settings)
                .containsEntry("poll.interval.ms", "500")
                .containsEntry("max.batch.size", "2048")
                .containsEntry("max.queue.size", "8192")
                .containsEntry("offset.flush.interval.ms", "60000")
                .containsEntry("snapshot.mode", "initial")
                .containsEntry("publication.autocreate.mode", "disabled");
    }

    @Test
    void theAddressComesFromTheDataSource() {
        Properties settings = settings(Map.of()).forRun(false);

        assertThat(settings)
                .containsEntry("database.hostname", "db.example")
                .containsEntry("database.port", "6543")
                .containsEntry("database.dbname", "shop")
                .containsEntry("database.user", "u")
                .containsEntry("database.password", "p")
                .containsEntry("driver.sslmode", "require")
                .doesNotContainKey("driver.PGHOST");
    }

    @Test
    void anyOtherSettingIsPassedThrough() {
        Properties settings = settings(Map.of("hopmeter.cdc.debezium.heartbeat.interval.ms", "1000"))
                .forRun(false);

        assertThat(settings).containsEntry("heartbeat.interval.ms", "1000");
    }

    @Test
    void aSettingThatTheConnectorDependsOnIsRefusedByName() {
        for (String owned : new String[] {
            "slot.name", "poll.interval.ms", "offset.storage", "database.hostname", "transforms", "flush.lsn.source"
        }) {
            assertThatThrownBy(() -> settings(Map.of("hopmeter.cdc.debezium." + owned, "1")))
                    .as(owned)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(owned);
        }
    }

    @Test
    void patienceChangesTheDriversSocketsOnlyWhereItIsAskedFor() {
        assertThat(settings(Map.of()).forRun(false)).doesNotContainKey("driver.socketFactory");
        assertThat(settings(Map.of("hopmeter.cdc.read-patience", "50ms")).forRun(false))
                .containsEntry("driver.socketFactory", PatientSockets.class.getName())
                .containsEntry("driver.socketFactoryArg", "50");
    }

    @Test
    void whatTheEngineRunsWithIsToldBesideDebeziumsDefaults() {
        EngineSettings settings = settings(Map.of(
                "hopmeter.cdc.poll-interval", "100ms",
                "hopmeter.cdc.read-patience", "50ms",
                "hopmeter.cdc.debezium.heartbeat.intervl.ms", "1000"));

        JsonNode told = JsonMapper.builder()
                .build()
                .valueToTree(EngineParts.part(settings.forRun(false)).node());

        assertThat(told.at("/settings/poll.interval.ms")).hasToString(setting("100", "500", true));
        assertThat(told.at("/settings/max.batch.size")).hasToString(setting("2048", "2048", false));
        assertThat(told.at("/settings/driver.socketFactoryArg/value").asString())
                .isEqualTo("50");
        assertThat(told.at("/settings/database.password/value").asString()).isEqualTo("(secret)");
        assertThat(told.at("/unknown")).hasToString("[\"heartbeat.intervl.ms\"]");
    }

    private static String setting(String value, String usual, boolean differs) {
        return "{\"value\":\"" + value + "\",\"default\":\"" + usual + "\",\"differs\":" + differs + "}";
    }

    @Test
    void aDemandedSnapshotOverridesTheConfiguredMode() {
        EngineSettings settings = settings(Map.of("hopmeter.cdc.snapshot-mode", "no_data"));

        assertThat(settings.forRun(false)).containsEntry("snapshot.mode", "no_data");
        assertThat(settings.forRun(true)).containsEntry("snapshot.mode", "initial");
    }

    private static EngineSettings settings(Map<String, String> given) {
        JdbcConnectionDetails postgres = new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return "u";
            }

            @Override
            public String getPassword() {
                return "p";
            }

            @Override
            public String getJdbcUrl() {
                return "jdbc:postgresql://db.example:6543/shop?sslmode=require";
            }
        };
        Binder binder = new Binder(new MapConfigurationPropertySource(new HashMap<>(given)));
        return new EngineSettings(binder.bindOrCreate("hopmeter.cdc", CdcProperties.class), postgres);
    }
}
