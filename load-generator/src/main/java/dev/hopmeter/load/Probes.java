package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** The first orders of a run, which show that each subscriber gets what is for it. */
final class Probes implements Phase {

    private final int first;
    private final AtomicIntegerArray reached;
    private final Map<String, AtomicLong> answers = new ConcurrentHashMap<>();

    Probes(int first, int subscribers) {
        this.first = first;
        this.reached = new AtomicIntegerArray(subscribers);
    }

    @Override
    public int first() {
        return first;
    }

    @Override
    public void sent(Event event, long intendedNanos, long sentNanos) {
        // A probe counts once it arrives, and is sent again until one does.
    }

    @Override
    public void delivered(int number, int subscriber, Trail trail, long deliveredNanos) {
        reached.set(subscriber, 1);
    }

    @Override
    public void answered(int number, Answer answer, long answeredNanos) {
        String kind = switch (answer) {
            case Answer.Acknowledged _ -> "acknowledged";
            case Answer.Refused refused -> "refused with " + refused.status();
            case Answer.Unanswered unanswered -> "unanswered (" + unanswered.why() + ")";
        };
        answers.computeIfAbsent(kind, none -> new AtomicLong()).incrementAndGet();
    }

    /** The subscribers that no probe has reached so far. */
    List<Integer> missing() {
        return IntStream.range(0, reached.length())
                .filter(subscriber -> reached.get(subscriber) == 0)
                .boxed()
                .toList();
    }

    /** How the probes' placements ended, in words. */
    String answers() {
        return answers.isEmpty() ? "no probe was answered" : "probes: " + new TreeMap<>(answers);
    }
}
