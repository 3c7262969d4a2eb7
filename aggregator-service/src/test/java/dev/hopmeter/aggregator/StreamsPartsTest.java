package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StreamsPartsTest {

    @Test
    void withNothingSetNoClientDiffersFromWhatStreamsMakesOfIt() {
        JsonNode parts = parts(Map.of());

        assertThat(parts.propertyNames())
                .containsExactlyInAnyOrder(
                        "streams",
                        "streams main consumer",
                        "streams restore consumer",
                        "streams producer",
                        "streams admin");
        assertThat(parts.path("streams producer")
                        .at("/settings/linger.ms")
                        .get("value")
                        .asString())
                .isEqualTo("100");
        parts.properties().forEach(entry -> {
            String name = entry.getKey();
            JsonNode part = entry.getValue();
            assertThat(part.get("unknown")).as(name).isEmpty();
            if (!name.equals("streams")) {
                part.get("settings")
                        .properties()
                        .forEach(setting -> assertThat(
                                        setting.getValue().get("differs").asBoolean())
                                .as("%s: %s", name, setting)
                                .isFalse());
            }
        });
    }

    @Test
    void aKnobIsMarkedAtTheClientThatItTurns() {
        JsonNode parts = parts(Map.of(
                "producer.linger.ms",
                0,
                "main.consumer.fetch.max.wait.ms",
                5,
                "processing.guarantee",
                "exactly_once_v2",
                "topic.min.insync.replicas",
                "2"));

        assertThat(parts.path("streams producer").at("/settings/linger.ms"))
                .hasToString("{\"value\":\"0\",\"default\":\"100\",\"differs\":true}");
        assertThat(differs(parts.path("streams main consumer"), "fetch.max.wait.ms"))
                .isTrue();
        assertThat(differs(parts.path("streams restore consumer"), "fetch.max.wait.ms"))
                .isFalse();
        assertThat(differs(parts.path("streams"), "processing.guarantee")).isTrue();
        assertThat(parts.path("streams main consumer")
                        .at("/settings/isolation.level/value")
                        .asString())
                .isEqualTo("read_committed");
        assertThat(parts.path("streams").get("unknown")).isEmpty();
    }

    @Test
    void aNameThatNoPartOfStreamsReadsIsUnknown() {
        JsonNode streams = parts(Map.of(
                        "producer.lingr.ms", 0,
                        "commit.intervall.ms", 10,
                        "topic.min.insinc.replicas", 2,
                        "linger.ms", 0,
                        "hopmeter.own", 1))
                .path("streams");

        assertThat(streams.get("unknown"))
                .hasToString("[\"commit.intervall.ms\",\"producer.lingr.ms\",\"topic.min.insinc.replicas\"]");
    }

    private static boolean differs(JsonNode part, String setting) {
        return part.get("settings").get(setting).get("differs").asBoolean();
    }

    private static JsonNode parts(Map<String, Object> more) {
        Map<String, Object> given = new HashMap<>(Map.of("application.id", "a", "bootstrap.servers", "127.0.0.1:1"));
        given.putAll(more);
        Map<String, Object> parts = new HashMap<>();
        StreamsParts.parts(given).forEach(part -> parts.put(part.name(), part.node()));
        return JsonMapper.builder().build().valueToTree(parts);
    }
}
