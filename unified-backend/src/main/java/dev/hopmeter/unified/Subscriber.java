package dev.hopmeter.unified;

import dev.hopmeter.spring.push.Subscribed;
import dev.hopmeter.spring.push.Subscription;

/** One admitted subscriber. */
final class Subscriber extends Subscribed {

    private final Way way;

    Subscriber(Subscription subscription, Way way, int queueLength) {
        super(subscription, queueLength);
        this.way = way;
    }

    Way way() {
        return way;
    }

    @Override
    public String toString() {
        return id();
    }
}
