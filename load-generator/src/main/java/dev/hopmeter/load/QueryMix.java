package dev.hopmeter.load;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import java.util.List;

/** Queries for one of the keys that events flow to, each time another. */
final class QueryMix implements Mix {

    private static final String ASKED = WindowSize.TEN_SECONDS.word();

    private final String runId;
    private final long seed;
    private final List<WindowKey> keys;

    QueryMix(String runId, long seed, List<WindowKey> keys) {
        this.runId = runId;
        this.seed = seed;
        this.keys = List.copyOf(keys);
    }

    @Override
    public List<Interest> interests() {
        return List.of();
    }

    @Override
    public int subscribers() {
        return 1;
    }

    @Override
    public int measured() {
        return 1;
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
        return new int[] {0};
    }

    @Override
    public Event event(int number) {
        WindowKey key = keys.get(Market.random(seed, number).nextInt(keys.size()));
        return new Event(number, runId + "-" + number, key.region(), key.kind(), 0, 0, ASKED);
    }

    @Override
    public Event probe(int number, int subscriber) {
        return event(number);
    }
}
