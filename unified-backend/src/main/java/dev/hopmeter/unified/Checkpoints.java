package dev.hopmeter.unified;

import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.windows.Source;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import javax.sql.DataSource;

/** An instance's windows and position in the database, always those of one moment. Blocks for the database. */
final class Checkpoints {

    private static final String POSITION = """
        INSERT INTO unified_checkpoints (instance, position, orders_time_millis, events_time_millis)
        VALUES (?, ?::pg_lsn, ?, ?)
        ON CONFLICT (instance) DO UPDATE SET position = excluded.position,
            orders_time_millis = excluded.orders_time_millis, events_time_millis = excluded.events_time_millis
        """;

    private static final String WINDOWS = """
        INSERT INTO unified_windows (instance, source, size, key, start_millis, count, sum, through, newest_millis)
        SELECT ?, * FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
            ?::bigint[])
        ON CONFLICT (instance, source, size, key, start_millis) DO UPDATE SET count = excluded.count,
            sum = excluded.sum, through = excluded.through, newest_millis = excluded.newest_millis
        """;

    /** With which the name of a file of the log begins. */
    private static final int TIMELINE_DIGITS = 8;

    private final DataSource database;
    private final String instance;
    private final int limitSeconds;

    Checkpoints(DataSource database, String instance, int limitSeconds) {
        this.database = database;
        this.instance = instance;
        this.limitSeconds = limitSeconds;
    }

    /** What was written last, with every window; empty if nothing ever was. */
    Optional<Windows.Checkpoint> read() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT pg_wal_lsn_diff(position, '0/0')::bigint, orders_time_millis, events_time_millis"
                                + " FROM unified_checkpoints WHERE instance = ?")) {
            statement.setString(1, instance);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Map<Source, Long> times = new EnumMap<>(Source.class);
                times.put(Source.ORDERS, row.getLong(2));
                times.put(Source.EVENTS, row.getLong(3));
                return Optional.of(new Windows.Checkpoint(row.getLong(1), times, rows(connection)));
            }
        }
    }

    private List<Windows.Row> rows(Connection connection) throws SQLException {
        List<Windows.Row> rows = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT source, size, key, start_millis, count, sum, through, newest_millis"
                        + " FROM unified_windows WHERE instance = ?")) {
            statement.setString(1, instance);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Windows.Row(
                            Source.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
                            WindowSize.of(row.getString(2)).orElseThrow(),
                            row.getString(3),
                            row.getLong(4),
                            new WindowTotal(row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8))));
                }
            }
        }
        return rows;
    }

    /**
     * Writes what changed, durably.
     *
     * @param timeline of the log that it was read from: another one's database may lack what led to it
     * @throws SQLException if it may not be written, or not be durable
     */
    void write(Windows.Checkpoint checkpoint, long timeline) throws SQLException {
        transaction(connection -> {
            checkTimeline(connection, timeline);
            if (!checkpoint.changed().isEmpty()) {
                writeWindows(connection, checkpoint.changed());
            }
            writePosition(connection, checkpoint);
        });
    }

    private static void checkTimeline(Connection connection, long timeline) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_walfile_name(pg_current_wal_lsn())")) {
            row.next();
            long here = Long.parseLong(row.getString(1).substring(0, TIMELINE_DIGITS), 16);
            if (here != timeline) {
                throw new SQLException("the primary is on timeline " + here + ", and the log is read on " + timeline);
            }
        }
    }

    /** Deletes the windows of each source that start before that moment, in epoch milliseconds. */
    void expire(Map<Source, Long> before) throws SQLException {
        transaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "DELETE FROM unified_windows WHERE instance = ? AND source = ? AND start_millis < ?")) {
                for (Map.Entry<Source, Long> each : before.entrySet()) {
                    statement.setString(1, instance);
                    statement.setString(2, each.getKey().word());
                    statement.setLong(3, each.getValue());
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        });
    }

    /** Another instance that has windows, and whose slot has the log after them; the one that is furthest. */
    Optional<String> otherWithItsLog() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                    SELECT instance FROM unified_checkpoints
                    JOIN pg_replication_slots ON slot_name = 'hopmeter_' || replace(instance, '-', '_')
                    WHERE instance <> ? AND wal_status <> 'lost' ORDER BY position DESC LIMIT 1
                    """)) {
            statement.setString(1, instance);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** Takes over the windows of another instance, as it has written them down last. */
    void copyFrom(String other) throws SQLException {
        transaction(connection -> {
            delete(connection);
            try (PreparedStatement statement = connection.prepareStatement("""
                WITH windows AS (
                    INSERT INTO unified_windows
                    SELECT ?, source, size, key, start_millis, count, sum, through, newest_millis
                    FROM unified_windows WHERE instance = ?)
                INSERT INTO unified_checkpoints
                SELECT ?, position, orders_time_millis, events_time_millis FROM unified_checkpoints WHERE instance = ?
                """)) {
                statement.setString(1, instance);
                statement.setString(2, other);
                statement.setString(3, instance);
                statement.setString(4, other);
                statement.executeUpdate();
            }
        });
    }

    /** Forgets everything and starts from that position, with no window. */
    void startAnew(long position) throws SQLException {
        transaction(connection -> {
            delete(connection);
            writePosition(
                    connection,
                    new Windows.Checkpoint(position, Map.of(Source.ORDERS, 0L, Source.EVENTS, 0L), List.of()));
        });
    }

    private void delete(Connection connection) throws SQLException {
        for (String table : List.of("unified_windows", "unified_checkpoints")) {
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM " + table + " WHERE instance = ?")) {
                statement.setString(1, instance);
                statement.executeUpdate();
            }
        }
    }

    @FunctionalInterface
    private interface Work {
        void in(Connection connection) throws SQLException;
    }

    private void transaction(Work work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                work.in(connection);
                connection.clearWarnings();
                commit(connection);
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    /** As a statement, which unlike {@link Connection#commit} has a time limit. */
    private void commit(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("COMMIT")) {
            statement.setQueryTimeout(limitSeconds);
            statement.execute();
            Commits.assertDurable(statement);
        }
    }

    private void writePosition(Connection connection, Windows.Checkpoint checkpoint) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(POSITION)) {
            statement.setString(1, instance);
            statement.setString(2, Position.text(checkpoint.position()));
            statement.setLong(3, checkpoint.timesMillis().getOrDefault(Source.ORDERS, 0L));
            statement.setLong(4, checkpoint.timesMillis().getOrDefault(Source.EVENTS, 0L));
            statement.executeUpdate();
        }
    }

    private void writeWindows(Connection connection, List<Windows.Row> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WINDOWS)) {
            statement.setString(1, instance);
            texts(
                    connection,
                    statement,
                    2,
                    rows.stream().map(row -> row.source().word()).toList());
            texts(
                    connection,
                    statement,
                    3,
                    rows.stream().map(row -> row.size().word()).toList());
            texts(connection, statement, 4, rows.stream().map(Windows.Row::key).toList());
            numbers(connection, statement, 5, rows, Windows.Row::startMillis);
            numbers(connection, statement, 6, rows, row -> row.total().count());
            numbers(connection, statement, 7, rows, row -> row.total().sum());
            numbers(connection, statement, 8, rows, row -> row.total().through());
            numbers(connection, statement, 9, rows, row -> row.total().newestMillis());
            statement.executeUpdate();
        }
    }

    private static void texts(Connection connection, PreparedStatement statement, int at, List<String> texts)
            throws SQLException {
        statement.setArray(at, connection.createArrayOf("text", texts.toArray()));
    }

    private static void numbers(
            Connection connection,
            PreparedStatement statement,
            int at,
            List<Windows.Row> rows,
            ToLongFunction<Windows.Row> number)
            throws SQLException {
        Long[] numbers = rows.stream().mapToLong(number).boxed().toArray(Long[]::new);
        statement.setArray(at, connection.createArrayOf("bigint", numbers));
    }
}
