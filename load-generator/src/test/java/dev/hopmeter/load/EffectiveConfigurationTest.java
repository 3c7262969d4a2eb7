package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EffectiveConfigurationTest {

    @Test
    void theMainPartHoldsWhatDiffersAndTheOtherFileEverything() {
        PartSettings part = new PartSettings()
                .add("linger.ms", "0", "5", "")
                .add("acks", "-1", "-1", "")
                .untold("reconnect-delay", "it does not tell its bounds");

        assertThat(json(part.differing()))
                .hasToString("{\"settings\":{\"linger.ms\":{\"value\":\"0\",\"default\":\"5\"}},"
                        + "\"untold\":{\"reconnect-delay\":\"not to be asked: it does not tell its bounds\"}}");
        assertThat(json(part.all()).get("settings"))
                .hasToString("{\"acks\":{\"value\":\"-1\",\"default\":\"-1\",\"differs\":false},"
                        + "\"linger.ms\":{\"value\":\"0\",\"default\":\"5\",\"differs\":true}}");
    }

    @Test
    void ofASecretOnlyIsToldThatItIsSet() {
        PartSettings part = new PartSettings()
                .add("requirepass", "hunter2", "", "")
                .add("masterauth", "", "", "")
                .add("primary_conninfo", "host=h password=hunter2", "", "configuration file");

        assertThat(json(part.all()).toString()).doesNotContain("hunter2");
        assertThat(json(part.differing()).get("settings").get("requirepass"))
                .hasToString("{\"value\":\"(secret)\",\"default\":\"\"}");
        assertThat(json(part.differing()).get("settings").has("masterauth")).isFalse();
    }

    @Test
    void unknownSettingsAreNamedByTheirPart() {
        EffectiveConfiguration effective = new EffectiveConfiguration(
                Map.of("services", Map.of("cdc-connector producer", new PartSettings().unknown("lingr.ms"))));

        assertThat(effective.unknown()).containsExactly("services, cdc-connector producer: lingr.ms");
        assertThat(json(effective.differing()).at("/services/cdc-connector producer/unknown"))
                .hasToString("[\"lingr.ms\"]");
    }

    @Test
    void whatBrokersHaveInCommonIsSaidOnceAndAnUnknownSettingIsFound() {
        Map<String, PartSettings> parts = BrokerSettings.together(Map.of(
                "1", broker("1", "2"),
                "2", broker("2", "2"),
                "3", broker("3", "2")));

        assertThat(parts).containsOnlyKeys("all", "1", "2", "3");
        PartSettings all = part(parts, "all");
        assertThat(setting(all, "brokers").value()).isEqualTo("3");
        assertThat(setting(all, "min.insync.replicas"))
                .isEqualTo(new PartSettings.Setting("2", null, true, "static broker config"));
        assertThat(setting(all, "num.replica.fetchers").differs()).isFalse();
        assertThat(setting(all, "ssl.key.password").value()).isEqualTo("(secret)");
        assertThat(all.settings()).doesNotContainKeys("node.id", "num.replica.fetcherz");
        assertThat(all.unknown()).containsExactly("num.replica.fetcherz");
        assertThat(setting(part(parts, "2"), "node.id").value()).isEqualTo("2");
    }

    @Test
    void aSettingThatOneBrokerHasOtherwiseIsSaidOfEach() {
        Map<String, PartSettings> parts = BrokerSettings.together(Map.of("1", broker("1", "2"), "2", broker("2", "1")));

        assertThat(part(parts, "all").settings()).doesNotContainKey("min.insync.replicas");
        assertThat(setting(part(parts, "1"), "min.insync.replicas").value()).isEqualTo("2");
        assertThat(setting(part(parts, "2"), "min.insync.replicas").value()).isEqualTo("1");
    }

    @Test
    void ofPostgresOnlyWhatSomeoneHasSetDiffers() {
        PartSettings part = new PartSettings();
        DatabaseSettings.add(part, "wal_level", "logical", "replica", "", "configuration file");
        DatabaseSettings.add(part, "max_connections", "100", "100", "", "configuration file");
        DatabaseSettings.add(part, "wal_buffers", "512", "-1", "8kB", "override");
        DatabaseSettings.add(part, "wal_writer_delay", "10", "200", "ms", "configuration file");

        assertThat(json(part.differing()).get("settings").propertyNames())
                .containsExactly("wal_level", "wal_writer_delay");
        assertThat(setting(part, "wal_writer_delay").value()).isEqualTo("10 ms");
        assertThat(setting(part, "wal_buffers").value()).isEqualTo("512 x 8kB");
    }

    @Test
    void redisIsComparedWithAFreshOneOfItsVersion() {
        Map<String, String> said = Map.of("appendonly", "yes", "maxmemory", "0", "requirepass", "hunter2");

        PartSettings known = CacheSettings.settings(said, "6.2");
        PartSettings unheardOf = CacheSettings.settings(said, "99.1");

        assertThat(setting(known, "appendonly")).isEqualTo(new PartSettings.Setting("yes", "no", true, ""));
        assertThat(setting(known, "maxmemory").differs()).isFalse();
        assertThat(setting(known, "requirepass").value()).isEqualTo("(secret)");
        assertThat(setting(unheardOf, "appendonly").differs()).isFalse();
        assertThat(unheardOf.untold()).containsOnlyKeys("defaults");
    }

    @Test
    void aServiceThatSaysNothingIsSaidToSayNothing() {
        assertThat(ServiceSettings.read("{}").values())
                .singleElement()
                .satisfies(part -> assertThat(part.untold().values())
                        .containsExactly("not to be asked: it says nothing of its settings"));
        assertThat(ServiceSettings.read("<html>").values())
                .singleElement()
                .satisfies(part -> assertThat(part.untold()).isNotEmpty());
    }

    @Test
    void theLoadGeneratorsOwnProducerIsToldAsKafkaReadsIt() {
        PartSettings part = PublisherSettings.of(
                KafkaPublisher.settings("127.0.0.1:9092", Map.of("linger.ms", "0", "lingr.ms", "1", "acks", "all")));

        assertThat(setting(part, "linger.ms")).isEqualTo(new PartSettings.Setting("0", "5", true, ""));
        assertThat(setting(part, "acks")).isEqualTo(new PartSettings.Setting("-1", "-1", false, ""));
        assertThat(setting(part, "compression.type").value()).isEqualTo("lz4");
        assertThat(setting(part, "batch.size").differs()).isFalse();
        assertThat(part.unknown()).containsExactly("lingr.ms");
    }

    @Test
    void silenceIsToldApartFromWhatAPartCannotTell() {
        EffectiveConfiguration effective = new EffectiveConfiguration(Map.of(
                "services",
                ServiceSettings.together(Map.of("order-service", ServiceSettings.read("{}"))),
                "jvm",
                Map.of("order-service", ProcessFlags.flags(List.of("java", "-Xmx1g")))));

        assertThat(effective.silent())
                .containsExactly("services, order-service parts: /actuator/info not to be asked: it says nothing of its"
                        + " settings");
    }

    @Test
    void aPropertyOfAllServicesIsUnknownOnlyIfNoneOfThemKnowsIt() {
        Map<String, Map<String, PartSettings>> said = new LinkedHashMap<>();
        said.put("order-service", ServiceSettings.read("""
            {"effective":{"spring":{"settings":{},"untold":{},
             "unknown":["spring.kafka.producer.properties.linger.ms","spring.kafka.lisener.ack-mode"]}}}\
            """));
        said.put("cdc-connector", ServiceSettings.read("""
            {"effective":{"spring":{"settings":{"spring.kafka.producer.properties.linger.ms":
             {"value":"0","default":null,"differs":true}},"untold":{},"unknown":["spring.kafka.lisener.ack-mode"]},
             "producer":{"settings":{"linger.ms":{"value":"0","default":"5","differs":true}},"untold":{},"unknown":[]}}}\
            """));

        Map<String, PartSettings> parts = ServiceSettings.together(said);

        assertThat(part(parts, "order-service spring").unknown()).containsExactly("spring.kafka.lisener.ack-mode");
        assertThat(setting(part(parts, "cdc-connector producer"), "linger.ms"))
                .isEqualTo(new PartSettings.Setting("0", "5", true, ""));
    }

    @Test
    void theFlagsOfAJvmAreReadFromItsCommandLine() {
        PartSettings part = ProcessFlags.flags(List.of(
                "/jdk/bin/java",
                "-Dpassword=hunter2",
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xlog:gc",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                "some.jar",
                "--spring.main.banner-mode=off"));

        assertThat(part.settings()).hasSize(6);
        assertThat(setting(part, "Xmx").value()).isEqualTo("512m");
        assertThat(setting(part, "TieredStopAtLevel").value()).isEqualTo("1");
        assertThat(setting(part, "UseSerialGC").value()).isEqualTo("true");
        assertThat(setting(part, "UsePerfData").value()).isEqualTo("false");
    }

    private static Map<String, ConfigEntry> broker(String number, String minInSync) {
        return Map.of(
                "node.id", entry("node.id", number, ConfigSource.STATIC_BROKER_CONFIG, ConfigType.INT),
                "min.insync.replicas",
                        entry("min.insync.replicas", minInSync, ConfigSource.STATIC_BROKER_CONFIG, ConfigType.INT),
                "num.replica.fetchers", entry("num.replica.fetchers", "1", ConfigSource.DEFAULT_CONFIG, ConfigType.INT),
                "ssl.key.password",
                        entry("ssl.key.password", null, ConfigSource.STATIC_BROKER_CONFIG, ConfigType.PASSWORD),
                "num.replica.fetcherz",
                        entry("num.replica.fetcherz", null, ConfigSource.STATIC_BROKER_CONFIG, ConfigType.UNKNOWN));
    }

    /** As the admin client reads it of a broker's answer; the places it can come from are made by that client alone. */
    private static ConfigEntry entry(String name, @Nullable String value, ConfigSource source, ConfigType type) {
        return new ConfigEntry(name, value, source, value == null, false, List.of(), type, "");
    }

    private static PartSettings part(Map<String, PartSettings> parts, String name) {
        return Objects.requireNonNull(parts.get(name), name);
    }

    private static PartSettings.Setting setting(PartSettings part, String name) {
        return Objects.requireNonNull(part.settings().get(name), name);
    }

    private static JsonNode json(Map<String, Object> node) {
        return JsonMapper.builder().build().valueToTree(node);
    }
}
