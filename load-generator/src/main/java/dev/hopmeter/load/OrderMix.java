package dev.hopmeter.load;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.OrderLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** Orders, one subscriber that gets all of them and is measured, and others with narrower filters. */
final class OrderMix implements Mix {

    /** The most subscribers that a run has, the one that is measured among them. */
    static final int MOST_SUBSCRIBERS = 64;

    /** No order of the mix is of this region: whoever subscribes to it must get nothing. */
    private static final String NOWHERE = "nowhere";

    private final String runId;
    private final long seed;
    private final JsonMapper mapper = JsonMapper.builder().build();

    private final List<Filter> filters;

    /** Orders of that run, for that many narrower subscribers. */
    OrderMix(String runId, long seed, int narrower) {
        this.runId = runId;
        this.seed = seed;
        this.filters = filters(narrower);
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
        return IntStream.range(0, filters.size())
                .filter(subscriber -> filters.get(subscriber).matches(event.region(), event.kind(), event.amount()))
                .toArray();
    }

    @Override
    public Event event(int number) {
        return event(number, draft(number));
    }

    @Override
    public Event probe(int number, int subscriber) {
        Filter filter = filters.get(subscriber);
        return event(
                number,
                new OrderDraft(
                        "probe",
                        filter.region().orElse(Market.REGIONS.getFirst()),
                        filter.kind().orElse(Market.KINDS.getFirst()),
                        Math.max(1, filter.leastAmount()),
                        "EUR",
                        List.of(new OrderLine("probe", 1))));
    }

    /** One filter that lets everything pass, then that many narrower ones, all different. */
    static List<Filter> filters(int narrower) {
        List<Filter> filters = new ArrayList<>(List.of(Filter.ALL));
        for (int i = 0; i < narrower; i++) {
            filters.add(narrower(i % 8, 1 + i / 8));
        }
        return filters;
    }

    private static Filter narrower(int form, int round) {
        long amount = 10_000L * round;
        String region = Market.REGIONS.get((form + round) % Market.REGIONS.size());
        String kind = Market.KINDS.get((form + round) % Market.KINDS.size());
        long step = round - 1L;
        return switch (form) {
            case 0 -> new Filter(Optional.of(region), Optional.empty(), step);
            case 1 -> new Filter(Optional.empty(), Optional.of(kind), step);
            case 2 -> new Filter(Optional.empty(), Optional.empty(), amount);
            case 3 -> new Filter(Optional.of(region), Optional.of(kind), step);
            case 4 -> new Filter(Optional.of(region), Optional.empty(), amount);
            case 5 -> new Filter(Optional.empty(), Optional.of(kind), amount);
            case 6 -> new Filter(Optional.of(region), Optional.of(kind), amount);
            default -> new Filter(Optional.of(NOWHERE), Optional.empty(), step);
        };
    }

    private OrderDraft draft(int number) {
        SplittableRandom random = Market.random(seed, number);
        List<OrderLine> lines = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            lines.add(new OrderLine("sku-" + random.nextInt(500), random.nextInt(1, 10)));
        }
        return new OrderDraft(
                "c-" + random.nextInt(1_000),
                Market.REGIONS.get(random.nextInt(Market.REGIONS.size())),
                Market.KINDS.get(random.nextInt(Market.KINDS.size())),
                Market.amount(random),
                "EUR",
                lines);
    }

    private Event event(int number, OrderDraft draft) {
        return new Event(
                number,
                runId + "-" + number,
                draft.region(),
                draft.kind(),
                draft.amount(),
                0,
                mapper.writeValueAsString(draft));
    }
}
