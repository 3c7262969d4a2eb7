package dev.hopmeter.rows;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.PoisonRecords;
import dev.hopmeter.spring.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** What is sent for a row: an order to the change topic, a row that is no order to the dead letters. Safe for many threads. */
public final class OrderRecords {

    private final WireFormat wireFormat;
    private final Stamping stamping;
    private final String changes;
    private final String deadLetters;
    private final byte[] consumer;

    /**
     * Records for those topics.
     *
     * @param consumer named on a dead letter as the one that put it aside
     */
    public OrderRecords(WireFormat wireFormat, Stamping stamping, String changes, String deadLetters, String consumer) {
        this.wireFormat = wireFormat;
        this.stamping = stamping;
        this.changes = changes;
        this.deadLetters = deadLetters;
        this.consumer = consumer.getBytes(StandardCharsets.UTF_8);
    }

    /** The trail that the row holds, or empty if there is none or it cannot be read. */
    public static Optional<Trail> trail(Change.Placed placed) {
        return placed.trail().flatMap(text -> {
            try {
                return Optional.of(Trail.parse(text));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        });
    }

    /**
     * The record for the change topic, with COMMITTED and CAPTURED added to the trail.
     *
     * @param trail as {@link #trail} answers it
     * @param capturedNanos when the row came in hand, epoch nanoseconds
     */
    public TopicRecord published(Change.Placed placed, Optional<Trail> trail, long capturedNanos) {
        long committed = placed.committedNanos();
        Map<String, byte[]> headers = trail.map(read -> {
                    Trail stamped = stamping.at(read, Stamp.COMMITTED, committed);
                    return stamping.at(stamped, Stamp.CAPTURED, capturedNanos);
                })
                .map(stamped -> Map.of(Trail.HEADER, stamped.text().getBytes(StandardCharsets.US_ASCII)))
                .orElse(Map.of());
        return new TopicRecord(
                changes,
                placed.order().id().toString(),
                wireFormat.write(placed.order()),
                OptionalLong.of(TimeUnit.NANOSECONDS.toMillis(committed)),
                headers);
    }

    /** The record for the dead letters, with its reason. */
    public TopicRecord putAside(Change.Unreadable unreadable) {
        return new TopicRecord(
                deadLetters,
                unreadable.id(),
                unreadable.row().getBytes(StandardCharsets.UTF_8),
                OptionalLong.empty(),
                Map.of(
                        PoisonRecords.REASON,
                        unreadable.reason().getBytes(StandardCharsets.UTF_8),
                        PoisonRecords.CONSUMER,
                        consumer));
    }
}
