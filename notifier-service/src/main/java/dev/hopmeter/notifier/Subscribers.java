package dev.hopmeter.notifier;

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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * The subscribers of this notifier, from their admission until they are gone. Safe for use by many threads.
 *
 * <p>Admissions and departures exclude {@link #mend}, which makes Redis agree with what is here.
 */
final class Subscribers {

    private static final Logger LOG = LoggerFactory.getLogger(Subscribers.class);

    private static final Duration CLOSING = Duration.ofSeconds(3);

    private final SubscriptionRegistry registry;
    private final SubscriptionIndex<Subscriber> direct;
    private final NotifierProperties properties;
    private final Semaphore places;
    private final Counter undeliverable;
    private final Counter mended;
    private final ConcurrentMap<String, Subscriber> byId = new ConcurrentHashMap<>();
    private final AtomicLong visits = new AtomicLong();
    private final ReadWriteLock changes = new ReentrantReadWriteLock(true);
    private volatile boolean closed;

    Subscribers(
            SubscriptionRegistry registry,
            SubscriptionIndex<Subscriber> direct,
            NotifierProperties properties,
            MeterRegistry meters) {
        this.registry = registry;
        this.direct = direct;
        this.properties = properties;
        this.places = new Semaphore(properties.maxSubscribers());
        this.undeliverable = Meters.undeliverable(meters);
        this.mended = Counter.builder("hopmeter.notifier.mended")
                .description("Subscriptions that Redis had lost and got again")
                .register(meters);
        Gauge.builder("hopmeter.notifier.subscribers", byId, Map::size)
                .description("Subscribers that are admitted")
                .register(meters);
    }

    /**
     * Lets a subscriber in and puts its subscription into effect; what matches from now on waits in its queue. Both are taken
     * back if no connection follows in time.
     *
     * @throws RefusedException if its id is taken, there is no place, or the subscription cannot be put into effect now
     */
    Subscriber admit(Subscription subscription, Way way) {
        changes.readLock().lock();
        try {
            if (closed) {
                throw new RefusedException(HttpStatus.SERVICE_UNAVAILABLE, "this notifier is going away", null);
            }
            Subscriber subscriber = place(subscription, way);
            boolean admitted = false;
            try {
                putIntoEffect(subscriber);
                admitted = true;
                subscriber.unlessOpenedWithin(properties.openTimeout(), () -> gone(subscriber));
                return subscriber;
            } finally {
                if (!admitted) {
                    remove(subscriber);
                }
            }
        } finally {
            changes.readLock().unlock();
        }
    }

    /** The subscriber on that {@linkplain Subscriber#visit visit}, if it is here. */
    @Nullable
    Subscriber find(String visit) {
        Subscriber subscriber = byId.get(visit.substring(0, Math.max(visit.lastIndexOf(':'), 0)));
        return subscriber != null && subscriber.visit().equals(visit) ? subscriber : null;
    }

    /** Takes the subscriber away, once; whatever still waits for it is counted as undeliverable. */
    void gone(Subscriber subscriber) {
        if (!subscriber.leaves()) {
            return;
        }
        changes.readLock().lock();
        try {
            undeliverable.increment(subscriber.queue().close());
            switch (subscriber.way()) {
                case DIRECT -> direct.remove(subscriber);
                case ROUTED -> unregister(subscriber);
            }
            remove(subscriber);
        } finally {
            changes.readLock().unlock();
        }
    }

    /** Whether Redis holds another number of subscriptions than there are here; both may be changing. */
    boolean differsFrom(long registered) {
        return registered != routed().size();
    }

    /**
     * Makes Redis hold exactly the subscriptions that are here.
     *
     * @param surely whether even if the numbers agree
     * @throws RedisUnreachableException if Redis fails
     */
    void mend(boolean surely) {
        changes.writeLock().lock();
        try {
            if (closed || (!surely && !differsFrom(registry.beat().subscriptions()))) {
                return;
            }
            Map<String, Subscriber> here = routed();
            mended.increment((double) registry.registerAgain(here.values()));
            registry.registered().forEach((id, place) -> {
                if (!here.containsKey(id)) {
                    registry.unregister(id, place);
                }
            });
        } finally {
            changes.writeLock().unlock();
        }
    }

    /** Refuses from now on, takes every subscription away, and waits for the end of every connection. */
    void close() {
        changes.writeLock().lock();
        try {
            closed = true;
            registry.leave();
        } catch (RedisUnreachableException e) {
            LOG.warn("The subscriptions stay in Redis until another notifier takes them away", e);
        } finally {
            changes.writeLock().unlock();
        }
        List<Subscriber> leaving = List.copyOf(byId.values());
        leaving.forEach(this::gone);
        Recipient.awaitEnd(leaving, CLOSING);
    }

    private Subscriber place(Subscription subscription, Way way) {
        Subscriber subscriber = new Subscriber(subscription, visits.incrementAndGet(), way, properties.queueLength());
        if (byId.containsKey(subscriber.id())) {
            throw taken(subscriber);
        }
        if (!places.tryAcquire()) {
            throw new RefusedException(HttpStatus.SERVICE_UNAVAILABLE, "there is no place for more subscribers", null);
        }
        if (byId.putIfAbsent(subscriber.id(), subscriber) != null) {
            places.release();
            throw taken(subscriber);
        }
        return subscriber;
    }

    private void remove(Subscriber subscriber) {
        if (byId.remove(subscriber.id(), subscriber)) {
            places.release();
        }
    }

    private void putIntoEffect(Subscriber subscriber) {
        switch (subscriber.way()) {
            case DIRECT -> direct.add(subscriber);
            case ROUTED -> {
                try {
                    if (!registry.register(subscriber)) {
                        throw taken(subscriber);
                    }
                } catch (RedisUnreachableException e) {
                    throw new RefusedException(
                            HttpStatus.SERVICE_UNAVAILABLE, "subscriptions cannot be stored at the moment", e);
                }
            }
        }
    }

    private void unregister(Subscriber subscriber) {
        if (closed) {
            return;
        }
        try {
            registry.unregister(subscriber);
        } catch (RedisUnreachableException e) {
            LOG.warn("The next sign of life takes away the subscription of {}", subscriber.id(), e);
        }
    }

    private Map<String, Subscriber> routed() {
        Map<String, Subscriber> routed = new HashMap<>();
        for (Subscriber subscriber : byId.values()) {
            if (subscriber.way() == Way.ROUTED) {
                routed.put(subscriber.id(), subscriber);
            }
        }
        return routed;
    }

    private static RefusedException taken(Subscriber subscriber) {
        return new RefusedException(
                HttpStatus.CONFLICT, "the subscriber '" + subscriber.id() + "' is connected already", null);
    }
}
