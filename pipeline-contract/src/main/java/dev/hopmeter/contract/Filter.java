package dev.hopmeter.contract;

import java.util.Optional;

/**
 * Which orders or messages a subscriber gets: those that satisfy every part that is given.
 *
 * @param region only this region, or any
 * @param kind only this kind, or any
 * @param leastAmount only amounts from here on, in minor units; 0 lets every amount pass
 */
public record Filter(Optional<String> region, Optional<String> kind, long leastAmount) {

    /** Lets everything pass. */
    public static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), 0);

    /**
     * Checks the filter.
     *
     * @throws IllegalArgumentException if a part is out of its bounds; the message names it
     */
    public Filter {
        region.ifPresent(word -> Limits.word("region", word));
        kind.ifPresent(word -> Limits.word("kind", word));
        Limits.range("leastAmount", leastAmount, 0, Limits.MAX_AMOUNT);
    }

    /** Whether an event of that region, kind and amount (in minor units) passes. Every backend's routing agrees with it. */
    public boolean matches(String eventRegion, String eventKind, long eventAmount) {
        return region.map(eventRegion::equals).orElse(true)
                && kind.map(eventKind::equals).orElse(true)
                && eventAmount >= leastAmount;
    }

    /** Whether the message passes. */
    public boolean matches(Message message) {
        return matches(message.region(), message.kind(), message.amount());
    }

    /** Whether the order passes. */
    public boolean matches(Order order) {
        return matches(order.region(), order.kind(), order.amount());
    }
}
