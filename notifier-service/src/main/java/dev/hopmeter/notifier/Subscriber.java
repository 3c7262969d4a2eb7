package dev.hopmeter.notifier;

import dev.hopmeter.spring.push.Subscribed;
import dev.hopmeter.spring.push.Subscription;

/**
 * One admitted subscriber: its subscription, and what waits for it. Each visit of an id has a number of its own, so that what
 * was meant for an earlier visit, whose filter may have been another, is told apart.
 */
final class Subscriber extends Subscribed {

    private final String visit;
    private final Way way;

    /** Of that visit's number, which no other has here. */
    Subscriber(Subscription subscription, long visit, Way way, int queueLength) {
        super(subscription, queueLength);
        this.visit = subscription.subscriber() + ":" + visit;
        this.way = way;
    }

    /** Its id and the number of its visit, as routers name it. */
    String visit() {
        return visit;
    }

    Way way() {
        return way;
    }

    @Override
    public String toString() {
        return visit;
    }
}
