package dev.hopmeter.unified;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.windows.InstanceAddress;
import dev.hopmeter.spring.windows.KeyOwner;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.Watcher;
import dev.hopmeter.spring.windows.Watchers;
import dev.hopmeter.spring.windows.WindowAnswer;
import dev.hopmeter.spring.windows.WindowSums;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The windows of orders and of events, in memory, as of a position of the log. One thread at a time adds, transaction by
 * transaction; any number read.
 */
final class Windows implements WindowSums {

    private static final WindowSize[] SIZES = WindowSize.values();

    /**
     * What changed since the checkpoint before, and what a restart needs beside it.
     *
     * @param position every commit up to there is in the windows, and none after it
     * @param timesMillis the latest time of an order and of an event, by which windows close; 0 for none
     */
    record Checkpoint(long position, Map<Source, Long> timesMillis, List<Row> changed) {}

    /** One window. */
    record Row(Source source, WindowSize size, String key, long startMillis, WindowTotal total) {}

    private final Map<Source, Map<WindowSize, Map<String, KeyWindows>>> all = new EnumMap<>(Source.class);
    private final Map<Source, Map<WindowSize, Counter>> late = new EnumMap<>(Source.class);
    private final Map<Source, Long> times = new EnumMap<>(Source.class);
    private final long retentionMillis;
    private final long graceMillis;
    private final Counter overflowing;
    private final IntFunction<@Nullable InstanceAddress> others;
    private final Watchers watchers;
    private final Stamps stamps;
    private final ReentrantLock adding = new ReentrantLock();
    private long position;
    private boolean counts;
    private boolean broken;
    private volatile boolean restored;

    /**
     * None yet.
     *
     * @param others the owner of each partition of the keys, if that is another instance: those windows are summed here, too
     */
    Windows(
            Duration retention,
            Duration grace,
            IntFunction<@Nullable InstanceAddress> others,
            Watchers watchers,
            Stamps stamps,
            MeterRegistry meters) {
        this.retentionMillis = retention.toMillis();
        this.graceMillis = grace.toMillis();
        this.others = others;
        this.watchers = watchers;
        this.stamps = stamps;
        this.overflowing = Counter.builder("hopmeter.windows.overflowing")
                .description("What would take its window's sum beyond 2^63, and is not in it")
                .register(meters);
        for (Source source : Source.values()) {
            Map<WindowSize, Map<String, KeyWindows>> sizes = new EnumMap<>(WindowSize.class);
            Map<WindowSize, Counter> counters = new EnumMap<>(WindowSize.class);
            for (WindowSize size : SIZES) {
                sizes.put(size, new ConcurrentHashMap<>());
                counters.put(
                        size,
                        Counter.builder("hopmeter.windows.late")
                                .description(
                                        "What came after its window's end and grace, and is in no window of this size")
                                .tags("size", size.word(), "source", source.word())
                                .register(meters));
            }
            all.put(source, sizes);
            late.put(source, counters);
            times.put(source, 0L);
        }
    }

    /** Starts as of a checkpoint, which has every window that is kept. */
    void restore(Checkpoint checkpoint) {
        adding.lock();
        try {
            position = checkpoint.position();
            times.putAll(checkpoint.timesMillis());
            checkpoint
                    .changed()
                    .forEach(row ->
                            windowsOf(row.source(), row.size(), row.key()).restore(row.startMillis(), row.total()));
        } finally {
            adding.unlock();
        }
        restored = true;
    }

    /** A transaction is about to be added, by this thread. */
    void begin(long end) {
        adding.lock();
        counts = end > position;
    }

    /** It has been added, or not all of it: then these windows are nothing to resume from any more. */
    void end(long end, boolean whole) {
        broken |= !whole;
        position = Math.max(position, end);
        adding.unlock();
    }

    /**
     * Adds one order or event of the transaction, unless a checkpoint has it already.
     *
     * @param sequence 0 for none
     * @param millis when it happened, in epoch milliseconds
     * @param trail until it was confirmed, or null for one that is not timed
     */
    void add(Source source, String key, long amount, long sequence, long millis, String id, @Nullable Trail trail) {
        if (!counts) {
            return;
        }
        long now = Math.max(timeOf(source), millis);
        times.put(source, now);
        for (WindowSize size : SIZES) {
            long start = size.startOf(millis);
            if (start + size.duration().toMillis() + graceMillis > now) {
                WindowTotal total;
                try {
                    total = windowsOf(source, size, key).add(start, amount, sequence, millis);
                } catch (ArithmeticException e) {
                    // It would be as wrong at every restart.
                    overflowing.increment();
                    continue;
                }
                if (source == Source.EVENTS) {
                    tell(size, key, start, total, id, trail);
                }
            } else {
                lateOf(source, size).increment();
            }
        }
    }

    private void tell(
            WindowSize size, String key, long start, WindowTotal total, String id, @Nullable Trail confirmed) {
        Collection<Watcher> watching = watchers.of(size, key);
        if (!watching.isEmpty()) {
            watchers.tell(watching, start, total, id, confirmed == null ? null : stamps.take(confirmed, Stamp.SUMMED));
        }
    }

    /**
     * What is to be written down now: it is not taken as changed again, unless it is given back or changes.
     *
     * @throws IllegalStateException if a transaction could not be added as a whole
     */
    Checkpoint checkpoint() {
        List<Row> changed = new ArrayList<>();
        adding.lock();
        try {
            if (broken) {
                throw new IllegalStateException("the windows lack a part of a transaction");
            }
            all.forEach((source, sizes) -> sizes.forEach((size, keys) -> keys.forEach((key, windows) -> {
                NavigableMap<Long, WindowTotal> taken = windows.takeChanged();
                if (taken != null) {
                    taken.forEach((start, total) -> changed.add(new Row(source, size, key, start, total)));
                }
            })));
            return new Checkpoint(position, new EnumMap<>(times), changed);
        } finally {
            adding.unlock();
        }
    }

    /** A checkpoint was not written: the next one has all of it again. */
    void giveBack(Checkpoint checkpoint) {
        adding.lock();
        try {
            checkpoint
                    .changed()
                    .forEach(row ->
                            windowsOf(row.source(), row.size(), row.key()).changedStill(row.startMillis()));
        } finally {
            adding.unlock();
        }
    }

    /** Forgets windows that are past their retention, and answers before which start that is, for each source. */
    Map<Source, Long> expire() {
        Map<Source, Long> before = new EnumMap<>(Source.class);
        adding.lock();
        try {
            all.forEach((source, sizes) -> {
                long oldest = oldest(source);
                before.put(source, oldest);
                sizes.values().forEach(keys -> keys.values().removeIf(windows -> windows.expire(oldest)));
            });
        } finally {
            adding.unlock();
        }
        return before;
    }

    @Override
    public KeyOwner owner(Source source, WindowSize size, WindowKey key) {
        if (!restored) {
            return new KeyOwner.Unknown("the windows are not restored yet");
        }
        int partition = Members.partition(key.text());
        InstanceAddress other = others.apply(partition);
        return other == null ? new KeyOwner.Here(partition) : new KeyOwner.Elsewhere(other);
    }

    @Override
    public void forgetOwners() {
        // Nothing is kept of them here: who is alive is looked for again and again.
    }

    @Override
    public boolean sums(Source source, int partition) {
        return restored && others.apply(partition) == null;
    }

    @Override
    public WindowAnswer windows(
            Source source, WindowSize size, int partition, WindowKey key, Instant first, Instant last) {
        KeyWindows windows = mapOf(source, size).get(key.text());
        return new WindowAnswer.Found(
                windows == null ? new TreeMap<>() : windows.between(first.toEpochMilli(), last.toEpochMilli()));
    }

    @Override
    public SortedSet<String> keys(Source source, WindowSize size, int most) {
        SortedSet<String> keys = new TreeSet<>();
        for (String key : mapOf(source, size).keySet()) {
            if (keys.size() == most) {
                break;
            }
            keys.add(key);
        }
        return keys;
    }

    private long oldest(Source source) {
        return timeOf(source) - retentionMillis;
    }

    private KeyWindows windowsOf(Source source, WindowSize size, String key) {
        Map<String, KeyWindows> keys = mapOf(source, size);
        KeyWindows windows = keys.get(key);
        return windows == null ? keys.computeIfAbsent(key, any -> new KeyWindows()) : windows;
    }

    @SuppressWarnings("NullAway") // Every source and size was put in at the start.
    private Map<String, KeyWindows> mapOf(Source source, WindowSize size) {
        return all.get(source).get(size);
    }

    @SuppressWarnings("NullAway") // As above.
    private Counter lateOf(Source source, WindowSize size) {
        return late.get(source).get(size);
    }

    @SuppressWarnings("NullAway") // As above.
    private long timeOf(Source source) {
        return times.get(source);
    }
}
