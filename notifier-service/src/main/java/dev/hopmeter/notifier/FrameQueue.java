package dev.hopmeter.notifier;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one subscriber, bounded: when it is full the oldest is let go for the newest, so that whoever adds never
 * waits. Any number of threads add, one takes.
 */
final class FrameQueue {

    /** What became of a delivery that was offered. */
    enum Offer {
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
    record Next(Delivery delivery, int dropped) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition waiting = lock.newCondition();
    private final Queue<Delivery> deliveries = new ArrayDeque<>();
    private final int capacity;
    private int dropped;
    private boolean closed;

    FrameQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a delivery; never waits for the one who takes. */
    Offer offer(Delivery delivery) {
        lock.lock();
        try {
            if (closed) {
                return Offer.REFUSED;
            }
            Offer offer = Offer.ACCEPTED;
            if (deliveries.size() == capacity) {
                deliveries.remove();
                dropped++;
                offer = Offer.DISPLACED;
            }
            deliveries.add(delivery);
            waiting.signal();
            return offer;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next delivery, that long at most; null if there is none by then, or the queue is closed. */
    @Nullable
    Next take(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (deliveries.isEmpty() && !closed && nanos > 0) {
                nanos = waiting.awaitNanos(nanos);
            }
            if (deliveries.isEmpty()) {
                return null;
            }
            Next next = new Next(deliveries.remove(), dropped);
            dropped = 0;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing can come out any more. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses from now on, ends the wait of the one who takes, and answers how many were still waiting. */
    int close() {
        lock.lock();
        try {
            closed = true;
            int left = deliveries.size();
            deliveries.clear();
            waiting.signalAll();
            return left;
        } finally {
            lock.unlock();
        }
    }
}
