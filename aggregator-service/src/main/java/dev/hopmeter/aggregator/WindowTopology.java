package dev.hopmeter.aggregator;

import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TopicProperties;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.windows.KeyedWindow;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.Watchers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The sums of orders and of events, each in one store for each window size. A window is placed by the record's timestamp.
 *
 * <p>Orders are keyed anew by region and kind and repartitioned once; only the amount crosses the repartition topic, with the
 * record's headers. Their timestamp is the order's commit time. Events have their key from their publisher and are summed in
 * the task that reads them.
 */
final class WindowTopology implements Supplier<Topology> {

    /** The size whose changes are written to the topic of windows. */
    private static final WindowSize LET_OUT = WindowSize.TEN_SECONDS;

    private final Set<Source> sources;
    private final TopicProperties topics;
    private final Duration retention;
    private final Duration grace;
    private final WireFormat format;
    private final Stamps stamps;
    private final OpenTasks open;
    private final Watchers watchers;
    private final MeterRegistry registry;

    WindowTopology(
            AggregatorProperties settings,
            TopicProperties topics,
            WireFormat format,
            Stamps stamps,
            OpenTasks open,
            Watchers watchers,
            MeterRegistry registry) {
        this.sources = settings.sources();
        this.retention = settings.retention();
        this.grace = settings.grace();
        this.topics = topics;
        this.format = format;
        this.stamps = stamps;
        this.open = open;
        this.watchers = watchers;
        this.registry = registry;
    }

    @Override
    public Topology get() {
        StreamsBuilder builder = new StreamsBuilder();
        if (sources.contains(Source.ORDERS)) {
            sumOrders(builder);
        }
        if (sources.contains(Source.EVENTS)) {
            sumEvents(builder);
        }
        return builder.build();
    }

    private void sumOrders(StreamsBuilder builder) {
        KStream<String, Amount> amounts = builder.stream(
                        topics.changes(),
                        Consumed.with(Serdes.ByteArray(), new OrderSerde(format))
                                .withName("orders"))
                .map(WindowTopology::amountByKey, Named.as("amount-by-region-and-kind"))
                .repartition(Repartitioned.with(Serdes.String(), Serdes.Long()).withName("amounts"))
                .processValues(new Dating(), Named.as("dated-amounts"))
                .processValues(presence(Source.ORDERS), Named.as("presence-of-orders"));
        for (WindowSize size : WindowSize.values()) {
            sum(
                    onTime(amounts, Source.ORDERS, size),
                    Source.ORDERS,
                    size,
                    Function.identity(),
                    stored(Source.ORDERS, size));
        }
    }

    private void sumEvents(StreamsBuilder builder) {
        KStream<String, Event> events = builder.stream(
                        topics.events(),
                        Consumed.with(Serdes.String(), Serdes.ByteArray()).withName("events"))
                .processValues(new Taking(format, stamps), Named.as("taken-events"))
                .processValues(presence(Source.EVENTS), Named.as("presence-of-events"));
        for (WindowSize size : WindowSize.values()) {
            KStream<String, Event> onTime = onTime(events, Source.EVENTS, size);
            // Not cached, as interactive queries v2 of windows do not see what is in the cache.
            KTable<Windowed<String>, WindowTotal> sums = sum(
                    onTime,
                    Source.EVENTS,
                    size,
                    Event::amount,
                    stored(Source.EVENTS, size).withCachingDisabled());
            onTime.processValues(
                    new Telling(size, watchers, stamps), Named.as("tell-" + size.word()), Source.EVENTS.store(size));
            if (size == LET_OUT) {
                letOut(sums);
            }
        }
    }

    /**
     * Writes the windows' changes to their topic as Kafka Streams' cache lets them out. The cache needs a store below it, of
     * which nothing is read: one entry is enough, and no changelog, as what is in the cache is written before a commit.
     */
    private void letOut(KTable<Windowed<String>, WindowTotal> sums) {
        sums.toStream(Named.as("changes"))
                .toTable(
                        Named.as("cached-changes"),
                        Materialized.<Windowed<String>, WindowTotal>as(Stores.lruMap("events-out", 1))
                                .withKeySerde(WindowedSerdes.timeWindowedSerdeFrom(
                                        String.class, LET_OUT.duration().toMillis()))
                                .withValueSerde(new WindowTotalSerde())
                                .withCachingEnabled()
                                .withLoggingDisabled())
                .toStream(Named.as("changes-let-out"))
                .map(this::asJson, Named.as("changes-as-json"))
                .to(
                        topics.windows(),
                        Produced.with(Serdes.String(), Serdes.ByteArray()).withName("windows"));
    }

    private static KeyValue<String, Long> amountByKey(byte[] id, Order order) {
        return KeyValue.pair(order.windowKey().text(), order.amount());
    }

    private KeyValue<String, byte[]> asJson(Windowed<String> window, WindowTotal total) {
        KeyedWindow json = KeyedWindow.of(
                LET_OUT, WindowKey.parse(window.key()), window.window().start(), total);
        return KeyValue.pair(LET_OUT.word() + "/" + window.key(), format.writeValue(json));
    }

    private <V> Presence<V> presence(Source source) {
        return new Presence<>(partition -> open.opened(source, partition), partition -> {
            open.closed(source, partition);
            if (source == Source.EVENTS) {
                watchers.lost(partition);
            }
        });
    }

    private <V> KStream<String, V> onTime(KStream<String, V> stream, Source source, WindowSize size) {
        return stream.processValues(
                new OnTime<>(size, grace, late(source, size)), Named.as("on-time-" + source.store(size)));
    }

    private <V> KTable<Windowed<String>, WindowTotal> sum(
            KStream<String, V> onTime,
            Source source,
            WindowSize size,
            Function<V, Amount> amount,
            Materialized<String, WindowTotal, WindowStore<Bytes, byte[]>> store) {
        return onTime.groupByKey(
                        Grouped.<String, V>as("by-key-" + source.store(size)).withKeySerde(Serdes.String()))
                .windowedBy(TimeWindows.ofSizeAndGrace(size.duration(), grace))
                .aggregate(
                        () -> WindowTotal.EMPTY,
                        (key, value, total) -> amount.apply(value).addedTo(total),
                        Named.as("sum-" + source.store(size)),
                        store);
    }

    private Materialized<String, WindowTotal, WindowStore<Bytes, byte[]>> stored(Source source, WindowSize size) {
        return Materialized.<String, WindowTotal, WindowStore<Bytes, byte[]>>as(source.store(size))
                .withKeySerde(Serdes.String())
                .withValueSerde(new WindowTotalSerde())
                .withRetention(retention);
    }

    private Counter late(Source source, WindowSize size) {
        return Counter.builder("hopmeter.windows.late")
                .description("What came after its window's end and grace, and is in no window of this size")
                .tags("size", size.word(), "source", source.word())
                .register(registry);
    }
}
