package dev.hopmeter.aggregator;

import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/** Gives an amount its record's timestamp, as what sums it sees no record. */
final class Dating implements FixedKeyProcessorSupplier<String, Long, Amount> {

    @Override
    public FixedKeyProcessor<String, Long, Amount> get() {
        return new FixedKeyProcessor<>() {
            @SuppressWarnings("NullAway.Init")
            private FixedKeyProcessorContext<String, Amount> context;

            @Override
            public void init(FixedKeyProcessorContext<String, Amount> taskContext) {
                context = taskContext;
            }

            @Override
            public void process(FixedKeyRecord<String, Long> amount) {
                context.forward(amount.withValue(new Amount(amount.value(), 0, amount.timestamp())));
            }
        };
    }
}
