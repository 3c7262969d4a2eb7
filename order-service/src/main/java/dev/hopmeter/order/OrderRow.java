package dev.hopmeter.order;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.contract.Trail;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.UuidGenerator;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** One row of {@code orders}. It has no id until it is saved, which is how an insert is told from an update. */
@Entity
@Immutable
@Table(name = "orders")
class OrderRow {

    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    private @Nullable UUID id;

    private @Nullable String idempotencyKey;
    private byte[] fingerprint;
    private String customer;
    private String region;
    private String kind;
    private long amount;
    private String currency;

    @JdbcTypeCode(SqlTypes.JSON)
    private List<OrderLine> lines;

    @Column(name = "placed_at")
    private Instant placedAt;

    private long placedNanos;

    @Column(name = "trail")
    private @Nullable String trail;

    /** For Hibernate, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    protected OrderRow() {}

    OrderRow(OrderDraft draft, byte[] fingerprint, Optional<String> key, Optional<Trail> trail, long placedNanos) {
        this.idempotencyKey = key.orElse(null);
        this.fingerprint = fingerprint.clone();
        this.customer = draft.customer();
        this.region = draft.region();
        this.kind = draft.kind();
        this.amount = draft.amount();
        this.currency = draft.currency();
        this.lines = draft.lines();
        this.placedAt = EpochClock.toInstant(placedNanos).truncatedTo(ChronoUnit.MICROS);
        this.placedNanos = placedNanos;
        this.trail = trail.map(Trail::text).orElse(null);
    }

    /**
     * The stored order.
     *
     * @throws IllegalStateException if the row has not been saved
     */
    Order order() {
        if (id == null) {
            throw new IllegalStateException("an order has no id before it is saved");
        }
        return new Order(
                id,
                Optional.ofNullable(idempotencyKey),
                customer,
                region,
                kind,
                amount,
                currency,
                lines,
                EpochClock.toInstant(placedNanos));
    }

    boolean hasFingerprint(byte[] other) {
        return Arrays.equals(fingerprint, other);
    }
}
