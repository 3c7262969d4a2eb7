package dev.hopmeter.aggregator;

import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The change topic's orders, keyed anew by region and kind, repartitioned once, and summed in one store for each window
 * size. A window is placed by the record's timestamp, which is the order's commit time. Only the amount crosses the
 * repartition topic, with the record's headers.
 */
final class WindowTopology implements Supplier<Topology> {

    private final String changes;
    private final Duration retention;
    private final Duration grace;
    private final WireFormat format;
    private final MeterRegistry registry;

    WindowTopology(String changes, Duration retention, Duration grace, WireFormat format, MeterRegistry registry) {
        this.changes = changes;
        this.retention = retention;
        this.grace = grace;
        this.format = format;
        this.registry = registry;
    }

    /** The name of the store that holds the windows of that size. */
    static String storeOf(WindowSize size) {
        return "windows-" + size.word();
    }

    @Override
    public Topology get() {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, Long> amounts = builder.stream(
                        changes,
                        Consumed.with(Serdes.ByteArray(), new OrderSerde(format))
                                .withName("orders"))
                .map(WindowTopology::amountByKey, Named.as("amount-by-region-and-kind"))
                .repartition(Repartitioned.with(Serdes.String(), Serdes.Long()).withName("amounts"));
        for (WindowSize size : WindowSize.values()) {
            amounts.processValues(new OnTime<>(size, grace, late(size)), Named.as("on-time-" + size.word()))
                    .groupByKey(Grouped.with("by-key-" + size.word(), Serdes.String(), Serdes.Long()))
                    .windowedBy(TimeWindows.ofSizeAndGrace(size.duration(), grace))
                    .aggregate(
                            () -> WindowTotal.EMPTY,
                            (key, amount, total) -> total.plus(amount),
                            Named.as("sum-" + size.word()),
                            Materialized.<String, WindowTotal, WindowStore<Bytes, byte[]>>as(storeOf(size))
                                    .withKeySerde(Serdes.String())
                                    .withValueSerde(new WindowTotalSerde())
                                    .withRetention(retention));
        }
        return builder.build();
    }

    private static KeyValue<String, Long> amountByKey(byte[] id, Order order) {
        return KeyValue.pair(order.windowKey().text(), order.amount());
    }

    private Counter late(WindowSize size) {
        return Counter.builder("hopmeter.windows.late")
                .description("Orders that came after their window's end and grace, and are in no window of this size")
                .tag("size", size.word())
                .register(registry);
    }
}
