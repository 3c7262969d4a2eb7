package dev.hopmeter.spring.orders;

import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.Trail;
import java.util.Optional;
import java.util.UUID;

/** Where orders are stored, and read from again. Blocks for the database; safe for use by many threads. */
public interface OrderStore {

    /**
     * Stores the draft as an order, unless its key is known. When this returns, the order that it answers is committed, at
     * the durability that the service promises.
     *
     * @param receivedNanos the order's moment, in epoch nanoseconds
     * @throws org.springframework.dao.DataAccessException or
     *     {@link org.springframework.transaction.TransactionException} if the database fails. The order is then stored as a
     *     whole or not at all; if the connection broke while committing, only the database knows which, and a repetition
     *     with the same key finds out.
     */
    Placement place(OrderDraft draft, Optional<String> key, Optional<Trail> trail, long receivedNanos);

    /** The order with that id, if it is committed. */
    Optional<Order> find(UUID id);
}
