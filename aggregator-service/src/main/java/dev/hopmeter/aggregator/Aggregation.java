package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Kafka Streams, running from after the web server's start, whose port it announces to the other instances, until the last
 * request is answered; it leaves its group, so that a successor need not wait for a session to expire. Safe for use by many
 * threads.
 */
final class Aggregation implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Aggregation.class);

    private final Supplier<KafkaStreams> starting;
    private final Supplier<HostInfo> address;
    private final Duration closeTimeout;

    private volatile @Nullable Running running;

    /**
     * An aggregation that is not started.
     *
     * @param address at which this instance is announced; asked for when the aggregation starts
     * @param streams makes the streams, not started, once {@code address} can be told
     */
    Aggregation(Supplier<HostInfo> address, Supplier<KafkaStreams> streams, Duration closeTimeout) {
        this.address = address;
        this.starting = streams;
        this.closeTimeout = closeTimeout;
    }

    @Override
    public synchronized void start() {
        if (running == null) {
            Running started = new Running(starting.get(), address.get());
            running = started;
            started.streams().start();
        }
    }

    @Override
    public synchronized void stop() {
        Running stopping = running;
        if (stopping == null) {
            return;
        }
        boolean closed = stopping.streams()
                .close(CloseOptions.timeout(closeTimeout)
                        .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
        if (!closed) {
            LOG.warn(
                    "The stream threads did not commit within {}: with at_least_once, orders since their last commit"
                            + " are summed again at the next start",
                    closeTimeout);
        }
        running = null;
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 512;
    }

    /** The state of Kafka Streams; empty before the start and after the stop. */
    Optional<State> state() {
        return Optional.ofNullable(running).map(now -> now.streams().state());
    }

    /**
     * The windows of a key whose start lies from {@code firstStart} to {@code lastStart}, both included, in epoch
     * milliseconds and not negative. Read from the store through its cache, so that an order counts as soon as it is
     * summed. Blocks for a disk read at most.
     */
    WindowAnswer windows(WindowSize size, WindowKey key, long firstStart, long lastStart) {
        Running now = running;
        if (now == null) {
            return new WindowAnswer.NotReadable("Kafka Streams is not started");
        }
        KafkaStreams streams = now.streams();
        State state = streams.state();
        if (!state.isRunningOrRebalancing()) {
            return new WindowAnswer.NotReadable("Kafka Streams is " + state);
        }
        String store = WindowTopology.storeOf(size);
        try {
            KeyQueryMetadata owner = streams.queryMetadataForKey(store, key.text(), new StringSerializer());
            if (owner.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
                return new WindowAnswer.NotReadable("the key's owner is not known yet");
            }
            if (!owner.activeHost().equals(now.address())) {
                return new WindowAnswer.OwnedBy(owner.activeHost());
            }
            ReadOnlyWindowStore<String, WindowTotal> windows = streams.store(
                    StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<String, WindowTotal>windowStore())
                            .withPartition(owner.partition()));
            return new WindowAnswer.Found(read(windows, key, firstStart, lastStart));
        } catch (InvalidStateStoreException e) {
            return new WindowAnswer.NotReadable("the store is not open: Kafka Streams is " + streams.state());
        } catch (IllegalStateException e) {
            if (streams.state().isRunningOrRebalancing()) {
                throw e;
            }
            return new WindowAnswer.NotReadable("Kafka Streams is " + streams.state());
        }
    }

    private static NavigableMap<Long, WindowTotal> read(
            ReadOnlyWindowStore<String, WindowTotal> windows, WindowKey key, long firstStart, long lastStart) {
        NavigableMap<Long, WindowTotal> totals = new TreeMap<>();
        try (WindowStoreIterator<WindowTotal> found =
                windows.fetch(key.text(), Instant.ofEpochMilli(firstStart), Instant.ofEpochMilli(lastStart))) {
            while (found.hasNext()) {
                KeyValue<Long, WindowTotal> window = found.next();
                totals.put(window.key, window.value);
            }
        }
        return totals;
    }

    private record Running(KafkaStreams streams, HostInfo address) {}
}
