package dev.hopmeter.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.spring.WireFormat;
import io.debezium.data.Envelope;
import io.debezium.data.Json;
import io.debezium.data.Uuid;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class RowReaderTest {

    private static final UUID ID = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");

    private static final Schema ROW = SchemaBuilder.struct()
            .optional()
            .field("id", Uuid.schema())
            .field("idempotency_key", Schema.OPTIONAL_STRING_SCHEMA)
            .field("customer", Schema.OPTIONAL_STRING_SCHEMA)
            .field("region", Schema.OPTIONAL_STRING_SCHEMA)
            .field("kind", Schema.OPTIONAL_STRING_SCHEMA)
            .field("amount", Schema.OPTIONAL_INT64_SCHEMA)
            .field("currency", Schema.OPTIONAL_STRING_SCHEMA)
            .field("lines", Json.builder().optional().build())
            .field("placed_nanos", Schema.OPTIONAL_INT64_SCHEMA)
            .field("trail", Schema.OPTIONAL_STRING_SCHEMA)
            .build();

    private static final Schema SOURCE = SchemaBuilder.struct()
            .field("ts_ms", Schema.INT64_SCHEMA)
            .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
            .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    private static final Envelope ENVELOPE = Envelope.defineSchema()
            .withName("orders.Envelope")
            .withRecord(ROW)
            .withSource(SOURCE)
            .build();

    private final WireFormat wireFormat = new WireFormat();
    private final RowReader rows = new RowReader(wireFormat);

    @Test
    void anInsertedRowBecomesTheOrderThatWasStored() {
        Change change = rows.read(inserted(row(), source(1_763_891_234_567_891_000L)));

        assertThat(change)
                .isEqualTo(new Change.Placed(order(), Optional.of("journey;intended=17"), 1_763_891_234_567_891_000L));
        assertThat(wireFormat.readOrder(wireFormat.write(((Change.Placed) change).order())))
                .isEqualTo(order());
    }

    @Test
    void aRowReadByASnapshotIsAnOrderToo() {
        SourceRecord record = record(ENVELOPE.read(row(), source(5_000_000), Instant.EPOCH));

        assertThat(rows.read(record)).isInstanceOf(Change.Placed.class);
    }

    @Test
    void anAbsentKeyAndTrailAreEmpty() {
        Struct bare = row().put("idempotency_key", null).put("trail", null);

        assertThat(rows.read(inserted(bare, source(1_000)))).isInstanceOfSatisfying(Change.Placed.class, placed -> {
            assertThat(placed.order().idempotencyKey()).isEmpty();
            assertThat(placed.trail()).isEmpty();
        });
    }

    @Test
    void withoutNanosecondsTheCommitTimeComesFromMicroseconds() {
        Struct source = new Struct(SOURCE).put("ts_ms", 1L).put("ts_us", 1_234L);

        assertThat(rows.read(inserted(row(), source)))
                .isInstanceOfSatisfying(
                        Change.Placed.class,
                        placed -> assertThat(placed.committedNanos()).isEqualTo(1_234_000L));
    }

    @Test
    void aRowThatIsNoOrderIsUnreadableWithItsReason() {
        assertUnreadable(row().put("currency", "euro"), "three capital letters");
        assertUnreadable(row().put("amount", -1L), "amount");
        assertUnreadable(row().put("customer", null), "customer is null");
        assertUnreadable(row().put("lines", "[{\"sku\":\"A-1\"}]"), "quantity");
        assertUnreadable(row().put("lines", "null"), "null");
        assertUnreadable(row().put("lines", "[null]"), "null");
        assertUnreadable(row().put("lines", "[]"), "number of lines");
    }

    @Test
    void otherOperationsAreNamed() {
        assertThat(rows.read(record(ENVELOPE.update(row(), row(), source(1), Instant.EPOCH))))
                .isEqualTo(new Change.Other("update"));
        assertThat(rows.read(record(ENVELOPE.delete(row(), source(1), Instant.EPOCH))))
                .isEqualTo(new Change.Other("delete"));
    }

    @Test
    void aRecordAboutNoRowIsNoChange() {
        Schema schema = SchemaBuilder.struct()
                .name("io.debezium.connector.common.Heartbeat")
                .build();
        SourceRecord heartbeat = new SourceRecord(Map.of(), Map.of(), "heartbeat", schema, new Struct(schema));

        assertThat(rows.read(heartbeat)).isEqualTo(new Change.Other("none"));
    }

    private void assertUnreadable(Struct row, String reason) {
        assertThat(rows.read(inserted(row, source(1)))).isInstanceOfSatisfying(Change.Unreadable.class, unreadable -> {
            assertThat(unreadable.id()).isEqualTo(ID.toString());
            assertThat(unreadable.reason()).isNotBlank().contains(reason);
            assertThat(unreadable.row()).contains("\"id\":\"" + ID + "\"");
        });
    }

    private static SourceRecord inserted(Struct row, Struct source) {
        return record(ENVELOPE.create(row, source, Instant.EPOCH));
    }

    private static SourceRecord record(Struct envelope) {
        return new SourceRecord(Map.of(), Map.of(), "orders", ENVELOPE.schema(), envelope);
    }

    private static Struct source(long nanos) {
        return new Struct(SOURCE).put("ts_ms", 1L).put("ts_ns", nanos);
    }

    private static Struct row() {
        return new Struct(ROW)
                .put("id", ID.toString())
                .put("idempotency_key", "7f3a-42")
                .put("customer", "c-17")
                .put("region", "eu-west")
                .put("kind", "retail")
                .put("amount", 12_990L)
                .put("currency", "EUR")
                .put("lines", "[{\"sku\": \"A-1\", \"quantity\": 2}]")
                .put("placed_nanos", 1_780_920_000_000_000_001L)
                .put("trail", "journey;intended=17");
    }

    private static Order order() {
        return new Order(
                ID,
                Optional.of("7f3a-42"),
                "c-17",
                "eu-west",
                "retail",
                12_990,
                "EUR",
                List.of(new OrderLine("A-1", 2)),
                Instant.parse("2026-06-08T12:00:00.000000001Z"));
    }
}
