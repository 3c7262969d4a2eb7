package dev.hopmeter.load;

import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.WindowKey;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events to be summed, with one watcher for each key, or none. The regions' names end in the run's, so that runs on the same
 * stack sum nothing together. An event's sequence number is its number in the run, plus 1: it counts up for each key, with gaps.
 */
final class EventMix implements Mix {

    private static final int TEXT = 200;

    private final String runId;
    private final long seed;
    private final boolean watched;
    private final List<WindowKey> keys;
    private final JsonMapper mapper = JsonMapper.builder().build();

    /**
     * Events of that run.
     *
     * @param watched whether each key has a watcher; otherwise the acknowledgement is what is measured
     */
    EventMix(String runId, long seed, boolean watched) {
        this.runId = runId;
        this.seed = seed;
        this.watched = watched;
        this.keys = IntStream.range(0, Market.CELLS)
                .mapToObj(cell -> new WindowKey(Market.region(cell) + "-" + runId, Market.kind(cell)))
                .toList();
    }

    /** The sequence number of the event of that number. */
    static long sequence(int number) {
        return number + 1L;
    }

    /** Every key that events of this run have. */
    List<WindowKey> keys() {
        return keys;
    }

    @Override
    public List<Interest> interests() {
        return watched ? keys.stream().<Interest>map(Interest.Watching::new).toList() : List.of();
    }

    @Override
    public int subscribers() {
        return watched ? keys.size() : 1;
    }

    @Override
    public int measured() {
        return subscribers();
    }

    @Override
    public double deliveriesEach() {
        return 1;
    }

    @Override
    public boolean oneEach() {
        return true;
    }

    @Override
    public int[] recipients(Event event) {
        return new int[] {watched ? keys.indexOf(event.windowKey()) : 0};
    }

    @Override
    public Event event(int number) {
        SplittableRandom random = Market.random(seed, number);
        return event(number, random.nextInt(keys.size()), Market.amount(random));
    }

    @Override
    public Event probe(int number, int subscriber) {
        return eventOf(subscriber, number);
    }

    /** An event of the key at that place of {@link #keys()}. */
    Event eventOf(int cell, int number) {
        return event(number, cell, 1);
    }

    private Event event(int number, int cell, long amount) {
        WindowKey key = keys.get(cell);
        String id = runId + "-" + number;
        long sequence = sequence(number);
        Message message = new Message(id, key.region(), key.kind(), amount, sequence, "x".repeat(TEXT));
        return new Event(number, id, key.region(), key.kind(), amount, sequence, mapper.writeValueAsString(message));
    }
}
