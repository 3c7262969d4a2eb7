package dev.hopmeter.spring.push;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What waits for one subscriber, bounded: when it is full the oldest is let go for the newest. What waits when it is closed
 * is let go.
 */
public final class FrameQueue extends PushQueue<FrameQueue.Next> {

    /** What became of a delivery that was offered. */
    public enum Offer {
        /** It waits. */
        ACCEPTED,
        /** It waits, in the place of the oldest. */
        DISPLACED,
        /** The queue is closed. */
        REFUSED
    }

    /**
     * What is to be sent next.
     *
     * @param delivery the oldest that waits
     * @param dropped how many were let go just before it
     */
    public record Next(Delivery delivery, int dropped) {}

    private final Queue<Delivery> deliveries = new ArrayDeque<>();
    private final int capacity;
    private int dropped;

    /** Of at most so many deliveries. */
    public FrameQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a delivery; never waits for the one who takes. */
    public Offer offer(Delivery delivery) {
        return add(Offer.REFUSED, () -> {
            Offer offer = Offer.ACCEPTED;
            if (deliveries.size() == capacity) {
                deliveries.remove();
                dropped++;
                offer = Offer.DISPLACED;
            }
            deliveries.add(delivery);
            return offer;
        });
    }

    @Override
    protected boolean isEmpty() {
        return deliveries.isEmpty();
    }

    @Override
    protected Next next() {
        Next next = new Next(deliveries.remove(), dropped);
        dropped = 0;
        return next;
    }

    @Override
    protected int letGo() {
        int left = deliveries.size();
        deliveries.clear();
        return left;
    }
}
