package dev.hopmeter.spring.orders;

import dev.hopmeter.contract.Order;

/** What became of an order that was to be placed. */
public sealed interface Placement {

    /** It is stored and committed. */
    record Stored(Order order) implements Placement {}

    /** It had been stored before under the same idempotency key; nothing was written. */
    record Replayed(Order order) implements Placement {}

    /** Its idempotency key belongs to an order with other content; nothing was written. */
    record KeyTaken(String key) implements Placement {}
}
