package dev.hopmeter.aggregator;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.Watcher;
import dev.hopmeter.spring.windows.Watchers;
import java.util.Collection;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.TimestampedWindowStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Tells the watchers of an event's key what its window adds up to, as the store shows it. It comes after the summing, as a
 * later child of the same stream: Kafka Streams hands a record to its children in the order in which they were built. While
 * nobody watches the key, nothing is read. Neither Kafka Streams' cache nor its commit interval delays it.
 */
record Telling(WindowSize size, Watchers watchers, Stamps stamps)
        implements FixedKeyProcessorSupplier<String, Event, Event> {

    @Override
    public FixedKeyProcessor<String, Event, Event> get() {
        return new FixedKeyProcessor<>() {
            @SuppressWarnings("NullAway.Init")
            private TimestampedWindowStore<String, WindowTotal> windows;

            @Override
            public void init(FixedKeyProcessorContext<String, Event> context) {
                windows = context.getStateStore(Source.EVENTS.store(size));
            }

            @Override
            public void process(FixedKeyRecord<String, Event> event) {
                Collection<Watcher> watching = watchers.of(size, event.key());
                if (watching.isEmpty()) {
                    return;
                }
                long start = size.startOf(event.timestamp());
                ValueAndTimestamp<WindowTotal> window = windows.fetch(event.key(), start);
                if (window == null) {
                    // It has left the retention: to a query it is gone as well.
                    return;
                }
                Trail trail = event.value().trail();
                watchers.tell(
                        watching,
                        start,
                        window.value(),
                        event.value().id(),
                        trail == null ? null : stamps.take(trail, Stamp.SUMMED));
            }
        };
    }
}
