package dev.hopmeter.spring.push;

/** Who has a subscription, and what waits for it. Safe for use by many threads. */
public abstract class Subscribed extends Recipient<FrameQueue.Next> {

    private final Subscription subscription;
    private final FrameQueue queue;

    /** With that subscription, and at most so many orders and messages that wait. */
    protected Subscribed(Subscription subscription, int queueLength) {
        this.subscription = subscription;
        this.queue = new FrameQueue(queueLength);
    }

    /** What it calls itself. */
    public final String id() {
        return subscription.subscriber();
    }

    /** What it wants. */
    public final Subscription subscription() {
        return subscription;
    }

    @Override
    public final FrameQueue queue() {
        return queue;
    }
}
