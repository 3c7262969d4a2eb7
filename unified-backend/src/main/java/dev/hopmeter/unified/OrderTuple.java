package dev.hopmeter.unified;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.push.Frames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The columns of an order's row, as they came. What its frames end in is made when it is first wanted, and once: an order that
 * nobody wants costs no JSON.
 */
final class OrderTuple {

    private final WireFormat wireFormat;
    private final UUID id;
    private final @Nullable String idempotencyKey;
    private final String customer;
    private final String region;
    private final String kind;
    private final long amount;
    private final String currency;
    private final byte[] lines;
    private final long placedNanos;
    private @Nullable String frameEnd;

    OrderTuple(
            WireFormat wireFormat,
            UUID id,
            @Nullable String idempotencyKey,
            String customer,
            String region,
            String kind,
            long amount,
            String currency,
            byte[] lines,
            long placedNanos) {
        this.wireFormat = wireFormat;
        this.id = id;
        this.idempotencyKey = idempotencyKey;
        this.customer = customer;
        this.region = region;
        this.kind = kind;
        this.amount = amount;
        this.currency = currency;
        this.lines = lines;
        this.placedNanos = placedNanos;
    }

    /**
     * What every frame with this order ends in.
     *
     * @throws MalformedException if the row is no order
     */
    String frameEnd() {
        String made = frameEnd;
        if (made == null) {
            made = Frames.ending("order", new String(wireFormat.write(order()), StandardCharsets.UTF_8));
            frameEnd = made;
        }
        return made;
    }

    private Order order() {
        try {
            return new Order(
                    id,
                    Optional.ofNullable(idempotencyKey),
                    customer,
                    region,
                    kind,
                    amount,
                    currency,
                    List.of(wireFormat.read(lines, OrderLine[].class)),
                    EpochClock.toInstant(placedNanos));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("the row is no order: " + e.getMessage(), e);
        }
    }
}
