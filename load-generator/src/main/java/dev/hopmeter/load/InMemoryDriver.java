package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A backend of method calls: a queue, and one thread that hands each order or message to the subscribers that it is for, at
 * most once. What it measures is the ruler: schedule, hand-over to another thread, frame and recording.
 */
public final class InMemoryDriver implements Driver {

    private static final int QUEUE = 65_536;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final EpochClock clock;
    private final BlockingQueue<Placement> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Map<Integer, Interest> subscriptions = new ConcurrentSkipListMap<>();
    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private final Thread deliverer =
            Thread.ofPlatform().daemon().name("in-memory-deliverer").unstarted(this::deliver);
    private final OpenedReceiver receiver = new OpenedReceiver();

    /** A backend that gives its orders the time of that clock. */
    public InMemoryDriver(EpochClock clock) {
        this.clock = clock;
    }

    @Override
    public void open(Receiver opened) {
        receiver.open(opened);
        deliverer.start();
    }

    @Override
    public void attach(int subscriber, Interest interest) {
        subscriptions.put(subscriber, interest);
        receiver.get().delivered(subscriber, "{\"subscribed\":{\"subscriber\":\"s-" + subscriber + "\"}}");
    }

    @Override
    public void detach(int subscriber) {
        subscriptions.remove(subscriber);
    }

    @Override
    public boolean ready() {
        return deliverer.isAlive();
    }

    @Override
    public void send(Event event, Trail trail) {
        boolean again = !keys.add(event.key());
        if (again || queue.offer(new Placement(event, trail))) {
            if (again || !isReturned(trail.workload())) {
                receiver.get().acknowledged(event.number());
            }
        } else {
            keys.remove(event.key());
            receiver.get().refused(event.number(), 503);
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
        Receiver to = receiver.get();
        try {
            while (true) {
                Placement placement = queue.take();
                if (isReturned(placement.trail().workload())) {
                    to.returned(placement.event().number(), placement.trail(), Reply.ACCEPTED);
                } else {
                    tell(to, placement);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Receiver to, Placement placement) {
        Event event = placement.event();
        String frame = frame(placement);
        subscriptions.forEach((subscriber, interest) -> {
            boolean wanted = switch (interest) {
                case Interest.Matching(var filter) -> filter.matches(event.region(), event.kind(), event.amount());
                case Interest.Watching(var key) -> key.equals(event.windowKey());
            };
            if (wanted) {
                to.delivered(subscriber, frame);
            }
        });
    }

    private static boolean isReturned(Workload workload) {
        return workload == Workload.POINT_QUERY || workload == Workload.INGEST;
    }

    private String frame(Placement placement) {
        Event event = placement.event();
        String json = event.json();
        String trail = placement.trail().text();
        return switch (placement.trail().workload()) {
            case JOURNEY, WRITE_NOTIFY ->
                "{\"trail\":\"" + trail + "\",\"order\":{\"id\":\"" + new UUID(0, event.number())
                        + "\",\"idempotencyKey\":\"" + event.key() + "\"," + json.substring(1, json.length() - 1)
                        + ",\"placedAt\":\"" + clock.instant() + "\"}}";
            case FRESHNESS ->
                "{\"window\":{\"through\":" + event.sequence() + "},\"events\":[{\"id\":\"" + event.key()
                        + "\",\"trail\":\"" + trail + "\"}]}";
            case FAN_OUT, POINT_QUERY, INGEST -> "{\"trail\":\"" + trail + "\",\"message\":" + json + "}";
        };
    }

    private record Placement(Event event, Trail trail) {}
}
