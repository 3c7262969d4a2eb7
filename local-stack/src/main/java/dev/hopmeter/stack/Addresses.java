package dev.hopmeter.stack;

import java.net.URI;

/**
 * Where the parts of a running stack are.
 *
 * @param order {@code http://127.0.0.1:PORT}, as the other services
 * @param postgres for JDBC
 * @param bootstrapServers of Kafka, separated by commas
 * @param redis with its password
 */
public record Addresses(
        URI order,
        URI cdc,
        URI router,
        URI aggregator,
        URI notifier,
        String postgres,
        String postgresUser,
        String postgresPassword,
        String bootstrapServers,
        String redis) {}
