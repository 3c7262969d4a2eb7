package dev.hopmeter.unified;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.postgresql.PGProperty;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Where the primary is, for connections beside those of the pool.
 *
 * @param silence longest that it says nothing where an answer is waited for, before the connection is given up
 */
record PrimaryAddress(JdbcConnectionDetails details, Duration silence) {

    /**
     * A connection of the caller's own. Blocks, for each server that the address names no longer than a few times the silence.
     *
     * @param application its name in the server's views
     * @param more properties of the driver
     */
    Connection connect(String application, Map<PGProperty, String> more) throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, details.getUsername());
        PGProperty.PASSWORD.set(properties, details.getPassword());
        PGProperty.APPLICATION_NAME.set(properties, application);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        // Each step of connecting has its limit, so that a server which is silent does not keep another from being
        // found.
        PGProperty.LOGIN_TIMEOUT.set(properties, 0);
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds(silence));
        PGProperty.SSL_RESPONSE_TIMEOUT.set(properties, Math.toIntExact(silence.toMillis()));
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds(silence));
        more.forEach((property, value) -> property.set(properties, value));
        return DriverManager.getConnection(details.getJdbcUrl(), properties);
    }

    /** As the driver wants it: whole ones, rounded up. */
    static int seconds(Duration duration) {
        return Math.toIntExact(duration.plusSeconds(1).minusNanos(1).toSeconds());
    }
}
