package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowSize;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * Lets those events pass whose window of one size is still open and counts the others. A window is closed once the stream
 * time of the partition, which a restart remembers, has reached its end and the grace. Kafka Streams' own windows close by
 * the same rule, without a counter of their own and with a stream time that starts anew with each thread; behind this
 * they have nothing left to drop.
 */
final class OnTime<V> implements FixedKeyProcessorSupplier<String, V, V> {

    private final WindowSize size;
    private final long graceMillis;
    private final Counter late;

    OnTime(WindowSize size, Duration grace, Counter late) {
        this.size = size;
        this.graceMillis = grace.toMillis();
        this.late = late;
    }

    @Override
    public FixedKeyProcessor<String, V, V> get() {
        return new FixedKeyProcessor<>() {
            @SuppressWarnings("NullAway.Init")
            private FixedKeyProcessorContext<String, V> context;

            @Override
            public void init(FixedKeyProcessorContext<String, V> taskContext) {
                context = taskContext;
            }

            @Override
            public void process(FixedKeyRecord<String, V> event) {
                long end = size.startOf(event.timestamp()) + size.duration().toMillis();
                if (end + graceMillis > context.currentStreamTimeMs()) {
                    context.forward(event);
                } else {
                    late.increment();
                }
            }
        };
    }
}
