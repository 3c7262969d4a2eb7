package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.spring.windows.KeyOwner;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.WindowAnswer;
import dev.hopmeter.spring.windows.WindowSums;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
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
final class Aggregation implements SmartLifecycle, WindowSums {

    private static final Logger LOG = LoggerFactory.getLogger(Aggregation.class);
    /** So many windows of each partition are looked at in search of keys. */
    private static final int MOST_LOOKED_AT = 10_000;

    private final Supplier<KafkaStreams> starting;
    private final Supplier<HostInfo> address;
    private final OpenTasks open;
    private final KeyOwners owners;
    private final Duration closeTimeout;

    private volatile @Nullable Running running;

    /**
     * An aggregation that is not started.
     *
     * @param address at which this instance is announced; asked for when the aggregation starts
     * @param streams makes the streams, not started, once {@code address} can be told
     * @param open which tasks run
     * @param owners are forgotten with each rebalance by whoever makes the streams
     */
    Aggregation(
            Supplier<HostInfo> address,
            Supplier<KafkaStreams> streams,
            OpenTasks open,
            KeyOwners owners,
            Duration closeTimeout) {
        this.address = address;
        this.starting = streams;
        this.open = open;
        this.owners = owners;
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
                    "The stream threads did not commit within {}: with at_least_once, what came since their last"
                            + " commit is summed again at the next start",
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

    @Override
    public KeyOwner owner(Source source, WindowSize size, WindowKey key) {
        Running now = running;
        if (now == null) {
            return new KeyOwner.Unknown("Kafka Streams is not started");
        }
        State state = now.streams().state();
        if (!state.isRunningOrRebalancing()) {
            return new KeyOwner.Unknown("Kafka Streams is " + state);
        }
        try {
            return owners.of(now.streams(), now.address(), source.store(size), key);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            if (now.streams().state().isRunningOrRebalancing()) {
                throw e;
            }
            return new KeyOwner.Unknown("Kafka Streams is " + now.streams().state());
        }
    }

    @Override
    public void forgetOwners() {
        owners.forget();
    }

    @Override
    public boolean sums(Source source, int partition) {
        return open.opening(source, partition).isPresent();
    }

    @Override
    public WindowAnswer windows(
            Source source, WindowSize size, int partition, WindowKey key, Instant first, Instant last) {
        return read(
                source,
                partition,
                reads -> new WindowAnswer.Found(
                        reads.windows(source, source.store(size), partition, key.text(), first, last)));
    }

    @Override
    public SortedSet<String> keys(Source source, WindowSize size, int most) {
        SortedSet<String> keys = new TreeSet<>();
        for (int partition : open.partitions(source)) {
            if (keys.size() < most) {
                var _ = read(source, partition, reads -> {
                    keys.addAll(reads.keys(source.store(size), partition, most - keys.size(), MOST_LOOKED_AT));
                    return new WindowAnswer.Found(new TreeMap<>());
                });
            }
        }
        return keys;
    }

    private WindowAnswer read(Source source, int partition, Function<WindowReads, WindowAnswer> reading) {
        Running now = running;
        if (now == null) {
            return new WindowAnswer.NotReadable("Kafka Streams is not started");
        }
        Optional<OpenTasks.Opening> before = open.opening(source, partition);
        if (before.isEmpty()) {
            return new WindowAnswer.NotReadable(
                    "the store is not open: Kafka Streams is " + now.streams().state());
        }
        WindowAnswer answer;
        try {
            answer = reading.apply(new WindowReads(now.streams()));
        } catch (InvalidStateStoreException e) {
            return new WindowAnswer.NotReadable("the store is not readable: Kafka Streams is "
                    + now.streams().state());
        } catch (IllegalStateException e) {
            State state = now.streams().state();
            if (state.isRunningOrRebalancing()) {
                throw e;
            }
            return new WindowAnswer.NotReadable("Kafka Streams is " + state);
        }
        return before.equals(open.opening(source, partition))
                ? answer
                : new WindowAnswer.NotReadable("the store was closed while it was read");
    }

    private record Running(KafkaStreams streams, HostInfo address) {}
}
