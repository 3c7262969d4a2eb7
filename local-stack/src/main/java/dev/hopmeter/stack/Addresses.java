package dev.hopmeter.stack;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    public record Database(String url, String user, String password) {}

    /** The instances of a service; none if the stack does not have it. */
    public List<URI> of(Service service) {
        return services.getOrDefault(service, List.of());
    }
}
