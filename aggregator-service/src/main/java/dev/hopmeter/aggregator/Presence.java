package dev.hopmeter.aggregator;

import java.util.function.IntConsumer;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * Tells when the task of a partition starts to feed its store and when it ends, and lets every record pass.
 *
 * @param opened is told the partition at the start, which is after the store's restoring
 * @param closed is told it at the end, which is before the store is closed and before another instance goes on
 */
record Presence<V>(IntConsumer opened, IntConsumer closed) implements FixedKeyProcessorSupplier<String, V, V> {

    @Override
    public FixedKeyProcessor<String, V, V> get() {
        return new FixedKeyProcessor<>() {
            @SuppressWarnings("NullAway.Init")
            private FixedKeyProcessorContext<String, V> context;

            @Override
            public void init(FixedKeyProcessorContext<String, V> taskContext) {
                context = taskContext;
                opened.accept(context.taskId().partition());
            }

            @Override
            public void process(FixedKeyRecord<String, V> event) {
                context.forward(event);
            }

            @Override
            public void close() {
                closed.accept(context.taskId().partition());
            }
        };
    }
}
