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

    @Override
    public void delivered(int subscriber, CharSequence frame) {
        JsonNode json = mapper.readTree(frame.toString());
        if (json.has("subscribed") || json.has("watching")) {
            subscribed.add(subscriber);
        } else if (json.has("order") || json.has("message") || json.has("window")) {
            frames.computeIfAbsent(subscriber, s -> new ConcurrentLinkedQueue<>())
                    .add(json);
        } else {
            troubles.add("subscriber " + subscriber + " was told " + json);
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
        troubles.add("event " + number + " got no answer: " + why);
    }

    @Override
    public void disconnected(int subscriber, String why) {
        troubles.add("subscriber " + subscriber + " was disconnected: " + why);
    }

    @Override
    public void reconnected(int subscriber) {
        troubles.add("subscriber " + subscriber + " came back, who should not have gone");
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

    /** How many subscribers know that their subscription is in effect. */
    int subscribed() {
        return subscribed.size();
    }
}
