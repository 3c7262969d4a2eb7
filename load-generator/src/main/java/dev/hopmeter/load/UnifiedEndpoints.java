package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Addresses;
import dev.hopmeter.stack.PostgresServer;
import dev.hopmeter.stack.ReplicatedPostgresPart;
import dev.hopmeter.stack.ServicePart;
import dev.hopmeter.stack.UnifiedStack;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the parts of a running unified stack are; those that it does not have are not there.
 *
 * @param unifiedServices {@code http://host:port} of every instance, one at least
 * @param postgresUrl of the primary, for JDBC
 * @param postgresStandbyUrls of the others, likewise
 */
record UnifiedEndpoints(
        List<URI> unifiedServices,
        Optional<String> postgresUrl,
        List<String> postgresStandbyUrls,
        Optional<String> postgresUser,
        Optional<String> postgresPassword,
        String arm,
        Optional<String> workload,
        Map<String, String> settings)
        implements Endpoints {

    /** Takes copies. */
    UnifiedEndpoints {
        if (unifiedServices.isEmpty()) {
            throw new IllegalArgumentException("unifiedServices is missing");
        }
        unifiedServices = List.copyOf(unifiedServices);
        postgresStandbyUrls = List.copyOf(postgresStandbyUrls);
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    @Override
    public Backend backend() {
        return Backend.UNIFIED;
    }

    @Override
    public Site site(EpochClock clock, Progress progress, Map<String, String> armSettings) {
        return new UnifiedSite(clock, progress, this, armSettings);
    }

    /** The database of the primary, if it is known. */
    Optional<Addresses.Database> primary() {
        return postgresUrl.map(this::database);
    }

    /** Those of the others. */
    List<Addresses.Database> standbys() {
        return postgresStandbyUrls.stream().map(this::database).toList();
    }

    private Addresses.Database database(String url) {
        return new Addresses.Database(url, postgresUser.orElse(""), postgresPassword.orElse(""));
    }

    static UnifiedEndpoints of(UnifiedStack stack) {
        ReplicatedPostgresPart postgres = stack.postgres();
        return new UnifiedEndpoints(
                stack.instances().stream().map(ServicePart::url).toList(),
                Optional.of(postgres.jdbcUrl()),
                postgres.standbys().stream().map(PostgresServer::jdbcUrl).toList(),
                Optional.of(postgres.username()),
                Optional.of(postgres.password()),
                stack.arm().name(),
                stack.arm().workload().map(Workload::word),
                stack.arm().lines());
    }

    static UnifiedEndpoints of(AddressBook book) {
        return new UnifiedEndpoints(
                book.addresses("unifiedServices"),
                book.text("postgresUrl"),
                book.texts("postgresStandbyUrls"),
                book.text("postgresUser"),
                book.text("postgresPassword"),
                book.needed("arm"),
                book.workload(),
                book.settings());
    }
}
