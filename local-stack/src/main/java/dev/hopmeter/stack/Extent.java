package dev.hopmeter.stack;

import dev.hopmeter.contract.Workload;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which services a stack has, how many instances of the aggregator, and what the services read. What no service needs is not
 * started either: without {@link Service#ORDER} and {@link Service#CDC} there is no Postgres, without {@link Service#ROUTER}
 * and {@link Service#NOTIFIER} no Redis.
 *
 * @param services those that are started
 * @param aggregators instances of {@link Service#AGGREGATOR}, if it is one of them
 * @param properties of a service, which an arm can override
 */
public record Extent(Set<Service> services, int aggregators, Map<Service, Map<String, String>> properties) {

    /** Every service, each reading all that it can. */
    public static final Extent WHOLE = new Extent(EnumSet.allOf(Service.class), 1, Map.of());

    private static final Map<String, String> ROUTED_ORDERS = Map.of("hopmeter.router.sources", "orders");
    private static final Map<String, String> ROUTED_MESSAGES = Map.of("hopmeter.router.sources", "messages");
    private static final Map<String, String> SUMMED_ORDERS = Map.of("hopmeter.aggregator.sources", "orders");
    private static final Map<String, String> SUMMED_EVENTS = Map.of("hopmeter.aggregator.sources", "events");

    /** Takes copies. */
    public Extent {
        services = Collections.unmodifiableSet(
                services.isEmpty() ? EnumSet.noneOf(Service.class) : EnumSet.copyOf(services));
        properties = Map.copyOf(properties);
    }

    /** What the route of that workload leads through, and nothing that would only take processor time from it. */
    public static Extent of(Workload workload) {
        return switch (workload) {
            case JOURNEY ->
                new Extent(
                        EnumSet.allOf(Service.class),
                        1,
                        Map.of(Service.ROUTER, ROUTED_ORDERS, Service.AGGREGATOR, SUMMED_ORDERS));
            case WRITE_NOTIFY -> new Extent(EnumSet.of(Service.ORDER, Service.CDC, Service.NOTIFIER), 0, Map.of());
            case FAN_OUT ->
                new Extent(EnumSet.of(Service.ROUTER, Service.NOTIFIER), 0, Map.of(Service.ROUTER, ROUTED_MESSAGES));
            case FRESHNESS -> new Extent(EnumSet.of(Service.AGGREGATOR), 1, Map.of(Service.AGGREGATOR, SUMMED_EVENTS));
            // Two, so that some answers have to be forwarded.
            case POINT_QUERY ->
                new Extent(EnumSet.of(Service.AGGREGATOR), 2, Map.of(Service.AGGREGATOR, SUMMED_EVENTS));
            case INGEST -> new Extent(EnumSet.noneOf(Service.class), 0, Map.of());
        };
    }

    boolean needsPostgres() {
        return services.contains(Service.ORDER) || services.contains(Service.CDC);
    }

    boolean needsRedis() {
        return services.contains(Service.ROUTER) || services.contains(Service.NOTIFIER);
    }

    int instances(Service service) {
        if (!services.contains(service)) {
            return 0;
        }
        return service == Service.AGGREGATOR ? aggregators : 1;
    }

    Map<String, String> propertiesOf(Service service) {
        return properties.getOrDefault(service, Map.of());
    }
}
