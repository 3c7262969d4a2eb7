package dev.hopmeter.contract;

import java.util.List;

/**
 * What a client places.
 *
 * @param customer who orders, 1 to 64 characters
 * @param region where, a word of 1 to 32 of a-z, 0-9 and '-'
 * @param kind what sort of order, a word like the region
 * @param amount in minor units of the currency (cents), 1 to {@link Limits#MAX_AMOUNT}
 * @param currency ISO 4217, three capital letters
 * @param lines 1 to {@link Limits#MAX_LINES} positions
 */
public record OrderDraft(
        String customer, String region, String kind, long amount, String currency, List<OrderLine> lines) {

    /**
     * Checks the draft.
     *
     * @throws IllegalArgumentException if a part is out of its bounds; the message names it
     */
    public OrderDraft {
        Limits.length("customer", customer, 1, 64);
        Limits.word("region", region);
        Limits.word("kind", kind);
        Limits.range("amount", amount, 1, Limits.MAX_AMOUNT);
        Limits.currency("currency", currency);
        Limits.range("the number of lines", lines.size(), 1, Limits.MAX_LINES);
        lines = List.copyOf(lines);
    }
}
