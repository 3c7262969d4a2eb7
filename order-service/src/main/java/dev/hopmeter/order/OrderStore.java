package dev.hopmeter.order;

import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.Trail;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/** Stores orders in Postgres and reads them back. Blocks for the database; safe for use by many threads. */
@Component
class OrderStore {

    private final OrderRows rows;
    private final Fingerprints fingerprints;

    OrderStore(OrderRows rows, Fingerprints fingerprints) {
        this.rows = rows;
        this.fingerprints = fingerprints;
    }

    /**
     * Stores the draft as an order, unless its key is known. When this returns, the order that it answers is committed.
     *
     * <p>The key is not looked up first: the unique column decides, also between requests that arrive at the same time, and
     * a new order costs one statement. The refused insert has then waited for the first order's commit, so that a read in a
     * new transaction finds it.
     *
     * @param receivedNanos the order's moment, in epoch nanoseconds
     * @throws org.springframework.dao.DataAccessException or
     *     {@link org.springframework.transaction.TransactionException} if the database fails. The order is then stored as a
     *     whole or not at all; if the connection broke while committing, only the database knows which, and a repetition
     *     with the same key finds out.
     */
    Placement place(OrderDraft draft, Optional<String> key, Optional<Trail> trail, long receivedNanos) {
        byte[] fingerprint = fingerprints.of(draft);
        OrderRow row = new OrderRow(draft, fingerprint, key, trail, receivedNanos);
        try {
            return new Placement.Stored(rows.save(row).order());
        } catch (DataIntegrityViolationException refused) {
            return key.flatMap(taken -> earlier(taken, fingerprint)).orElseThrow(() -> refused);
        }
    }

    /** The order with that id, if it is committed. */
    Optional<Order> find(UUID id) {
        return rows.findById(id).map(OrderRow::order);
    }

    private Optional<Placement> earlier(String key, byte[] fingerprint) {
        return rows.findByIdempotencyKey(key)
                .map(first -> first.hasFingerprint(fingerprint)
                        ? new Placement.Replayed(first.order())
                        : new Placement.KeyTaken(key));
    }
}
