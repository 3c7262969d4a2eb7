package dev.hopmeter.rows;

import dev.hopmeter.contract.Order;
import java.util.Optional;

/** What a record of Debezium says. */
public sealed interface Change {

    /**
     * An order was placed.
     *
     * @param order as the row holds it
     * @param trail the row's trail, as it is written there
     * @param committedNanos Postgres's commit time; for a row read by a snapshot the time of that reading
     */
    record Placed(Order order, Optional<String> trail, long committedNanos) implements Change {}

    /**
     * Something else happened to a row, or the record is about no row.
     *
     * @param operation what, a word
     */
    record Other(String operation) implements Change {}

    /**
     * A row that is no order.
     *
     * @param id the row's id as text, empty if it has none
     * @param row its columns as JSON
     * @param reason what is wrong with it
     */
    record Unreadable(String id, String row, String reason) implements Change {}
}
