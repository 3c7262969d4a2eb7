package dev.hopmeter.unified;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The logical replication slot in which Postgres keeps the log for this instance, from the position on that it has confirmed.
 * It is kept on standbys too, if they do that. Blocks for the database.
 */
final class Slot {

    private static final String PREFIX = "hopmeter_";

    /** An advisory lock: the ASCII of "hopmeter". */
    private static final long BEGINNING = 0x686F706D65746572L;

    private final DataSource database;
    private final String name;

    Slot(DataSource database, String name) {
        this.database = database;
        this.name = name;
    }

    /**
     * What Postgres says of it.
     *
     * @param confirmed the position up to which it need not be read again
     * @param lagBytes how much of the log lies after that
     * @param retainedBytes how much of the log Postgres cannot throw away because of it
     * @param lost why it cannot be read any more; null for one that can
     */
    record State(
            long confirmed,
            long lagBytes,
            long retainedBytes,
            @Nullable String lost) {}

    /** The name of the slot of the instance with that name. */
    static String name(String instance) {
        return PREFIX + instance.replace('-', '_');
    }

    String name() {
        return name;
    }

    /** What is done while no other instance does the same. */
    @FunctionalInterface
    interface Work<T> {
        /** Does it. */
        T run() throws SQLException;
    }

    /** Does that while no other instance does anything so. */
    <T> T alone(Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + BEGINNING + ")");
            try {
                return work.run();
            } finally {
                statement.execute("SELECT pg_advisory_unlock(" + BEGINNING + ")");
            }
        }
    }

    /** How it is now; empty if there is none. */
    Optional<State> state() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                    SELECT pg_wal_lsn_diff(confirmed_flush_lsn, '0/0')::bigint,
                        pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint,
                        pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint,
                        CASE WHEN wal_status = 'lost' THEN coalesce(invalidation_reason, wal_status) END
                    FROM pg_replication_slots WHERE slot_name = ?
                    """)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new State(row.getLong(1), row.getLong(2), row.getLong(3), row.getString(4)))
                        : Optional.empty();
            }
        }
    }

    /** Makes it, and answers the position from which on it has the log. */
    long create() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                    SELECT pg_wal_lsn_diff(lsn, '0/0')::bigint
                    FROM pg_create_logical_replication_slot(?, 'pgoutput', failover => true)
                    """)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Makes it as a copy of another, which has the log from the same position on, or from an earlier one. */
    void copyFrom(String other) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT pg_copy_logical_replication_slot(?, ?)")) {
            statement.setString(1, other);
            statement.setString(2, name);
            statement.execute();
        }
    }

    /** Takes it away. */
    void drop() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
            statement.setString(1, name);
            statement.execute();
        }
    }
}
