package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.WindowRange;
import java.time.Instant;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.apache.kafka.streams.query.StateQueryResult;
import org.apache.kafka.streams.query.WindowKeyQuery;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Reads of the stores, so that whatever is summed is seen at once. The stores of events are not cached and are read by
 * interactive queries v2. Those of orders are cached, which such a query would not see: they are read through the cache. So
 * are keys, as no such query leads backwards. See
 * {@code docs/decisions/interactive-queries.md}. An {@link InvalidStateStoreException} says that the store is not readable
 * here, now.
 */
final class WindowReads {

    private final KafkaStreams streams;

    WindowReads(KafkaStreams streams) {
        this.streams = streams;
    }

    /** The windows of a key whose start lies from {@code first} to {@code last}, both included. */
    NavigableMap<Long, WindowTotal> windows(
            Source source, String store, int partition, String key, Instant first, Instant last) {
        NavigableMap<Long, WindowTotal> totals = new TreeMap<>();
        try (WindowStoreIterator<ValueAndTimestamp<WindowTotal>> found = switch (source) {
            case EVENTS -> queried(store, partition, key, first, last);
            case ORDERS -> cached(store, partition).fetch(key, first, last);
        }) {
            while (found.hasNext()) {
                KeyValue<Long, ValueAndTimestamp<WindowTotal>> window = found.next();
                totals.put(window.key, window.value.value());
            }
        }
        return totals;
    }

    /**
     * Up to {@code most} keys that have a window in that partition, of the latest windows first as far as the store keeps them
     * in order. Looks at {@code mostWindows} at most, so that one who asks for what is not there costs no walk through it all.
     */
    SortedSet<String> keys(String store, int partition, int most, int mostWindows) {
        try (KeyValueIterator<Windowed<String>, ValueAndTimestamp<WindowTotal>> found =
                cached(store, partition).backwardFetchAll(Instant.EPOCH, WindowRange.LATEST)) {
            return keys(found, most, mostWindows);
        }
    }

    static SortedSet<String> keys(Iterator<? extends KeyValue<Windowed<String>, ?>> found, int most, int mostWindows) {
        SortedSet<String> keys = new TreeSet<>();
        for (int looked = 0; looked < mostWindows && keys.size() < most && found.hasNext(); looked++) {
            keys.add(found.next().key.key());
        }
        return keys;
    }

    private WindowStoreIterator<ValueAndTimestamp<WindowTotal>> queried(
            String store, int partition, String key, Instant first, Instant last) {
        return result(
                streams.query(StateQueryRequest.inStore(store)
                        .withQuery(WindowKeyQuery.<String, ValueAndTimestamp<WindowTotal>>withKeyAndWindowStartRange(
                                key, first, last))
                        .withPartitions(Set.of(partition))
                        .requireActive()),
                partition);
    }

    private ReadOnlyWindowStore<String, ValueAndTimestamp<WindowTotal>> cached(String store, int partition) {
        return streams.store(StoreQueryParameters.fromNameAndType(
                        store, QueryableStoreTypes.<String, WindowTotal>timestampedWindowStore())
                .withPartition(partition));
    }

    private static <R> R result(StateQueryResult<R> results, int partition) {
        QueryResult<R> result = results.getPartitionResults().get(partition);
        if (result == null || result.isFailure()) {
            throw new InvalidStateStoreException(
                    result == null ? "there is no such partition here" : result.getFailureMessage());
        }
        return result.getResult();
    }
}
