package dev.hopmeter.router;

import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TrailHeader;
import dev.hopmeter.spring.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.BatchMessageListener;

/**
 * Takes each poll of the sources' topics through look-up and hand-over. Returns once Redis holds all of it, so that the
 * offsets committed after it are those of events handed over. For one thread.
 */
final class SourceListener implements BatchMessageListener<String, byte[]> {

    private final Map<String, Source> sources;
    private final WireFormat wireFormat;
    private final Stamps stamps;
    private final FanOut fanOut;
    private final long injectedDelayNanos;

    /** For records of those topics. */
    SourceListener(
            Map<String, Source> sources, WireFormat wireFormat, Stamps stamps, FanOut fanOut, Duration injectedDelay) {
        this.sources = sources;
        this.wireFormat = wireFormat;
        this.stamps = stamps;
        this.fanOut = fanOut;
        this.injectedDelayNanos = injectedDelay.toNanos();
    }

    /**
     * Hands over the records of one poll.
     *
     * @throws BatchListenerFailedException at a record that cannot be read, or at the first that could not be handed
     *     over; those before it are handed over
     */
    @Override
    public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
        long taken = stamps.now();
        List<Event> events = new ArrayList<>(records.size());
        MalformedException poison = null;
        try {
            for (ConsumerRecord<String, byte[]> message : records) {
                events.add(read(message, taken));
            }
        } catch (MalformedException e) {
            poison = e;
        }
        waitUntil(taken + injectedDelayNanos);
        try {
            fanOut.handOver(events);
        } catch (HandOverException e) {
            throw new BatchListenerFailedException("not handed over", e, records.get(e.first()));
        }
        if (poison != null) {
            throw new BatchListenerFailedException("not readable", poison, records.get(events.size()));
        }
    }

    /** Or until interrupted. */
    private void waitUntil(long epochNanos) {
        for (long left = epochNanos - stamps.now();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = epochNanos - stamps.now()) {
            LockSupport.parkNanos(left);
        }
    }

    private Event read(ConsumerRecord<String, byte[]> message, long taken) {
        byte[] bytes = message.value();
        if (bytes == null) {
            throw new MalformedException("a record on the topic " + message.topic() + " has a value", null);
        }
        Trail trail = TrailHeader.read(message.headers());
        Source source = Objects.requireNonNull(sources.get(message.topic()), "a record of another topic");
        return switch (source) {
            case ORDERS -> {
                Order order = wireFormat.readOrder(bytes);
                yield new Event(source, bytes, taken(trail, taken), order.region(), order.kind(), order.amount());
            }
            case MESSAGES -> {
                Message read = wireFormat.read(bytes, Message.class);
                yield new Event(source, bytes, taken(trail, taken), read.region(), read.kind(), read.amount());
            }
        };
    }

    private @Nullable Trail taken(@Nullable Trail trail, long taken) {
        return trail == null ? null : stamps.at(trail, Stamp.TAKEN, taken);
    }
}
