package dev.hopmeter.connect;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.rows.Change;
import dev.hopmeter.rows.OrderRecords;
import dev.hopmeter.rows.RowReader;
import dev.hopmeter.rows.TopicRecord;
import dev.hopmeter.spring.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka Connect's transform of Debezium's records into ours: an inserted or snapshot row becomes a record of the change
 * topic, a row that is no order one of the dead letters with its reason, and any other change is dropped. Key, value and
 * headers are bytes, so Connect's {@code ByteArrayConverter} has to write all three. Never throws for what a row holds.
 *
 * <p>Named in the connector's configuration, by which Connect makes it, hence public. Used by one thread at a time.
 */
public final class OrderTransform implements Transformation<SourceRecord> {

    private static final Logger LOG = LoggerFactory.getLogger(OrderTransform.class);
    private static final String CHANGES = "changes.topic";
    private static final String DEAD_LETTERS = "dead.letters.topic";
    private static final String CONSUMER = "connect-worker";
    private static final ConfigDef CONFIG = new ConfigDef()
            .define(CHANGES, Type.STRING, "hopmeter.orders", Importance.HIGH, "The change topic.")
            .define(DEAD_LETTERS, Type.STRING, "hopmeter.dead-letters", Importance.HIGH, "For rows that are no order.");

    private final WireFormat wireFormat = new WireFormat();
    private final RowReader rows = new RowReader(wireFormat);
    private final EpochClock clock;
    private OrderRecords records = records(Map.of());

    /** A transform of the machine's clock. */
    public OrderTransform() {
        this(EpochClock.system());
    }

    OrderTransform(EpochClock clock) {
        this.clock = clock;
    }

    @Override
    public void configure(Map<String, ?> settings) {
        records = records(settings);
    }

    @Override
    public ConfigDef config() {
        return CONFIG;
    }

    @Override
    public @Nullable SourceRecord apply(SourceRecord record) {
        long captured = clock.nanos();
        return switch (rows.read(record)) {
            case Change.Placed placed -> {
                Optional<Trail> trail = OrderRecords.trail(placed);
                if (trail.isEmpty() && placed.trail().isPresent()) {
                    LOG.warn(
                            "order {} is published without its trail, as it cannot be read",
                            placed.order().id());
                }
                yield sent(record, records.published(placed, trail, captured));
            }
            case Change.Unreadable unreadable -> sent(record, records.putAside(unreadable));
            case Change.Other _ -> null;
        };
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private OrderRecords records(Map<String, ?> settings) {
        AbstractConfig config = new AbstractConfig(CONFIG, settings);
        return new OrderRecords(
                wireFormat, Trail::with, config.getString(CHANGES), config.getString(DEAD_LETTERS), CONSUMER);
    }

    private static SourceRecord sent(SourceRecord source, TopicRecord to) {
        ConnectHeaders headers = new ConnectHeaders();
        to.headers().forEach((name, value) -> headers.add(name, value, Schema.BYTES_SCHEMA));
        return source.newRecord(
                to.topic(),
                null,
                Schema.BYTES_SCHEMA,
                to.key().getBytes(StandardCharsets.UTF_8),
                Schema.BYTES_SCHEMA,
                to.value(),
                to.timestampMillis().isPresent() ? to.timestampMillis().getAsLong() : null,
                headers);
    }
}
