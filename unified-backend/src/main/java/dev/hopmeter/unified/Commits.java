package dev.hopmeter.unified;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of one statement each, whose durability is known when it returns. Postgres commits a transaction although the
 * wait for its second copy is cancelled, and then only warns; here that is a {@link NotDurableException}. Safe for use by many
 * threads.
 */
final class Commits {

    /** The class of notices, which warn of nothing. */
    private static final String NOTICES = "00";

    private static final String EMIT = "SELECT pg_logical_emit_message(true, '" + PublishedFrame.PREFIX
            + "', ?), pg_current_xact_id()::text::bigint AS xid";

    private static final String BARRIER = "SELECT pg_logical_emit_message(true, 'hopmeter.barrier', '')";

    private final Gate gate;
    private final Notify notify;
    private final int limitSeconds;

    /** Gives up each wait after that time. */
    Commits(Gate gate, Notify notify, int limitSeconds) {
        this.gate = gate;
        this.notify = notify;
        this.limitSeconds = limitSeconds;
    }

    /** The first row of what was committed. */
    @FunctionalInterface
    interface Reader<T> {
        /** Reads the row that the result is at. */
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Executes a statement that writes and answers at most one row, whose column {@code xid} is its transaction's number; what
     * it wrote can then be let through the gate.
     *
     * @return null where there is no row, and nothing was written
     * @throws NotDurableException if it is committed and its second copy is not known
     * @throws SQLException if it fails: if the connection broke, it may be committed
     */
    <T> @Nullable T commit(PreparedStatement statement, Reader<T> reader) throws SQLException {
        statement.setQueryTimeout(limitSeconds);
        T answer;
        long xid;
        try (ResultSet rows = statement.executeQuery()) {
            assertDurable(statement);
            if (!rows.next()) {
                return null;
            }
            xid = rows.getLong("xid");
            answer = reader.read(rows);
        }
        gate.confirmed(xid);
        return answer;
    }

    /**
     * Writes published frames to the log, and returns once they are durable.
     *
     * @throws SQLException as {@link #commit} does
     */
    void emit(Connection connection, byte[] content) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EMIT)) {
            statement.setBytes(1, content);
            commit(statement, row -> row);
        }
    }

    /**
     * Returns once everything that could be read in the database before is durable, also what somebody else committed whose
     * wait was cancelled.
     *
     * @throws SQLException as {@link #commit} does
     */
    void awaitAllBefore(Connection connection) throws SQLException {
        if (notify == Notify.LOCAL) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(BARRIER)) {
            statement.setQueryTimeout(limitSeconds);
            statement.execute();
            assertDurable(statement);
        }
    }

    /**
     * Throws what Postgres had to say against the durability of what that statement committed. Its warning has no state of its
     * own, and none of these statements has another reason to warn.
     */
    static void assertDurable(Statement statement) throws SQLException {
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            if (warning.getSQLState() == null || !warning.getSQLState().startsWith(NOTICES)) {
                throw new NotDurableException(warning);
            }
        }
    }
}
