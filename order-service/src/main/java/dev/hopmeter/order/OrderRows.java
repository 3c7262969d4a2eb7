package dev.hopmeter.order;

import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The table {@code orders}. Each method is a transaction of its own: what {@link #save} returns is committed. */
@Transactional(readOnly = true)
interface OrderRows extends Repository<OrderRow, UUID> {

    /** Inserts the row and gives it its id. */
    @Transactional
    OrderRow save(OrderRow row);

    Optional<OrderRow> findById(UUID id);

    Optional<OrderRow> findByIdempotencyKey(String idempotencyKey);
}
