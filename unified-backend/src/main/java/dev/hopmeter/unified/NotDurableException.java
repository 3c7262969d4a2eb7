package dev.hopmeter.unified;

import java.sql.SQLException;

/** A transaction is committed on the primary, and nobody knows of a second copy. */
final class NotDurableException extends SQLException {

    private static final long serialVersionUID = 1L;

    /** What Postgres says of a statement that is cancelled; what is to be committed again may well be durable then. */
    private static final String CANCELLED = "57014";

    NotDurableException(SQLException warning) {
        super("the wait for the second copy was given up: " + warning.getMessage(), CANCELLED, warning);
    }
}
