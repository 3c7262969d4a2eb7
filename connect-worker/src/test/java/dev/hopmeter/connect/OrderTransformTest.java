package dev.hopmeter.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.connect.converters.ByteArrayConverter;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTransformTest {

    private static final long CAPTURED = 1_763_891_234_570_000_000L;

    private final OrderTransform transform = new OrderTransform(() -> CAPTURED);

    @ParameterizedTest
    @ValueSource(strings = {"inserted", "unreadable"})
    void whatIsOnTheTopicForARowIsWhatTheOtherWayOfChangeDataCaptureSends(String row) throws IOException {
        SourceRecord record = Objects.requireNonNull(transform.apply(handedOver(row)));

        Properties expected = new Properties();
        expected.load(fixture(row + ".properties"));
        assertThat(onTopic(record)).isEqualTo(expected);
    }

    @Test
    void theTopicsAreSettings() throws IOException {
        transform.configure(Map.of("changes.topic", "a", "dead.letters.topic", "b"));

        assertThat(Objects.requireNonNull(transform.apply(handedOver("inserted")))
                        .topic())
                .isEqualTo("a");
        assertThat(Objects.requireNonNull(transform.apply(handedOver("unreadable")))
                        .topic())
                .isEqualTo("b");
    }

    @Test
    void whereARowWasReadFromGoesOnWithIt() throws IOException {
        SourceRecord record = Objects.requireNonNull(transform.apply(handedOver("inserted")));

        assertThat(record.sourceOffset()).isEqualTo(Map.of("lsn", 17L));
        assertThat(record.sourcePartition()).isEqualTo(Map.of("server", "hopmeter"));
    }

    @Test
    void whatIsAboutNoRowIsDropped() {
        Schema schema = SchemaBuilder.struct()
                .name("io.debezium.connector.common.Heartbeat")
                .build();

        assertThat(transform.apply(new SourceRecord(Map.of(), Map.of(), "heartbeat", schema, new Struct(schema))))
                .isNull();
    }

    @Test
    void connectFindsItAsAServiceAndWithoutSpring() {
        assertThat(java.util.ServiceLoader.load(Transformation.class)).hasAtLeastOneElementOfType(OrderTransform.class);
        assertThatThrownBy(() -> Class.forName("org.springframework.boot.SpringApplication"))
                .isInstanceOf(ClassNotFoundException.class);
        assertThatThrownBy(() -> Class.forName("org.springframework.core.SpringVersion"))
                .isInstanceOf(ClassNotFoundException.class);
    }

    private static SourceRecord handedOver(String row) throws IOException {
        try (JsonConverter json = new JsonConverter();
                InputStream file = fixture(row + ".json")) {
            json.configure(Map.of("schemas.enable", "true"), false);
            SchemaAndValue envelope = json.toConnectData("orders", file.readAllBytes());
            return new SourceRecord(
                    Map.of("server", "hopmeter"), Map.of("lsn", 17L), "orders", envelope.schema(), envelope.value());
        }
    }

    /** As Connect writes it with the converter that the worker is given. */
    private static Properties onTopic(SourceRecord record) {
        try (ByteArrayConverter bytes = new ByteArrayConverter()) {
            Properties written = new Properties();
            written.put("topic", record.topic());
            written.put("key", text(bytes.fromConnectData(record.topic(), record.keySchema(), record.key())));
            written.put("value", text(bytes.fromConnectData(record.topic(), record.valueSchema(), record.value())));
            written.put("timestamp", record.timestamp() == null ? "" : Long.toString(record.timestamp()));
            for (Header header : record.headers()) {
                written.put(
                        "header." + header.key(),
                        text(bytes.fromConnectHeader(record.topic(), header.key(), header.schema(), header.value())));
            }
            // Names whoever put it aside, which is not the same on both ways.
            written.remove("header.Hopmeter-Consumer", "connect-worker");
            return written;
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static InputStream fixture(String name) {
        return Objects.requireNonNull(OrderTransformTest.class.getResourceAsStream("/rows/" + name));
    }
}
