package dev.hopmeter.stack;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Where the parts of a running stack are.
 *
 * @param services {@code http://127.0.0.1:PORT} of each instance of each service that it has
 * @param postgres if it has one
 * @param bootstrapServers of Kafka, separated by commas
 * @param redis with its password, if it has one
 */
public record Addresses(
        Map<Service, List<URI>> services,
        Optional<Database> postgres,
        String bootstrapServers,
        Optional<String> redis) {

    /**
     * A database and who may use it.
     *
     * @param url for JDBC
     */
    public record Database(String url, String user, String password) {

        private static final Duration PATIENCE = Duration.ofSeconds(10);

        /**
         * A connection whose server has ten seconds to take it up and for each answer, unless the address says otherwise.
         *
         * @throws SQLException if it cannot be had by then
         */
        public Connection connect() throws SQLException {
            return connect(PATIENCE);
        }

        /** Likewise, with more of the driver's properties. */
        public Connection connect(Properties more) throws SQLException {
            return connect(more, PATIENCE);
        }

        Connection connect(Duration patience) throws SQLException {
            return connect(new Properties(), patience);
        }

        private Connection connect(Properties more, Duration patience) throws SQLException {
            String seconds = Long.toString(patience.toSeconds());
            Properties properties = new Properties();
            properties.putAll(more);
            properties.setProperty("user", user);
            properties.setProperty("password", password);
            properties.setProperty("connectTimeout", seconds);
            properties.setProperty("loginTimeout", seconds);
            properties.setProperty("socketTimeout", seconds);
            return DriverManager.getConnection(url, properties);
        }
    }

    /** The instances of a service; none if the stack does not have it. */
    public List<URI> of(Service service) {
        return services.getOrDefault(service, List.of());
    }
}
