package dev.hopmeter.rows;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.WireFormat;
import io.debezium.data.Envelope;
import io.debezium.data.Envelope.Operation;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Reads rows of the table of orders out of Debezium's records. Safe for use by many threads. */
public final class RowReader {

    private final WireFormat wireFormat;

    /** A reader of the lines of orders in that format. */
    public RowReader(WireFormat wireFormat) {
        this.wireFormat = wireFormat;
    }

    /** What the record says; never throws for what a row holds. */
    public Change read(SourceRecord record) {
        if (!(record.value() instanceof Struct envelope)
                || envelope.schema().name() == null
                || !Envelope.isEnvelopeSchema(envelope.schema())) {
            return new Change.Other("none");
        }
        Operation operation = Operation.forCode(envelope.getString(Envelope.FieldName.OPERATION));
        return switch (operation) {
            case CREATE, READ -> placed(envelope);
            case UPDATE, DELETE, TRUNCATE, MESSAGE ->
                new Change.Other(operation.name().toLowerCase(Locale.ROOT));
        };
    }

    private Change placed(Struct envelope) {
        Struct row = envelope.getStruct(Envelope.FieldName.AFTER);
        try {
            return new Change.Placed(
                    order(row),
                    Optional.ofNullable(row.getString("trail")),
                    committedNanos(envelope.getStruct(Envelope.FieldName.SOURCE)));
        } catch (IllegalArgumentException | MalformedException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            return new Change.Unreadable(String.valueOf(row.get("id")), json(row), reason);
        }
    }

    private Order order(Struct row) {
        return new Order(
                UUID.fromString(text(row, "id")),
                Optional.ofNullable(row.getString("idempotency_key")),
                text(row, "customer"),
                text(row, "region"),
                text(row, "kind"),
                number(row, "amount"),
                text(row, "currency"),
                lines(text(row, "lines")),
                EpochClock.toInstant(number(row, "placed_nanos")));
    }

    private List<OrderLine> lines(String json) {
        OrderLine[] lines = wireFormat.read(json.getBytes(StandardCharsets.UTF_8), OrderLine[].class);
        for (@Nullable OrderLine line : lines) {
            present(line, "lines, or one of them,");
        }
        return List.of(lines);
    }

    private static long committedNanos(Struct source) {
        Long nanos = optionalNumber(source, "ts_ns");
        if (nanos != null) {
            return nanos;
        }
        Long micros = optionalNumber(source, "ts_us");
        return Math.multiplyExact(micros == null ? number(source, "ts_ms") * 1_000 : micros, 1_000L);
    }

    private String json(Struct row) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        for (Field field : row.schema().fields()) {
            columns.put(field.name(), row.get(field));
        }
        return new String(wireFormat.writeValue(columns), StandardCharsets.UTF_8);
    }

    private static String text(Struct row, String column) {
        return present(row.getString(column), column);
    }

    private static long number(Struct row, String column) {
        return present(row.getInt64(column), column);
    }

    private static @Nullable Long optionalNumber(Struct source, String field) {
        return source.schema().field(field) == null ? null : source.getInt64(field);
    }

    private static <V> V present(@Nullable V value, String column) {
        if (value == null) {
            throw new IllegalArgumentException("the column " + column + " is null");
        }
        return value;
    }
}
