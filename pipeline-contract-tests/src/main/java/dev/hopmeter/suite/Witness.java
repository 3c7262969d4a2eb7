package dev.hopmeter.suite;

import dev.hopmeter.contract.Trail;
import dev.hopmeter.load.Receiver;
import dev.hopmeter.load.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keeps everything that a driver tells, for the suite to look at afterwards. Safe for use by many threads. */
final class Witness implements Receiver {

    /** How an event was refused. */
    record Refusal(int status, String body) {}

    /** What has come back, with its trail. */
    record Returned(Trail trail, Reply reply) {}

    private final JsonMapper mapper = JsonMapper.builder().build();
    private final Map<Integer, Queue<JsonNode>> frames = new ConcurrentHashMap<>();
    private final Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Refusal> refusals = new ConcurrentHashMap<>();
    private final Map<Integer, Returned> returned = new ConcurrentHashMap<>();
    private final Queue<String> troubles = new ConcurrentLinkedQueue<>();
    private final Set<Integer> subscribed = ConcurrentHashMap.newKeySet();
    private final Set<Integer> unanswered = ConcurrentHashMap.newKeySet();
    private final Set<Integer> disconnected = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Long> dropped = new ConcurrentHashMap<>();
    private final Map<Integer, CountDownLatch> held = new ConcurrentHashMap<>();

    @Override
    public void delivered(int subscriber, CharSequence frame) {
        awaitRelease(subscriber);
        JsonNode json = mapper.readTree(frame.toString());
        if (json.has("subscribed") || json.has("watching")) {
            subscribed.add(subscriber);
        } else if (json.has("order") || json.has("message") || json.has("window")) {
            frames.computeIfAbsent(subscriber, s -> new ConcurrentLinkedQueue<>())
                    .add(json);
        } else {
            dropped.merge(subscriber, json.path("dropped").asLong(0), Long::sum);
            troubles.add("subscriber " + subscriber + " was told " + json);
        }
    }

    private void awaitRelease(int subscriber) {
        CountDownLatch release = held.get(subscriber);
        if (release != null) {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void returned(int number, Trail trail, Reply reply) {
        returned.put(number, new Returned(trail, reply));
    }

    @Override
    public void acknowledged(int number) {
        acknowledged.add(number);
    }

    @Override
    public void refused(int number, int status, String body) {
        refusals.put(number, new Refusal(status, body));
    }

    @Override
    public void unanswered(int number, String why) {
        unanswered.add(number);
        troubles.add("event " + number + " got no answer: " + why);
    }

    @Override
    public void disconnected(int subscriber, String why) {
        disconnected.add(subscriber);
        troubles.add("subscriber " + subscriber + " was disconnected: " + why);
    }

    @Override
    public void reconnected(int subscriber) {
        troubles.add("subscriber " + subscriber + " came back, who should not have gone");
    }

    /** Has that subscriber read no further, until what is returned is run. */
    Runnable hold(int subscriber) {
        CountDownLatch release = new CountDownLatch(1);
        held.put(subscriber, release);
        return release::countDown;
    }

    /** The frames with an order, a message or a window that the subscriber got, in order. */
    List<JsonNode> framesOf(int subscriber) {
        return List.copyOf(frames.getOrDefault(subscriber, new ConcurrentLinkedQueue<>()));
    }

    /** The keys of the orders and the ids of the messages that the subscriber got, in order, repeated as they came. */
    List<String> keysOf(int subscriber) {
        return framesOf(subscriber).stream()
                .map(frame -> frame.has("order") ? frame.at("/order/idempotencyKey") : frame.at("/message/id"))
                .map(JsonNode::asString)
                .toList();
    }

    /** The numbers of the orders, messages and events that were acknowledged, one for each answer. */
    List<Integer> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** What was refused, by number. */
    Map<Integer, Refusal> refusals() {
        return Map.copyOf(refusals);
    }

    /** What has come back to the sender of the event of that number, if it has. */
    Optional<Returned> returned(int number) {
        return Optional.ofNullable(returned.get(number));
    }

    /** Answers that never came, connections lost, frames that tell of nothing. */
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    /** Whether the event of that number was acknowledged or refused, or will not be answered any more. */
    boolean isAnswered(int number) {
        return acknowledged.contains(number) || refusals.containsKey(number) || unanswered.contains(number);
    }

    boolean isDisconnected(int subscriber) {
        return disconnected.contains(subscriber);
    }

    /** How many frames that subscriber was told that it did not get, as there was no room for them. */
    long dropped(int subscriber) {
        return dropped.getOrDefault(subscriber, 0L);
    }

    /** How many subscribers know that their subscription is in effect. */
    int subscribed() {
        return subscribed.size();
    }
}
