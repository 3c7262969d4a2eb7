package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Addresses;
import dev.hopmeter.stack.ConnectPart;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.Service;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the parts of a running conventional stack are; those that it does not have are not there.
 *
 * @param orderService {@code http://host:port}, as the other services
 * @param connectWorker a Kafka Connect worker's REST interface, where one is in place of {@code cdcConnector}; with user and
 *     password, if it wants them
 * @param aggregatorServices every instance
 * @param postgresUrl for JDBC
 * @param kafka bootstrap servers
 * @param redisUrl with its password, if it has one
 * @param arm the name of the configuration that the stack was started with
 * @param workload the word of the one that the stack was started for; empty if for all, or not known
 * @param settings every line of that configuration, those for one workload with their prefix; empty if not known
 */
record ConventionalEndpoints(
        Optional<URI> orderService,
        Optional<URI> cdcConnector,
        Optional<URI> connectWorker,
        Optional<URI> routerService,
        List<URI> aggregatorServices,
        Optional<URI> notifierService,
        Optional<String> postgresUrl,
        Optional<String> postgresUser,
        Optional<String> postgresPassword,
        String kafka,
        Optional<String> redisUrl,
        String arm,
        Optional<String> workload,
        Map<String, String> settings)
        implements Endpoints {

    /** Takes copies. */
    ConventionalEndpoints {
        aggregatorServices = List.copyOf(aggregatorServices);
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    @Override
    public Backend backend() {
        return Backend.CONVENTIONAL;
    }

    @Override
    public Site site(EpochClock clock, Progress progress, Map<String, String> armSettings) {
        return new ConventionalSite(clock, progress, this, armSettings);
    }

    /** The database, if there is one. */
    Optional<Addresses.Database> database() {
        return postgresUrl.map(
                url -> new Addresses.Database(url, postgresUser.orElse(""), postgresPassword.orElse("")));
    }

    /** @throws IOException if there is none, which the workload needs */
    URI order(Workload workload) throws IOException {
        return needed(orderService, "orderService", workload);
    }

    /** @throws IOException if there is none, which the workload needs */
    URI notifier(Workload workload) throws IOException {
        return needed(notifierService, "notifierService", workload);
    }

    /** @throws IOException if there is none, which the workload needs */
    List<URI> aggregators(Workload workload) throws IOException {
        needed(aggregatorServices.stream().findFirst(), "aggregatorServices", workload);
        return aggregatorServices;
    }

    private static <T> T needed(Optional<T> part, String name, Workload workload) throws IOException {
        return part.orElseThrow(() -> new IOException("the stack has no " + name + ", which " + workload.word()
                + " needs; start one with 'hopmeter up', or one for it with 'hopmeter up --workload "
                + workload.word() + "'"));
    }

    static ConventionalEndpoints of(LocalStack stack) {
        Addresses at = stack.addresses();
        return new ConventionalEndpoints(
                first(at, Service.ORDER),
                stack.connect().isPresent() ? Optional.empty() : first(at, Service.CDC),
                stack.connect().map(ConnectPart::urlWithPassword),
                first(at, Service.ROUTER),
                at.of(Service.AGGREGATOR),
                first(at, Service.NOTIFIER),
                at.postgres().map(Addresses.Database::url),
                at.postgres().map(Addresses.Database::user),
                at.postgres().map(Addresses.Database::password),
                at.bootstrapServers(),
                at.redis(),
                stack.arm().name(),
                stack.arm().workload().map(Workload::word),
                stack.arm().lines());
    }

    private static Optional<URI> first(Addresses at, Service service) {
        return at.of(service).stream().findFirst();
    }

    static ConventionalEndpoints of(AddressBook book) {
        return new ConventionalEndpoints(
                book.address("orderService"),
                book.address("cdcConnector"),
                book.address("connectWorker"),
                book.address("routerService"),
                book.addresses("aggregatorServices"),
                book.address("notifierService"),
                book.text("postgresUrl"),
                book.text("postgresUser"),
                book.text("postgresPassword"),
                book.needed("kafka"),
                book.text("redisUrl"),
                book.needed("arm"),
                book.workload(),
                book.settings());
    }
}
