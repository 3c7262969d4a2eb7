package dev.hopmeter.notifier;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.WebSocketSession;

/**
 * One admitted subscriber: its subscription, what waits for it, and its connection once that is open. Each visit of an id has
 * a number of its own, so that what was meant for an earlier visit, whose filter may have been another, is told apart.
 */
final class Subscriber {

    private final Subscription subscription;
    private final String visit;
    private final Way way;
    private final FrameQueue queue;
    private final long admittedNanos;
    private final AtomicBoolean leaving = new AtomicBoolean();
    private final AtomicBoolean owesPong = new AtomicBoolean();
    private volatile @Nullable WebSocketSession session;

    /** Of that visit's number, which no other has here; admitted at those epoch nanoseconds. */
    Subscriber(Subscription subscription, long visit, Way way, int queueLength, long admittedNanos) {
        this.subscription = subscription;
        this.visit = subscription.subscriber() + ":" + visit;
        this.way = way;
        this.queue = new FrameQueue(queueLength);
        this.admittedNanos = admittedNanos;
    }

    String id() {
        return subscription.subscriber();
    }

    /** Its id and the number of its visit, as routers name it. */
    String visit() {
        return visit;
    }

    Subscription subscription() {
        return subscription;
    }

    Way way() {
        return way;
    }

    FrameQueue queue() {
        return queue;
    }

    /** When it was admitted, in epoch nanoseconds. */
    long admittedNanos() {
        return admittedNanos;
    }

    /** Its connection; null before that is open. */
    @Nullable
    WebSocketSession session() {
        return session;
    }

    /** Its connection is open. */
    void opened(WebSocketSession open) {
        session = open;
    }

    /** It is about to be pinged: false if it did not answer the ping before. */
    boolean pinged() {
        return owesPong.compareAndSet(false, true);
    }

    /** It answered a ping. */
    void answered() {
        owesPong.set(false);
    }

    /** True for the one who is to take this subscriber away, who asks first. */
    boolean leaves() {
        return leaving.compareAndSet(false, true);
    }
}
