package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.push.Recipient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Everybody who watches a key here, from admission until the connection is closed. Safe for use by many threads; the stream
 * thread, which tells, never waits for a watcher. Stops before everything else, so that every connection is closed in order.
 */
public final class Watchers implements SmartLifecycle {

    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final Map<WindowSize, Map<String, List<Watcher>>> byKey = new EnumMap<>(WindowSize.class);
    private final Set<Watcher> all = ConcurrentHashMap.newKeySet();
    private final int most;
    private final int queueLength;
    private final Duration openTimeout;
    private final Counter untold;
    private volatile boolean stopping;

    /** Nobody yet; counted under names that begin so. */
    public Watchers(WindowLimits settings, String meters, MeterRegistry registry) {
        this.most = settings.maxWatchers();
        this.queueLength = settings.watchQueue();
        this.openTimeout = settings.openTimeout();
        for (WindowSize size : WindowSize.values()) {
            byKey.put(size, new ConcurrentHashMap<>());
        }
        this.untold = Counter.builder(meters + ".untold")
                .description("Timed events whose trails a watcher was too slow for; its totals include them")
                .register(registry);
        Gauge.builder(meters + ".watchers", all, Set::size)
                .description("Watchers that are admitted")
                .register(registry);
    }

    /**
     * Lets a watcher in: from now on it is told each change of its key's windows. Its place is given away again if no connection
     * follows in time. Empty if there is no place.
     */
    public synchronized Optional<Watcher> admit(WindowSize size, WindowKey key, int partition) {
        if (stopping || all.size() >= most) {
            return Optional.empty();
        }
        Watcher watcher = new Watcher(size, key, partition, queueLength);
        all.add(watcher);
        keysOf(size)
                .computeIfAbsent(key.text(), text -> new CopyOnWriteArrayList<>())
                .add(watcher);
        watcher.unlessOpenedWithin(openTimeout, () -> gone(watcher));
        return Optional.of(watcher);
    }

    /** Takes the watcher away, if it is still there. */
    public synchronized void gone(Watcher watcher) {
        if (!watcher.leaves()) {
            return;
        }
        watcher.queue().close();
        all.remove(watcher);
        keysOf(watcher.size()).computeIfPresent(watcher.key().text(), (text, watching) -> {
            watching.remove(watcher);
            return watching.isEmpty() ? null : watching;
        });
    }

    /** Who watches that key's windows of that size now. */
    public Collection<Watcher> of(WindowSize size, String key) {
        return keysOf(size).getOrDefault(key, List.of());
    }

    /** Tells these a window's total and the event that made it; one without a trail is not told as such. */
    public void tell(
            Collection<Watcher> watching, long startMillis, WindowTotal total, String id, @Nullable Trail trail) {
        for (Watcher watcher : watching) {
            if (!watcher.queue().offer(startMillis, total, id, trail)) {
                untold.increment();
            }
        }
    }

    /** The events of that partition are no longer summed here: what is told already is the last. */
    public void lost(int partition) {
        for (Watcher watcher : all) {
            if (watcher.partition() == partition) {
                watcher.queue().close();
            }
        }
    }

    @Override
    public void start() {}

    @Override
    public void stop() {
        List<Watcher> connected;
        synchronized (this) {
            stopping = true;
            connected = List.copyOf(all);
        }
        connected.forEach(watcher -> watcher.queue().close());
        Recipient.awaitEnd(connected, CLOSING);
    }

    @Override
    public boolean isRunning() {
        return !stopping;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    @SuppressWarnings("NullAway") // Every size was put in at the start.
    private Map<String, List<Watcher>> keysOf(WindowSize size) {
        return byKey.get(size);
    }
}
