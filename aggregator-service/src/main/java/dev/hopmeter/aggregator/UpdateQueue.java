package dev.hopmeter.aggregator;

import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowTotal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one watcher: the latest total of each changed window, with every timed event that it includes and that was
 * not taken yet. Whoever adds never waits. Events are bounded: one that finds the queue full is only counted. Windows need
 * no bound of their own, as one key has no more than the retention holds. Any number of threads add, one takes.
 */
final class UpdateQueue {

    /** A timed event, with SUMMED. */
    record Told(String id, Trail trail) {}

    /**
     * What is to be told next.
     *
     * @param startMillis the start of the window that changed first, in epoch milliseconds
     * @param total its latest
     * @param events that it includes, in the order in which they were summed
     * @param untold how many events found the queue full, since this was told last
     */
    record Update(long startMillis, WindowTotal total, List<Told> events, long untold) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition waiting = lock.newCondition();
    private final Map<Long, Pending> windows = new LinkedHashMap<>();
    private final int capacity;
    private int events;
    private long untold;
    private boolean closed;

    /** For at most that many events. */
    UpdateQueue(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Adds a window's latest total, and the event that made it.
     *
     * @param trail of the event, or null for one that is not timed and is not told
     * @return false if the event was timed and found no room
     */
    boolean offer(long startMillis, WindowTotal total, String id, @Nullable Trail trail) {
        lock.lock();
        try {
            if (closed) {
                return true;
            }
            Pending pending = windows.computeIfAbsent(startMillis, start -> new Pending(total));
            pending.total = total;
            boolean room = trail == null || events < capacity;
            if (!room) {
                untold++;
            } else if (trail != null) {
                pending.events.add(new Told(id, trail));
                events++;
            }
            waiting.signal();
            return room;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next update, that long at most; null if there is none by then, or none is left and none can come. */
    @Nullable
    Update take(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (windows.isEmpty() && !closed && nanos > 0) {
                nanos = waiting.awaitNanos(nanos);
            }
            Iterator<Map.Entry<Long, Pending>> oldest = windows.entrySet().iterator();
            if (!oldest.hasNext()) {
                return null;
            }
            Map.Entry<Long, Pending> next = oldest.next();
            oldest.remove();
            Pending pending = next.getValue();
            events -= pending.events.size();
            long missed = untold;
            untold = 0;
            return new Update(next.getKey(), pending.total, pending.events, missed);
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more in. What waits already can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing can come out any more. */
    boolean isDrained() {
        lock.lock();
        try {
            return closed && windows.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private static final class Pending {
        private final List<Told> events = new ArrayList<>();
        private WindowTotal total;

        Pending(WindowTotal total) {
            this.total = total;
        }
    }
}
