package dev.hopmeter.load;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.OrderLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;

/** The orders of a run and the filters that pick from them. The same seed makes the same orders. */
final class OrderMix {

    /** The most subscribers that a run has, the one that is measured among them. */
    static final int MOST_SUBSCRIBERS = 64;

    private static final List<String> REGIONS = List.of("eu-west", "eu-central", "us-east", "us-west", "ap-south");
    private static final List<String> KINDS = List.of("retail", "wholesale", "subscription", "gift");
    /** No order of the mix is of this region: whoever subscribes to it must get nothing. */
    private static final String NOWHERE = "nowhere";

    private static final long LEAST_AMOUNT = 100;
    private static final double DECADES = 4;

    private final String runId;
    private final long seed;
    private final JsonMapper mapper = JsonMapper.builder().build();

    OrderMix(String runId, long seed) {
        this.runId = runId;
        this.seed = seed;
    }

    /** The order of that number. */
    Event event(int number) {
        return event(number, draft(number));
    }

    /** An order that passes that filter, whichever it is. */
    Event probe(int number, Filter filter) {
        return event(
                number,
                new OrderDraft(
                        "probe",
                        filter.region().orElse(REGIONS.getFirst()),
                        filter.kind().orElse(KINDS.getFirst()),
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
        String region = REGIONS.get((form + round) % REGIONS.size());
        String kind = KINDS.get((form + round) % KINDS.size());
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
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
        List<OrderLine> lines = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            lines.add(new OrderLine("sku-" + random.nextInt(500), random.nextInt(1, 10)));
        }
        return new OrderDraft(
                "c-" + random.nextInt(1_000),
                REGIONS.get(random.nextInt(REGIONS.size())),
                KINDS.get(random.nextInt(KINDS.size())),
                Math.round(LEAST_AMOUNT * Math.pow(10, DECADES * random.nextDouble())),
                "EUR",
                lines);
    }

    private Event event(int number, OrderDraft draft) {
        return new Event(number, runId + "-" + number, draft, mapper.writeValueAsString(draft));
    }
}
