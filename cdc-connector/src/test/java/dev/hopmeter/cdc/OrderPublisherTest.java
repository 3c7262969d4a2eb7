package dev.hopmeter.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.rows.OrderRecords;
import dev.hopmeter.rows.RowReader;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

class OrderPublisherTest {

    private static final long CAPTURED = 1_763_891_234_570_000_000L;

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());

    @ParameterizedTest
    @ValueSource(strings = {"inserted", "unreadable"})
    void whatIsSentForARowIsWhatTheOtherWayOfChangeDataCaptureWrites(String row) throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();

        publisher().publish(handedOver(row), CAPTURED, acknowledged::incrementAndGet, failure -> {
            throw new AssertionError(failure);
        });

        Properties expected = new Properties();
        expected.load(fixture(row + ".properties"));
        assertThat(acknowledged).hasValue(1);
        assertThat(sent(producer.history().getFirst())).isEqualTo(expected);
    }

    private OrderPublisher publisher() {
        WireFormat wireFormat = new WireFormat();
        EpochClock clock = () -> CAPTURED;
        MeterRegistry registry = new SimpleMeterRegistry();
        Stamps stamps = new Stamps(clock, registry, Backend.CONVENTIONAL);
        OrderRecords records =
                new OrderRecords(wireFormat, stamps::at, "hopmeter.orders", "hopmeter.dead-letters", "cdc-connector");
        return new OrderPublisher(
                new RowReader(wireFormat),
                records,
                clock,
                new DefaultKafkaProducerFactory<>(Map.of()) {
                    @Override
                    public Producer<String, byte[]> createProducer() {
                        return producer;
                    }
                },
                registry,
                "cdc-connector");
    }

    private static SourceRecord handedOver(String row) throws IOException {
        try (JsonConverter json = new JsonConverter();
                InputStream file = fixture(row + ".json")) {
            json.configure(Map.of("schemas.enable", "true"), false);
            SchemaAndValue envelope = json.toConnectData("orders", file.readAllBytes());
            return new SourceRecord(Map.of(), Map.of(), "orders", envelope.schema(), envelope.value());
        }
    }

    private static Properties sent(ProducerRecord<String, byte[]> record) {
        Properties sent = new Properties();
        sent.put("topic", record.topic());
        sent.put("key", record.key());
        sent.put("value", text(record.value()));
        sent.put("timestamp", record.timestamp() == null ? "" : Long.toString(record.timestamp()));
        record.headers().forEach(header -> sent.put("header." + header.key(), text(header.value())));
        // Names whoever put it aside, which is not the same on both ways.
        sent.remove("header.Hopmeter-Consumer", "cdc-connector");
        return sent;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static InputStream fixture(String name) {
        return Objects.requireNonNull(OrderPublisherTest.class.getResourceAsStream("/rows/" + name));
    }
}
