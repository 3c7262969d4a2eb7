package dev.hopmeter.spring.push;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one recipient. Whoever adds never waits for the one who takes. Any number of threads add, one takes. What
 * is kept, how it is bounded and what becomes of it at the end is the subclass's; its methods are called by one thread at a
 * time.
 *
 * @param <N> what is taken at once
 */
public abstract class PushQueue<N> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition waiting = lock.newCondition();
    private boolean closed;

    /** Does that, which makes something wait, and answers what it does; or {@code refusal} and nothing else, once closed. */
    protected final <A> A add(A refusal, Supplier<A> adding) {
        lock.lock();
        try {
            if (closed) {
                return refusal;
            }
            A answer = adding.get();
            waiting.signal();
            return answer;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for what is next, that long at most; null if there is nothing by then, or nothing is left and none can come. */
    public final @Nullable N take(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (isEmpty() && !closed && nanos > 0) {
                nanos = waiting.awaitNanos(nanos);
            }
            return isEmpty() ? null : next();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more in, ends the wait of the one who takes, and answers how much that waited is let go. */
    public final int close() {
        lock.lock();
        try {
            closed = true;
            waiting.signalAll();
            return letGo();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing can come out any more. */
    public final boolean isDrained() {
        lock.lock();
        try {
            return closed && isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing waits. */
    protected abstract boolean isEmpty();

    /** Takes out what is next, of what is not empty. */
    protected abstract N next();

    /** Nothing more comes in: takes out what is not to be sent any more, and answers how much that was. */
    protected abstract int letGo();
}
