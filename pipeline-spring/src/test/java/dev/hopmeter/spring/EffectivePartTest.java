package dev.hopmeter.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.listener.ContainerProperties;

class EffectivePartTest {

    private static final Map<String, Object> PRODUCER =
            Map.of("bootstrap.servers", "127.0.0.1:9092", "key.serializer", StringSerializer.class);

    @Test
    void aSettingIsMarkedWhereItDiffersFromItsDefault() {
        EffectivePart part = new EffectivePart("some")
                .setting("same", 5, "5")
                .setting("other", Duration.ofMillis(100), Duration.ofMillis(500))
                .setting("only-here", true, null);

        assertThat(setting(part, "same")).isEqualTo(of("5", "5", false));
        assertThat(setting(part, "other")).isEqualTo(of("100ms", "500ms", true));
        assertThat(setting(part, "only-here")).isEqualTo(of("true", null, true));
    }

    @Test
    void aSecretIsMarkedAsSetAndNotTold() {
        EffectivePart part = new EffectivePart("some").setting("password", "hunter2", null);

        assertThat(setting(part, "password")).isEqualTo(of("(secret)", null, true));
    }

    @Test
    void aProducerIsToldAsKafkaReadsIt() {
        EffectivePart part = KafkaSettings.producer("producer", with(PRODUCER, "linger.ms", "0", "acks", "all"));

        assertThat(setting(part, "linger.ms")).isEqualTo(of("0", "5", true));
        assertThat(setting(part, "acks")).isEqualTo(of("-1", "-1", false));
        assertThat(setting(part, "batch.size")).isEqualTo(of("16384", "16384", false));
        assertThat(setting(part, "client.id")).isEqualTo(of("", "", false));
        assertThat(setting(part, "key.serializer")).containsEntry("value", StringSerializer.class.getName());
        assertThat(unknown(part)).isEmpty();
    }

    @Test
    void whatKafkaCorrectsIsToldAsCorrected() {
        EffectivePart part = KafkaSettings.producer("producer", with(PRODUCER, "acks", "1"));

        assertThat(setting(part, "enable.idempotence")).isEqualTo(of("false", "true", true));
    }

    @Test
    void aMisspelledNameIsUnknownAndOneOfOursIsNot() {
        EffectivePart part =
                KafkaSettings.producer("producer", with(PRODUCER, "lingr.ms", "0", "hopmeter.offset", "1"));

        assertThat(unknown(part)).containsExactly("lingr.ms");
    }

    @Test
    void aNameThatAPlugInMayReadIsNotCalledUnknown() {
        EffectivePart part = KafkaSettings.consumer(
                "consumer",
                Map.of(
                        "bootstrap.servers",
                        "127.0.0.1:9092",
                        "key.deserializer",
                        StringDeserializer.class,
                        "interceptor.classes",
                        List.of("com.example.Traced"),
                        "traced.rate",
                        "1"));

        assertThat(unknown(part)).isEmpty();
        assertThat(part.node().get("untold")).asString().contains("traced.rate", "com.example.Traced");
    }

    @Test
    void ofALibrarysClientTheLibrarysDefaultCounts() {
        EffectivePart part = KafkaSettings.derivedProducer(
                "producer", with(PRODUCER, "linger.ms", 100), with(PRODUCER, "linger.ms", 100));

        assertThat(setting(part, "linger.ms")).isEqualTo(of("100", "100", false));
    }

    @Test
    void whatKafkaRefusesIsSaid() {
        assertThat(KafkaSettings.producer("producer", with(PRODUCER, "linger.ms", "soon"))
                        .node()
                        .get("untold"))
                .isEqualTo(Map.of("settings", "Kafka refuses them"));
    }

    @Test
    void aContainersSettingsAreReadByItsGetters() {
        ContainerProperties container = new ContainerProperties("orders");
        container.setAckMode(ContainerProperties.AckMode.TIME);
        container.setSyncCommits(false);
        EffectivePart part = new EffectivePart("listener");

        BeanSettings.read(
                part, "", ContainerProperties.class, container, new ContainerProperties("any"), Set.of("topics"));

        assertThat(setting(part, "ack-mode")).isEqualTo(of("TIME", "BATCH", true));
        assertThat(setting(part, "sync-commits")).isEqualTo(of("false", "true", true));
        assertThat(setting(part, "ack-time")).isEqualTo(of("5000", "5000", false));
    }

    @Test
    void aPropertyThatBootDocumentsIsKnownInEachSpellingAndAnyOtherIsNot() {
        SpringParts.Names names = SpringParts.Names.documented(getClass().getClassLoader());
        names.addEverythingBelow("hopmeter.router");

        EffectivePart part = names.part(
                List.of(
                        "spring.kafka.listener.ack-mode",
                        "spring.kafka.listener.ackMode",
                        "spring.kafka.listener.ack-mood",
                        "spring.kafka.producer.properties.linger.ms",
                        "spring.kafka.producer.properties.[linger.ms]",
                        "spring.kafka.prodcer.properties.linger.ms",
                        "spring.autoconfigure.exclude[0]",
                        "logging.level.org.apache",
                        "hopmeter.router.sync-commits",
                        "hopmeter.routr.sync-commits",
                        "linger.ms"),
                name -> "1");

        assertThat(unknown(part))
                .containsExactly(
                        "hopmeter.routr.sync-commits",
                        "linger.ms",
                        "spring.kafka.listener.ack-mood",
                        "spring.kafka.prodcer.properties.linger.ms");
    }

    @Test
    void anAddressThatNoDriverReadsIsSaid() {
        assertThat(DatabaseParts.driver("jdbc:nobody:x", new Properties())
                        .node()
                        .get("untold"))
                .isEqualTo(Map.of("settings", "no driver reads the address"));
    }

    private static Map<String, Object> with(Map<String, Object> some, Object... more) {
        Map<String, Object> all = new HashMap<>(some);
        for (int i = 0; i < more.length; i += 2) {
            all.put(String.valueOf(more[i]), more[i + 1]);
        }
        return all;
    }

    private static Map<String, @Nullable Object> of(@Nullable String value, @Nullable String usual, boolean differs) {
        Map<String, @Nullable Object> node = new HashMap<>();
        node.put("value", value);
        node.put("default", usual);
        node.put("differs", differs);
        return node;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> setting(EffectivePart part, String name) {
        Map<String, Map<String, @Nullable Object>> settings = (Map<String, Map<String, @Nullable Object>>)
                Objects.requireNonNull(part.node().get("settings"));
        return Objects.requireNonNull(settings.get(name), name);
    }

    @SuppressWarnings("unchecked")
    private static List<String> unknown(EffectivePart part) {
        return (List<String>) Objects.requireNonNull(part.node().get("unknown"));
    }
}
