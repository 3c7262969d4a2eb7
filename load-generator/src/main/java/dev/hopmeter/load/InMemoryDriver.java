package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.Trail;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * A backend of method calls: a queue, and one thread that hands each order to the subscribers whose filter it passes, at
 * most once. What it measures is the ruler: schedule, hand-over to another thread, frame and recording.
 */
public final class InMemoryDriver implements Driver {

    private static final int QUEUE = 65_536;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final EpochClock clock;
    private final BlockingQueue<Placement> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Map<Integer, Filter> subscriptions = new ConcurrentSkipListMap<>();
    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private final Thread deliverer =
            Thread.ofPlatform().daemon().name("in-memory-deliverer").unstarted(this::deliver);
    private volatile @Nullable Receiver receiver;

    /** A backend that gives its orders the time of that clock. */
    public InMemoryDriver(EpochClock clock) {
        this.clock = clock;
    }

    @Override
    public void open(Receiver opened) {
        receiver = opened;
        deliverer.start();
    }

    @Override
    public void subscribe(int subscriber, Filter filter) {
        subscriptions.put(subscriber, filter);
        receiver().delivered(subscriber, "{\"subscribed\":{\"subscriber\":\"s-" + subscriber + "\"}}");
    }

    @Override
    public boolean ready() {
        return deliverer.isAlive();
    }

    @Override
    public void place(Event event, Trail trail) {
        if (!keys.add(event.key())) {
            receiver().acknowledged(event.number());
        } else if (queue.offer(new Placement(event, trail))) {
            receiver().acknowledged(event.number());
        } else {
            keys.remove(event.key());
            receiver().refused(event.number(), 503);
        }
    }

    @Override
    public void close() {
        deliverer.interrupt();
        try {
            deliverer.join(LONGEST_CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver() {
        Receiver to = receiver();
        try {
            while (true) {
                Placement placement = queue.take();
                String frame = frame(placement);
                subscriptions.forEach((subscriber, filter) -> {
                    Event event = placement.event();
                    if (filter.matches(
                            event.draft().region(),
                            event.draft().kind(),
                            event.draft().amount())) {
                        to.delivered(subscriber, frame);
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String frame(Placement placement) {
        Event event = placement.event();
        String draft = event.json();
        return "{\"trail\":\"" + placement.trail().text() + "\",\"order\":{\"id\":\"" + new UUID(0, event.number())
                + "\",\"idempotencyKey\":\"" + event.key() + "\"," + draft.substring(1, draft.length() - 1)
                + ",\"placedAt\":\"" + clock.instant() + "\"}}";
    }

    private Receiver receiver() {
        Receiver opened = receiver;
        if (opened == null) {
            throw new IllegalStateException("a driver is opened before it is used");
        }
        return opened;
    }

    private record Placement(Event event, Trail trail) {}
}
