package dev.hopmeter.cdc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What has been sent, in order, and how much of it from the start on is acknowledged. Acknowledgements come in any order and
 * from any thread; {@link #take} only ever answers what no unacknowledged element precedes. At most {@code room} elements
 * are unacknowledged at a time. The first failure ends it: nothing sent after the failed element is ever taken.
 */
final class AcknowledgedPrefix<T> {

    private final int room;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Sent> sent = new ArrayDeque<>();
    private int unacknowledged;
    private @Nullable Throwable failure;

    AcknowledgedPrefix(int room) {
        this.room = room;
    }

    /** One element that was sent. */
    final class Sent {
        private final T element;
        private boolean done;

        private Sent(T element) {
            this.element = element;
        }

        /** Says that the element has arrived. A repeated call does nothing. */
        void acknowledged() {
            lock.lock();
            try {
                if (!done) {
                    done = true;
                    unacknowledged--;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        /** Says that the element will not arrive. */
        void failed(Throwable cause) {
            lock.lock();
            try {
                if (failure == null) {
                    failure = cause;
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Appends an element that is about to be sent; waits while there is no room.
     *
     * @throws SendFailedException if an element sent earlier has failed
     * @throws InterruptedException if interrupted while waiting
     */
    Sent append(T element) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (unacknowledged >= room && failure == null) {
                changed.await();
            }
            checkFailure();
            Sent entry = new Sent(element);
            sent.add(entry);
            unacknowledged++;
            return entry;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the acknowledged prefix out, in order; empty if the first element is not acknowledged.
     *
     * @throws SendFailedException if an element has failed and the prefix before it has been taken already
     */
    List<T> take() {
        lock.lock();
        try {
            Sent first = sent.peek();
            if (first == null || !first.done) {
                checkFailure();
                return List.of();
            }
            List<T> prefix = new ArrayList<>();
            while (first != null && first.done) {
                prefix.add(first.element);
                sent.remove();
                first = sent.peek();
            }
            changed.signalAll();
            return prefix;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until everything sent is acknowledged, or has failed, or the time is over.
     *
     * @return whether everything is acknowledged
     */
    boolean awaitAcknowledged(long timeoutNanos) throws InterruptedException {
        long left = timeoutNanos;
        lock.lockInterruptibly();
        try {
            while (unacknowledged > 0 && failure == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            return unacknowledged == 0;
        } finally {
            lock.unlock();
        }
    }

    /** How many elements are sent and not acknowledged. */
    int unacknowledged() {
        lock.lock();
        try {
            return unacknowledged;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until everything sent is acknowledged and taken, or has failed, or the time is over.
     *
     * @return whether nothing is left to be taken
     */
    boolean awaitEmpty(long timeoutNanos) throws InterruptedException {
        long left = timeoutNanos;
        lock.lockInterruptibly();
        try {
            while (!sent.isEmpty() && failure == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            return sent.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void checkFailure() {
        if (failure != null) {
            throw new SendFailedException(failure);
        }
    }
}
