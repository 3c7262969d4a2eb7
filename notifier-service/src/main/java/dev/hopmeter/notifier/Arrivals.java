package dev.hopmeter.notifier;

import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.RedisKeys;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TrailHeader;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.push.Delivery;
import dev.hopmeter.spring.push.Frames;
import dev.hopmeter.spring.push.SubscriptionIndex;
import io.lettuce.core.StreamMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Where orders and messages come in, from the inbox or from the change topic, and are put into the queues of the
 * subscribers that they are for. Never waits for a subscriber. One thread for the inbox and one for the topic.
 */
final class Arrivals {

    private final Stamps stamps;
    private final WireFormat wireFormat;
    private final Subscribers subscribers;
    private final SubscriptionIndex<Subscriber> direct;
    private final Sequences sequences = new Sequences();
    private final Counter unreadable;
    private final Counter gaps;
    private final Counter undeliverable;
    private final Counter dropped;

    Arrivals(
            Stamps stamps,
            WireFormat wireFormat,
            Subscribers subscribers,
            SubscriptionIndex<Subscriber> direct,
            MeterRegistry meters) {
        this.stamps = stamps;
        this.wireFormat = wireFormat;
        this.subscribers = subscribers;
        this.direct = direct;
        this.unreadable = Counter.builder("hopmeter.notifier.unreadable")
                .description("Inbox entries that cannot be read")
                .register(meters);
        this.gaps = Counter.builder("hopmeter.notifier.gaps")
                .description("Inbox entries that were gone before they could be read")
                .register(meters);
        this.undeliverable = Meters.undeliverable(meters);
        this.dropped = Counter.builder("hopmeter.notifier.dropped")
                .description("Orders and messages let go as their subscriber's queue was full")
                .register(meters);
    }

    /** An entry of the inbox is in hand; one that cannot be read is counted. */
    void fromInbox(StreamMessage<String, byte[]> entry) {
        long fetched = stamps.now();
        Map<String, byte[]> fields = entry.getBody();
        String field = fields == null ? null : payloadOf(fields);
        byte[] json = fields == null || field == null ? null : fields.get(field);
        if (fields == null || field == null || json == null) {
            unreadable.increment();
            return;
        }
        Trail trail;
        try {
            long sequence = Long.parseLong(text(fields, RedisKeys.SEQUENCE));
            gaps.increment((double) sequences.missingBefore(text(fields, RedisKeys.ROUTER), sequence));
            String line = text(fields, RedisKeys.TRAIL);
            trail = line.isEmpty() ? null : Trail.parse(line);
        } catch (IllegalArgumentException e) {
            unreadable.increment();
            return;
        }
        pass(fetched, trail, field, json, named(text(fields, RedisKeys.SUBSCRIBERS)));
    }

    /**
     * A record of the change topic is in hand; nothing is read of it while nobody wants it from here.
     *
     * @throws MalformedException if it cannot be read
     */
    void fromTopic(ConsumerRecord<String, byte[]> message) {
        long fetched = stamps.now();
        if (direct.isEmpty()) {
            return;
        }
        byte[] bytes = message.value();
        if (bytes == null) {
            throw new MalformedException("a record on the change topic has a value", null);
        }
        Trail trail = TrailHeader.read(message.headers());
        Order order = wireFormat.readOrder(bytes);
        pass(fetched, trail, RedisKeys.ORDER, bytes, direct.matching(order.region(), order.kind(), order.amount()));
    }

    private void pass(long fetched, @Nullable Trail trail, String field, byte[] json, List<Subscriber> recipients) {
        if (recipients.isEmpty()) {
            return;
        }
        Delivery delivery = new Delivery(
                trail == null ? null : stamps.at(trail, Stamp.FETCHED, fetched),
                Frames.ending(field, new String(json, StandardCharsets.UTF_8)));
        for (Subscriber subscriber : recipients) {
            switch (subscriber.queue().offer(delivery)) {
                case ACCEPTED -> {}
                case DISPLACED -> dropped.increment();
                case REFUSED -> undeliverable.increment();
            }
        }
    }

    private List<Subscriber> named(String ids) {
        List<Subscriber> named = new ArrayList<>();
        int start = 0;
        while (start < ids.length()) {
            int comma = ids.indexOf(',', start);
            int end = comma < 0 ? ids.length() : comma;
            Subscriber subscriber = subscribers.find(ids.substring(start, end));
            if (subscriber == null) {
                undeliverable.increment();
            } else {
                named.add(subscriber);
            }
            start = end + 1;
        }
        return named;
    }

    /** The field with the payload; null unless there is exactly one. */
    private static @Nullable String payloadOf(Map<String, byte[]> fields) {
        boolean order = fields.containsKey(RedisKeys.ORDER);
        if (order == fields.containsKey(RedisKeys.MESSAGE)) {
            return null;
        }
        return order ? RedisKeys.ORDER : RedisKeys.MESSAGE;
    }

    private static String text(Map<String, byte[]> fields, String name) {
        byte[] value = fields.get(name);
        return value == null ? "" : new String(value, StandardCharsets.US_ASCII);
    }
}
