package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.Workload;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A backend of method calls: a queue, and one thread that hands each order or message to the subscribers that it is for, at
 * most once, sums the events and answers the queries. What it measures is the ruler: schedule, hand-over to another thread,
 * frame and recording.
 */
public final class InMemoryDriver implements Driver {

    private static final int QUEUE = 65_536;
    private static final WindowSize WATCHED = WindowSize.TEN_SECONDS;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final EpochClock clock;
    private final BlockingQueue<Placement> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Map<Integer, Interest> subscriptions = new ConcurrentSkipListMap<>();
    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private final InMemoryWindows windows = new InMemoryWindows();
    private final Thread deliverer =
            Thread.ofPlatform().daemon().name("in-memory-deliverer").unstarted(this::deliver);
    private final OpenedReceiver receiver = new OpenedReceiver();

    /** A backend that gives its orders the time of that clock. */
    public InMemoryDriver(EpochClock clock) {
        this.clock = clock;
    }

    /** A backend for that trial: where queries are measured, one event of each key that they can be for is summed already. */
    static InMemoryDriver of(EpochClock clock, TrialPlan plan, String runId) {
        InMemoryDriver driver = new InMemoryDriver(clock);
        if (plan.workload() == Workload.POINT_QUERY) {
            EventMix events = new EventMix(runId, plan.seed(), false);
            for (int cell = 0; cell < events.keys().size(); cell++) {
                driver.windows.add(events.eventOf(cell, cell), clock.instant().toEpochMilli());
            }
        }
        return driver;
    }

    @Override
    public void open(Receiver opened) {
        receiver.open(opened);
        deliverer.start();
    }

    @Override
    public void attach(int subscriber, Interest interest) {
        subscriptions.put(subscriber, interest);
        String frame = switch (interest) {
            case Interest.Matching _ -> "{\"subscribed\":{\"subscriber\":\"s-" + subscriber + "\"}}";
            case Interest.Watching(var key) ->
                "{\"watching\":{\"size\":\"" + WATCHED.word() + "\",\"region\":\"" + key.region() + "\",\"kind\":\""
                        + key.kind() + "\"}}";
        };
        receiver.get().delivered(subscriber, frame);
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
        boolean again = isOrder(trail.workload()) && !keys.add(event.key());
        if (again || queue.offer(new Placement(event, trail))) {
            if (again || !isReturned(trail.workload())) {
                receiver.get().acknowledged(event.number());
            }
        } else {
            keys.remove(event.key());
            receiver.get().refused(event.number(), 503, "");
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
                serve(to, queue.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Receiver to, Placement placement) {
        Event event = placement.event();
        Trail trail = placement.trail();
        switch (trail.workload()) {
            case JOURNEY, WRITE_NOTIFY ->
                handOut(to, event, "{\"trail\":\"" + trail.text() + "\",\"order\":" + order(event) + "}");
            case FAN_OUT -> handOut(to, event, "{\"trail\":\"" + trail.text() + "\",\"message\":" + event.json() + "}");
            case FRESHNESS -> {
                long millis = Publisher.millis(trail);
                windows.add(event, millis);
                tell(to, event, trail, windows.window(WATCHED, event.windowKey(), millis));
            }
            case INGEST -> {
                windows.add(event, Publisher.millis(trail));
                to.returned(event.number(), trail, Reply.ACCEPTED);
            }
            case POINT_QUERY -> answer(to, event, trail);
        }
    }

    private void handOut(Receiver to, Event event, String frame) {
        subscriptions.forEach((subscriber, interest) -> {
            if (interest instanceof Interest.Matching(var filter)
                    && filter.matches(event.region(), event.kind(), event.amount())) {
                to.delivered(subscriber, frame);
            }
        });
    }

    private void tell(Receiver to, Event event, Trail trail, String window) {
        String frame = "{\"window\":" + window + ",\"events\":[{\"id\":\"" + event.key() + "\",\"trail\":\""
                + trail.text() + "\"}]}";
        subscriptions.forEach((subscriber, interest) -> {
            if (interest instanceof Interest.Watching(var key) && key.equals(event.windowKey())) {
                to.delivered(subscriber, frame);
            }
        });
    }

    private void answer(Receiver to, Event query, Trail trail) {
        Optional<WindowSize> size = WindowSize.of(query.json());
        if (size.isEmpty()) {
            to.refused(
                    query.number(),
                    404,
                    "{\"detail\":\"there are no windows but of " + String.join(" and ", WindowSize.words()) + "\"}");
            return;
        }
        windows.of(size.get(), query.windowKey(), clock.instant().toEpochMilli())
                .ifPresentOrElse(
                        answer -> to.returned(query.number(), trail, new Reply(false, answer)),
                        () -> to.refused(query.number(), 404, windows.known(size.get())));
    }

    /** Only those are idempotent: messages may share their id, which is the key of their order. */
    private static boolean isOrder(Workload workload) {
        return workload == Workload.JOURNEY || workload == Workload.WRITE_NOTIFY;
    }

    private static boolean isReturned(Workload workload) {
        return workload == Workload.POINT_QUERY || workload == Workload.INGEST;
    }

    private String order(Event event) {
        String json = event.json();
        return "{\"id\":\"" + new UUID(0, event.number()) + "\",\"idempotencyKey\":\"" + event.key() + "\","
                + json.substring(1, json.length() - 1) + ",\"placedAt\":\"" + clock.instant() + "\"}";
    }

    private record Placement(Event event, Trail trail) {}
}
