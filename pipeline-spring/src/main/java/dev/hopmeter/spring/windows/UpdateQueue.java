package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.push.PushQueue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one watcher: the latest total of each changed window, with every timed event that it includes and that was
 * not taken yet. Events are bounded: one that finds the queue full is only counted. Windows need no bound of their own, as one
 * key has no more than the retention holds. What waits when it is closed can still be taken.
 */
public final class UpdateQueue extends PushQueue<UpdateQueue.Update> {

    /** A timed event, with SUMMED. */
    public record Told(String id, Trail trail) {}

    /**
     * What is to be told next.
     *
     * @param startMillis the start of the window that changed first, in epoch milliseconds
     * @param total its latest
     * @param events that it includes, in the order in which they were summed
     * @param untold how many events found the queue full, since this was told last
     */
    public record Update(long startMillis, WindowTotal total, List<Told> events, long untold) {}

    private final Map<Long, Pending> windows = new LinkedHashMap<>();
    private final int capacity;
    private int events;
    private long untold;

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
        return add(true, () -> {
            Pending pending = windows.computeIfAbsent(startMillis, start -> new Pending(total));
            pending.total = total;
            boolean room = trail == null || events < capacity;
            if (!room) {
                untold++;
            } else if (trail != null) {
                pending.events.add(new Told(id, trail));
                events++;
            }
            return room;
        });
    }

    @Override
    protected boolean isEmpty() {
        return windows.isEmpty();
    }

    @Override
    protected Update next() {
        Iterator<Map.Entry<Long, Pending>> oldest = windows.entrySet().iterator();
        Map.Entry<Long, Pending> next = oldest.next();
        oldest.remove();
        Pending pending = next.getValue();
        events -= pending.events.size();
        long missed = untold;
        untold = 0;
        return new Update(next.getKey(), pending.total, pending.events, missed);
    }

    @Override
    protected int letGo() {
        return 0;
    }

    private static final class Pending {
        private final List<Told> events = new ArrayList<>();
        private WindowTotal total;

        Pending(WindowTotal total) {
            this.total = total;
        }
    }
}
