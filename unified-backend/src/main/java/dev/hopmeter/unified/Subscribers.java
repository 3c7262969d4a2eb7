package dev.hopmeter.unified;

import dev.hopmeter.spring.push.Recipient;
import dev.hopmeter.spring.push.RefusedException;
import dev.hopmeter.spring.push.Subscription;
import dev.hopmeter.spring.push.SubscriptionIndex;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;

/**
 * The subscribers of this instance, from their admission until they are gone. Safe for use by many threads; whoever looks up
 * the matching ones never waits. Stops before everything else, so that every connection is closed in order.
 */
final class Subscribers implements SmartLifecycle {

    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final SubscriptionIndex<Subscriber> ofOrders = new SubscriptionIndex<>();
    private final SubscriptionIndex<Subscriber> ofMessages = new SubscriptionIndex<>();
    private final Map<String, Subscriber> byId = new HashMap<>();
    private final UnifiedProperties properties;
    private final Counter undeliverable;
    private boolean stopping;

    Subscribers(UnifiedProperties properties, MeterRegistry meters) {
        this.properties = properties;
        this.undeliverable = undeliverable(meters);
        Gauge.builder("hopmeter.unified.subscribers", this, Subscribers::size)
                .description("Subscribers that are admitted")
                .register(meters);
    }

    /** What was for a subscriber that was gone before it could be pushed. */
    static Counter undeliverable(MeterRegistry meters) {
        return Counter.builder("hopmeter.unified.undeliverable")
                .description("Orders and messages for a subscriber that was gone before they could be pushed")
                .register(meters);
    }

    /**
     * Lets a subscriber in and puts its subscription into effect; what matches from now on waits in its queue. Both are taken
     * back if no connection follows in time.
     *
     * @throws RefusedException if its id is taken, or there is no place
     */
    synchronized Subscriber admit(Subscription subscription, Way way) {
        if (stopping) {
            throw new RefusedException(HttpStatus.SERVICE_UNAVAILABLE, "this instance is going away", null);
        }
        if (byId.containsKey(subscription.subscriber())) {
            throw new RefusedException(
                    HttpStatus.CONFLICT,
                    "the subscriber '" + subscription.subscriber() + "' is connected already",
                    null);
        }
        if (byId.size() >= properties.maxSubscribers()) {
            throw new RefusedException(HttpStatus.SERVICE_UNAVAILABLE, "there is no place for more subscribers", null);
        }
        Subscriber subscriber = new Subscriber(subscription, way, properties.queueLength());
        byId.put(subscriber.id(), subscriber);
        ofOrders.add(subscriber);
        if (way == Way.NOTIFICATIONS) {
            ofMessages.add(subscriber);
        }
        subscriber.unlessOpenedWithin(properties.openTimeout(), () -> gone(subscriber));
        return subscriber;
    }

    /** Takes the subscriber away, once; whatever still waits for it is counted as undeliverable. */
    synchronized void gone(Subscriber subscriber) {
        if (!subscriber.leaves()) {
            return;
        }
        undeliverable.increment(subscriber.queue().close());
        ofOrders.remove(subscriber);
        if (subscriber.way() == Way.NOTIFICATIONS) {
            ofMessages.remove(subscriber);
        }
        byId.remove(subscriber.id(), subscriber);
    }

    /** Who is to get that order or message now. */
    List<Subscriber> matching(Entry entry) {
        return switch (entry) {
            case Entry.Placed order -> ofOrders.matching(order.region(), order.kind(), order.amount());
            case Entry.Live message -> ofMessages.matching(message.region(), message.kind(), message.amount());
            case Entry.Counted event -> List.of();
        };
    }

    @Override
    public void start() {}

    @Override
    public void stop() {
        List<Subscriber> connected;
        synchronized (this) {
            stopping = true;
            connected = List.copyOf(byId.values());
        }
        connected.forEach(this::gone);
        Recipient.awaitEnd(connected, CLOSING);
    }

    @Override
    public synchronized boolean isRunning() {
        return !stopping;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    private synchronized int size() {
        return byId.size();
    }
}
