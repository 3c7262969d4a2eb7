package dev.hopmeter.aggregator;

import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TrailHeader;
import dev.hopmeter.spring.WireFormat;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/**
 * The first step of an event: takes TAKEN and reads the record. What is no event, also one under a key that is not its own,
 * is a {@link MalformedException}.
 */
record Taking(WireFormat format, Stamps stamps) implements FixedKeyProcessorSupplier<String, byte[], Event> {

    @Override
    public FixedKeyProcessor<String, byte[], Event> get() {
        return new FixedKeyProcessor<>() {
            @SuppressWarnings("NullAway.Init")
            private FixedKeyProcessorContext<String, Event> context;

            @Override
            public void init(FixedKeyProcessorContext<String, Event> taskContext) {
                context = taskContext;
            }

            @Override
            public void process(FixedKeyRecord<String, byte[]> record) {
                long taken = stamps.now();
                context.forward(record.withValue(event(record, taken)));
            }
        };
    }

    private Event event(FixedKeyRecord<String, byte[]> record, long taken) {
        Message message = message(record.value());
        String key = message.windowKey().text();
        if (!key.equals(record.key())) {
            throw new MalformedException(
                    "the key of this event is its region and kind, " + key + ", not '" + shown(record.key()) + "'",
                    null);
        }
        Trail trail = TrailHeader.read(record.headers());
        return new Event(
                message.id(),
                trail == null ? null : stamps.at(trail, Stamp.TAKEN, taken),
                new Amount(message.amount(), message.sequence(), record.timestamp()));
    }

    private Message message(byte @Nullable [] json) {
        if (json == null) {
            throw new MalformedException("a record on the topic of events has a value", null);
        }
        return format.read(json, Message.class);
    }

    private static String shown(@Nullable String key) {
        return key == null || key.length() <= 80 ? String.valueOf(key) : key.substring(0, 80) + "...";
    }
}
