package dev.hopmeter.suite;

import dev.hopmeter.contract.Trail;
import dev.hopmeter.load.Receiver;
import dev.hopmeter.load.Reply;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keeps everything that a driver tells, for the suite to look at afterwards. Safe for use by many threads. */
final class Witness implements Receiver {

    private final JsonMapper mapper = JsonMapper.builder().build();
    private final Map<Integer, Queue<JsonNode>> frames = new ConcurrentHashMap<>();
    private final Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> refused = new ConcurrentHashMap<>();
    private final Queue<String> troubles = new ConcurrentLinkedQueue<>();
    private final Set<Integer> subscribed = ConcurrentHashMap.newKeySet();

    @Override
    public void delivered(int subscriber, CharSequence frame) {
        JsonNode json = mapper.readTree(frame.toString());
        if (json.has("subscribed")) {
            subscribed.add(subscriber);
        } else if (json.has("order")) {
            frames.computeIfAbsent(subscriber, s -> new ConcurrentLinkedQueue<>())
                    .add(json);
        } else {
            troubles.add("subscriber " + subscriber + " was told " + json);
        }
    }

    @Override
    public void returned(int number, Trail trail, Reply reply) {
        troubles.add("order " + number + " came back with " + reply);
    }

    @Override
    public void acknowledged(int number) {
        acknowledged.add(number);
    }

    @Override
    public void refused(int number, int status) {
        refused.put(number, status);
    }

    @Override
    public void unanswered(int number, String why) {
        troubles.add("order " + number + " got no answer: " + why);
    }

    @Override
    public void disconnected(int subscriber, String why) {
        troubles.add("subscriber " + subscriber + " was disconnected: " + why);
    }

    @Override
    public void reconnected(int subscriber) {
        troubles.add("subscriber " + subscriber + " came back, who should not have gone");
    }

    /** The frames with an order that the subscriber got, in order. */
    List<JsonNode> framesOf(int subscriber) {
        return List.copyOf(frames.getOrDefault(subscriber, new ConcurrentLinkedQueue<>()));
    }

    /** The idempotency keys of the orders that the subscriber got, in order, repeated as they came. */
    List<String> keysOf(int subscriber) {
        return framesOf(subscriber).stream()
                .map(frame -> frame.get("order").get("idempotencyKey").asString())
                .toList();
    }

    /** The numbers of the orders that were acknowledged, one for each answer. */
    List<Integer> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** The status with which orders were refused, by number. */
    Map<Integer, Integer> refused() {
        return Map.copyOf(refused);
    }

    /** Answers that never came, connections lost, frames that say neither subscribed nor an order. */
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    /** How many subscribers know that their subscription is in effect. */
    int subscribed() {
        return subscribed.size();
    }
}
