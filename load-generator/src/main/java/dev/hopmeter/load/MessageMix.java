package dev.hopmeter.load;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Live messages, and subscribers each of which a given share of them matches on average. Who is to get a message is what
 * {@link Filter#matches(String, String, long)} says, looked up by region and kind.
 */
final class MessageMix implements Mix {

    /** The most subscribers of a run. */
    static final int MOST_SUBSCRIBERS = 10_000;

    private static final int TEXT = 200;

    private final String runId;
    private final long seed;
    private final double match;
    private final List<Filter> filters;
    /** The subscribers that a message of each cell can match at all. */
    private final int[][] candidates;

    private final JsonMapper mapper = JsonMapper.builder().build();

    /**
     * Messages of that run.
     *
     * @param subscribers how many
     * @param match the share of the messages that a subscriber gets on average, above 0 and at most 1
     */
    MessageMix(String runId, long seed, int subscribers, double match) {
        this.runId = runId;
        this.seed = seed;
        this.match = match;
        this.filters = IntStream.range(0, subscribers)
                .mapToObj(subscriber -> filter(subscriber, seed, match))
                .toList();
        this.candidates = IntStream.range(0, Market.CELLS)
                .mapToObj(cell -> IntStream.range(0, subscribers)
                        .filter(subscriber ->
                                filters.get(subscriber).matches(Market.region(cell), Market.kind(cell), Long.MAX_VALUE))
                        .toArray())
                .toArray(int[][]::new);
    }

    /** As wide as that share asks for: one region and kind, one region, or any; and the rest by the least amount. */
    static Filter filter(int subscriber, long seed, double match) {
        SplittableRandom random = Market.random(~seed, subscriber);
        int cell = subscriber % Market.CELLS;
        double cells = 1.0 / Market.CELLS;
        double regions = 1.0 / Market.REGIONS.size();
        if (match <= cells) {
            return new Filter(
                    Optional.of(Market.region(cell)), Optional.of(Market.kind(cell)), least(match / cells, random));
        }
        return match <= regions
                ? new Filter(Optional.of(Market.region(cell)), Optional.empty(), least(match / regions, random))
                : new Filter(Optional.empty(), Optional.empty(), least(match, random));
    }

    /** The least amount of a filter that this share of amounts passes on average, another for each subscriber. */
    private static long least(double share, SplittableRandom random) {
        double spread = Math.min(share, 1 - share) / 2;
        return Market.amountReachedBy(share + spread * (2 * random.nextDouble() - 1));
    }

    @Override
    public List<Interest> interests() {
        return filters.stream().<Interest>map(Interest.Matching::new).toList();
    }

    @Override
    public int subscribers() {
        return filters.size();
    }

    @Override
    public int measured() {
        return filters.size();
    }

    @Override
    public double deliveriesEach() {
        return match * filters.size();
    }

    @Override
    public boolean oneEach() {
        return false;
    }

    @Override
    public int[] recipients(Event event) {
        int cell = Market.REGIONS.indexOf(event.region()) + Market.REGIONS.size() * Market.KINDS.indexOf(event.kind());
        return Arrays.stream(candidates[cell])
                .filter(subscriber -> filters.get(subscriber).matches(event.region(), event.kind(), event.amount()))
                .toArray();
    }

    @Override
    public Event event(int number) {
        SplittableRandom random = Market.random(seed, number);
        int cell = random.nextInt(Market.CELLS);
        return event(number, Market.region(cell), Market.kind(cell), Market.amount(random));
    }

    @Override
    public Event probe(int number, int subscriber) {
        Filter filter = filters.get(subscriber);
        return event(
                number,
                filter.region().orElse(Market.REGIONS.getFirst()),
                filter.kind().orElse(Market.KINDS.getFirst()),
                Math.max(1, filter.leastAmount()));
    }

    private Event event(int number, String region, String kind, long amount) {
        String key = runId + "-" + number;
        Message message = new Message(key, region, kind, amount, 0, "x".repeat(TEXT));
        return new Event(number, key, region, kind, amount, 0, mapper.writeValueAsString(message));
    }
}
