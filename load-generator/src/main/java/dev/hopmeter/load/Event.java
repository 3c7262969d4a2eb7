package dev.hopmeter.load;

import dev.hopmeter.contract.WindowKey;

/**
 * One order, message, event or query that is about to be sent, made before it is due.
 *
 * @param number counts up from 0 within a run, over probes, warm-up and measurement
 * @param key {@code run-number}: an order's idempotency key, a message's id
 * @param region of the order or message, or of the queried key
 * @param kind likewise
 * @param amount in minor units; 0 for a query
 * @param sequence of a message that is summed; 0 where nobody counts
 * @param json what is sent; of a query, the windows that it asks for: the word of their size, followed by {@code
 *     ?from=…&to=…} if not the last ten are meant
 */
public record Event(int number, String key, String region, String kind, long amount, long sequence, String json) {

    /** The key under which it is summed, or that is queried. */
    public WindowKey windowKey() {
        return new WindowKey(region, kind);
    }
}
