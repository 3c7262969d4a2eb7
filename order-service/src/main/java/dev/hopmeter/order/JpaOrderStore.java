package dev.hopmeter.order;

import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.orders.Fingerprints;
import dev.hopmeter.spring.orders.OrderStore;
import dev.hopmeter.spring.orders.Placement;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/** Stores orders in Postgres by Hibernate. */
@Component
class JpaOrderStore implements OrderStore {

    private final OrderRows rows;
    private final Fingerprints fingerprints;

    JpaOrderStore(OrderRows rows, Fingerprints fingerprints) {
        this.rows = rows;
        this.fingerprints = fingerprints;
    }

    /**
     * The key is not looked up first: the unique column decides, also between requests that arrive at the same time, and
     * a new order costs one statement. The refused insert has then waited for the first order's commit, so that a read in a
     * new transaction finds it.
     */
    @Override
    public Placement place(OrderDraft draft, Optional<String> key, Optional<Trail> trail, long receivedNanos) {
        byte[] fingerprint = fingerprints.of(draft);
        OrderRow row = new OrderRow(draft, fingerprint, key, trail, receivedNanos);
        try {
            return new Placement.Stored(rows.save(row).order());
        } catch (DataIntegrityViolationException refused) {
            return key.flatMap(taken -> earlier(taken, fingerprint)).orElseThrow(() -> refused);
        }
    }

    @Override
    public Optional<Order> find(UUID id) {
        return rows.findById(id).map(OrderRow::order);
    }

    private Optional<Placement> earlier(String key, byte[] fingerprint) {
        return rows.findByIdempotencyKey(key)
                .map(first -> first.hasFingerprint(fingerprint)
                        ? new Placement.Replayed(first.order())
                        : new Placement.KeyTaken(key));
    }
}
