package dev.hopmeter.unified;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where what is read from the log waits until it is known that its commit is flushed on a second copy. It is let through in
 * the order of the log, by whoever brings the knowledge, at once: that may be the thread that reads the log, one that was
 * answered its commit, or one that asked the primary. Others do not wait while one lets through. As the log is flushed in its
 * order, a commit that is known to be flushed makes all before it known. Safe for use by many threads.
 */
final class Gate {

    /** Numbers that are remembered of transactions whose answer came without them, or that went without their answer. */
    private static final int MOST_REMEMBERED = 10_000;

    private final Consumer<Transaction> passage;
    private final boolean open;
    private final long capacity;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition need = lock.newCondition();
    private final Queue<Transaction> waiting = new ArrayDeque<>();
    private final Map<Integer, Transaction> byNumber = new HashMap<>();
    /** Answered, and not read yet. */
    private final SequencedSet<Integer> early = new LinkedHashSet<>();
    /** Let through by the answer to a later one, and not answered yet, as by nobody here. */
    private final SequencedSet<Integer> gone = new LinkedHashSet<>();

    private long through;
    private long taken;
    private long lastRead;
    /** Bytes of the log that wait. */
    private long load;

    private boolean passing;
    private boolean nobodyLooks;

    /**
     * Nothing waits.
     *
     * @param passage is given what is let through, by one thread at a time
     * @param open whether all of it is let through at once
     * @param capacity in bytes of the log that wait, before {@link #awaitRoom} has somebody wait
     */
    Gate(Consumer<Transaction> passage, boolean open, long capacity) {
        this.passage = passage;
        this.open = open;
        this.through = open ? Long.MAX_VALUE : 0;
        this.capacity = capacity;
    }

    /** It has been read from the log, whose order this keeps. */
    void read(Transaction transaction) {
        lock.lock();
        try {
            if (transaction.end() <= taken) {
                return;
            }
            waiting.add(transaction);
            load += transaction.length();
            lastRead = transaction.end();
            if (early.remove(transaction.xid())) {
                through = Math.max(through, transaction.end());
            } else {
                byNumber.put(transaction.xid(), transaction);
            }
            look();
        } finally {
            lock.unlock();
        }
        letThrough();
    }

    /** The commit of that number was answered: it is flushed on a second copy. */
    void confirmed(long xid) {
        int number = (int) xid;
        lock.lock();
        try {
            Transaction transaction = byNumber.remove(number);
            if (transaction != null) {
                through = Math.max(through, transaction.end());
            } else if (!gone.remove(number)) {
                remember(number, early);
                look();
            }
        } finally {
            lock.unlock();
        }
        letThrough();
    }

    /** A second copy is flushed up to that position. */
    void confirmedThrough(long position) {
        lock.lock();
        try {
            through = Math.max(through, position);
        } finally {
            lock.unlock();
        }
        letThrough();
    }

    /**
     * The log is read again from another connection: what waits is forgotten, as it may be another log by now, of a standby
     * that did not have it, and so is what was known of its copies. Answers the position from which on it is to be read.
     */
    long restart() {
        lock.lock();
        try {
            waiting.clear();
            load = 0;
            byNumber.clear();
            early.clear();
            // Who has gone is remembered: its answer may still come, and it is not read again.
            through = open ? Long.MAX_VALUE : taken;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** What ends up to that position was let through in an earlier life. */
    void startFrom(long position) {
        lock.lock();
        try {
            taken = Math.max(taken, position);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until less waits than there may be, that long at most; false if there is no room by then. */
    boolean awaitRoom(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (load >= capacity && nanos > 0) {
                nanos = room.awaitNanos(nanos);
            }
            return load < capacity;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something has waited for that long, without being let through or without being read. */
    void awaitNeed(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Object first = first();
                if (first == null) {
                    // Only now is the next one to wake this thread, which would else be woken by each of them.
                    nobodyLooks = true;
                    need.await();
                    continue;
                }
                long nanos = patience.toNanos();
                while (nanos > 0) {
                    nanos = need.awaitNanos(nanos);
                }
                if (first.equals(first())) {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether anything waits, to be let through or to be read. */
    boolean isWaitedFor() {
        lock.lock();
        try {
            return first() != null;
        } finally {
            lock.unlock();
        }
    }

    /** The end of what was read last. */
    long lastRead() {
        lock.lock();
        try {
            return lastRead;
        } finally {
            lock.unlock();
        }
    }

    /** What has waited for longest; null for nothing. With the lock. */
    private @Nullable Object first() {
        Transaction first = waiting.peek();
        return first != null || early.isEmpty() ? first : early.getFirst();
    }

    /** Wakes the one who looks what waits. With the lock. */
    private void look() {
        if (nobodyLooks) {
            nobodyLooks = false;
            need.signalAll();
        }
    }

    private static void remember(int number, SequencedSet<Integer> in) {
        in.add(number);
        if (in.size() > MOST_REMEMBERED) {
            in.removeFirst();
        }
    }

    /** How many transactions wait. */
    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether everything that was read has been let through, to its end. */
    boolean isIdle() {
        lock.lock();
        try {
            return waiting.isEmpty() && !passing;
        } finally {
            lock.unlock();
        }
    }

    /** Once the passage fails, nothing is let through any more: the failure ends the service. */
    private void letThrough() {
        while (true) {
            Transaction next = take();
            if (next == null) {
                return;
            }
            passage.accept(next);
            lock.lock();
            passing = false;
            lock.unlock();
        }
    }

    private @Nullable Transaction take() {
        lock.lock();
        try {
            Transaction first = waiting.peek();
            if (passing || first == null || first.end() > through) {
                return null;
            }
            waiting.remove();
            if (byNumber.remove(first.xid(), first)) {
                remember(first.xid(), gone);
            }
            taken = first.end();
            passing = true;
            boolean full = load >= capacity;
            load -= first.length();
            if (full && load < capacity) {
                room.signalAll();
            }
            return first;
        } finally {
            lock.unlock();
        }
    }
}
