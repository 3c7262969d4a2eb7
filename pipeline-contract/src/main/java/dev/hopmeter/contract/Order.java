package dev.hopmeter.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A stored order, the same in the answer to its placement, on the change topic and in the notification.
 *
 * @param id given by the backend
 * @param idempotencyKey given by the client, 1 to 128 visible ASCII characters: one order at most is stored for a key
 * @param customer who orders, 1 to 64 characters
 * @param region where
 * @param kind what sort of order
 * @param amount in minor units of the currency
 * @param currency ISO 4217
 * @param lines the positions
 * @param placedAt when the backend received it
 */
public record Order(
        UUID id,
        Optional<String> idempotencyKey,
        String customer,
        String region,
        String kind,
        long amount,
        String currency,
        List<OrderLine> lines,
        Instant placedAt) {

    /**
     * Checks the order as {@link OrderDraft} does.
     *
     * @throws IllegalArgumentException if a part is out of its bounds; the message names it
     */
    public Order {
        idempotencyKey.ifPresent(key -> Limits.idempotencyKey("the idempotency key", key));
        lines = new OrderDraft(customer, region, kind, amount, currency, lines).lines();
    }

    /** The key under which this order is summed. */
    public WindowKey windowKey() {
        return new WindowKey(region, kind);
    }
}
