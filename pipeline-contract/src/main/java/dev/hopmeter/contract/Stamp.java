package dev.hopmeter.contract;

import java.util.Locale;
import java.util.Optional;

/** A moment on an event's way, in epoch nanoseconds of {@link EpochClock}. Each is taken at exactly one place in the code. */
public enum Stamp {
    /** The load generator's schedule says that the event is due. */
    INTENDED,
    /** The load generator is about to write the event. */
    SENT,
    /** First line of the handler that accepts the event. */
    RECEIVED,
    /** Postgres's own commit time, read from Debezium's source timestamp or from the log's commit record. */
    COMMITTED,
    /** First line of the change-data-capture connector's handler. */
    CAPTURED,
    /** First line after the unified service has read the log, or Harper's application was told of the record. */
    STREAMED,
    /** The unified service knows that a second copy of the event is flushed. */
    CONFIRMED,
    /** First line with the record in hand, in the router or the stream processor. */
    TAKEN,
    /** The router has looked up the recipients and is about to hand the event over. */
    ROUTED,
    /** The store of the aggregate's window is updated. */
    SUMMED,
    /** First line with the event in hand, in the notifier. */
    FETCHED,
    /** Just before the socket write. */
    PUSHED,
    /** The owner of a queried key is known. */
    FOUND,
    /** The value of a queried key is read. */
    READ,
    /** First line of the load generator's callback. */
    DELIVERED;

    private static final Stamp[] ALL = values();

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The stamp's word on the wire and in metrics: its name in lower case. */
    public String word() {
        return word;
    }

    /** The stamp with that word, if there is one. */
    public static Optional<Stamp> of(String word) {
        for (Stamp stamp : ALL) {
            if (stamp.word.equals(word)) {
                return Optional.of(stamp);
            }
        }
        return Optional.empty();
    }

    static int count() {
        return ALL.length;
    }

    static Stamp at(int ordinal) {
        return ALL[ordinal];
    }
}
