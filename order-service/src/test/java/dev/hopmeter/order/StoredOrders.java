package dev.hopmeter.order;

import dev.hopmeter.stack.PostgresPart;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Looks at the database from a connection of its own, so that it sees what is committed and nothing else. */
final class StoredOrders implements AutoCloseable {

    private final Connection connection;

    StoredOrders(PostgresPart postgres) throws SQLException {
        this.connection = DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
    }

    long count() throws SQLException {
        return number("SELECT count(*) FROM orders");
    }

    /** The number that a query answers. */
    long number(String query, String... parameters) throws SQLException {
        return Long.parseLong(text(query, parameters));
    }

    /** The first column of the first row of a query's answer as text, {@code null} as {@code "null"}. */
    String text(String query, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw new AssertionError("no row for " + query);
                }
                return String.valueOf(result.getString(1));
            }
        }
    }

    /** Keeps others from writing orders, until {@link #unlock()}. */
    void lock() throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement("LOCK TABLE orders IN EXCLUSIVE MODE")) {
            statement.execute();
        }
    }

    void unlock() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
