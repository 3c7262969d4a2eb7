package dev.hopmeter.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SettingsResourceTest {

    private static final Map<String, String> WORKER = Map.of(
            "bootstrap.servers", "127.0.0.1:9",
            "group.id", "g",
            "config.storage.topic", "c",
            "offset.storage.topic", "o",
            "status.storage.topic", "s",
            "key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter",
            "value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");

    @Test
    void theWorkersSettingsAreHeldAgainstConnectsOwnDefaults() {
        JsonNode worker = told(Map.of("offset.flush.interval.ms", "100", "hopmeter.any", "x"))
                .path("worker");

        assertThat(worker.at("/settings/offset.flush.interval.ms"))
                .hasToString("{\"value\":\"100\",\"default\":\"60000\",\"differs\":true}");
        assertThat(worker.at("/settings/rebalance.timeout.ms/differs").asBoolean(true))
                .isFalse();
        assertThat(worker.path("unknown")).isEmpty();
    }

    @Test
    void aNameThatNobodyReadsIsUnknownAndOneThatIsPassedOnIsNot() {
        JsonNode worker = told(Map.of(
                        "ofset.flush.interval.ms", "100",
                        "consumer.fetch.min.bites", "1",
                        "consumer.fetch.min.bytes", "1",
                        "admin.retries", "1",
                        "linger.ms", "0",
                        "producer.linger.ms", "0",
                        "offset.storage.cleanup.policy", "compact"))
                .path("worker");

        assertThat(worker.path("unknown")).hasToString("[\"consumer.fetch.min.bites\",\"ofset.flush.interval.ms\"]");
    }

    @Test
    void aProducerIsToldAsItWasGivenForAsLongAsItIsThere() {
        ProducerWitness witness = new ProducerWitness();
        witness.configure(Map.of(
                "client.id", "connector-producer-a-0",
                "bootstrap.servers", "127.0.0.1:9",
                "linger.ms", "3",
                "lingr.ms", "0",
                "acks", "1",
                "metrics.context.connect.group.id", "g",
                "key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer",
                "value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer"));
        try {
            JsonNode producer = told(Map.of()).path("producer connector-producer-a-0");
            assertThat(producer.at("/settings/linger.ms/value").asString("")).isEqualTo("3");
            assertThat(producer.at("/settings/acks/value").asString("")).isEqualTo("1");
            assertThat(producer.path("unknown")).hasToString("[\"lingr.ms\"]");
        } finally {
            witness.close();
        }
        assertThat(told(Map.of()).has("producer connector-producer-a-0")).isFalse();
    }

    private static JsonNode told(Map<String, String> more) {
        Map<String, String> given = new HashMap<>(WORKER);
        given.putAll(more);
        return JsonMapper.builder()
                .build()
                .valueToTree(new SettingsResource(given).told())
                .path("effective");
    }
}
