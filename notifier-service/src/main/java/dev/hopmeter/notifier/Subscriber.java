package dev.hopmeter.notifier;

import dev.hopmeter.spring.push.Recipient;

/**
 * One admitted subscriber: its subscription, and what waits for it. Each visit of an id has a number of its own, so that what
 * was meant for an earlier visit, whose filter may have been another, is told apart.
 */
final class Subscriber extends Recipient<FrameQueue.Next> {

    private final Subscription subscription;
    private final String visit;
    private final Way way;
    private final FrameQueue queue;

    /** Of that visit's number, which no other has here. */
    Subscriber(Subscription subscription, long visit, Way way, int queueLength) {
        this.subscription = subscription;
        this.visit = subscription.subscriber() + ":" + visit;
        this.way = way;
        this.queue = new FrameQueue(queueLength);
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

    @Override
    public FrameQueue queue() {
        return queue;
    }

    @Override
    public String toString() {
        return visit;
    }
}
