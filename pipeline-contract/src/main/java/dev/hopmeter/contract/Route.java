package dev.hopmeter.contract;

import static dev.hopmeter.contract.Stamp.CAPTURED;
import static dev.hopmeter.contract.Stamp.COMMITTED;
import static dev.hopmeter.contract.Stamp.CONFIRMED;
import static dev.hopmeter.contract.Stamp.DELIVERED;
import static dev.hopmeter.contract.Stamp.FETCHED;
import static dev.hopmeter.contract.Stamp.FOUND;
import static dev.hopmeter.contract.Stamp.INTENDED;
import static dev.hopmeter.contract.Stamp.PUSHED;
import static dev.hopmeter.contract.Stamp.READ;
import static dev.hopmeter.contract.Stamp.RECEIVED;
import static dev.hopmeter.contract.Stamp.ROUTED;
import static dev.hopmeter.contract.Stamp.SENT;
import static dev.hopmeter.contract.Stamp.STREAMED;
import static dev.hopmeter.contract.Stamp.SUMMED;
import static dev.hopmeter.contract.Stamp.TAKEN;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stamps that an event of one workload takes on one backend, in order. Immutable.
 *
 * @param backend what serves the workload
 * @param workload what is run
 * @param stamps at least two, the first {@link Stamp#INTENDED}, the last {@link Stamp#DELIVERED}, none twice
 */
public record Route(Backend backend, Workload workload, List<Stamp> stamps) {

    private static final Map<Backend, Map<Workload, Route>> ROUTES = new EnumMap<>(Backend.class);

    static {
        declare(
                Backend.CONVENTIONAL,
                Workload.JOURNEY,
                INTENDED,
                SENT,
                RECEIVED,
                COMMITTED,
                CAPTURED,
                TAKEN,
                ROUTED,
                FETCHED,
                PUSHED,
                DELIVERED);
        declare(
                Backend.CONVENTIONAL,
                Workload.WRITE_NOTIFY,
                INTENDED,
                SENT,
                RECEIVED,
                COMMITTED,
                CAPTURED,
                FETCHED,
                PUSHED,
                DELIVERED);
        declare(Backend.CONVENTIONAL, Workload.FAN_OUT, INTENDED, SENT, TAKEN, ROUTED, FETCHED, PUSHED, DELIVERED);
        declare(Backend.CONVENTIONAL, Workload.FRESHNESS, INTENDED, SENT, TAKEN, SUMMED, PUSHED, DELIVERED);
        declare(Backend.CONVENTIONAL, Workload.POINT_QUERY, INTENDED, SENT, RECEIVED, FOUND, READ, DELIVERED);
        declare(Backend.CONVENTIONAL, Workload.INGEST, INTENDED, SENT, DELIVERED);
        for (Workload pushed : List.of(Workload.JOURNEY, Workload.WRITE_NOTIFY, Workload.FAN_OUT)) {
            declare(
                    Backend.UNIFIED,
                    pushed,
                    INTENDED,
                    SENT,
                    RECEIVED,
                    COMMITTED,
                    STREAMED,
                    CONFIRMED,
                    ROUTED,
                    PUSHED,
                    DELIVERED);
        }
        declare(
                Backend.UNIFIED,
                Workload.FRESHNESS,
                INTENDED,
                SENT,
                RECEIVED,
                COMMITTED,
                STREAMED,
                CONFIRMED,
                SUMMED,
                PUSHED,
                DELIVERED);
        declare(Backend.UNIFIED, Workload.POINT_QUERY, INTENDED, SENT, RECEIVED, FOUND, READ, DELIVERED);
        declare(Backend.UNIFIED, Workload.INGEST, INTENDED, SENT, DELIVERED);
        for (Workload pushed : List.of(Workload.JOURNEY, Workload.WRITE_NOTIFY, Workload.FAN_OUT)) {
            declare(Backend.HARPER, pushed, INTENDED, SENT, RECEIVED, STREAMED, PUSHED, DELIVERED);
        }
        declare(Backend.HARPER, Workload.FRESHNESS, INTENDED, SENT, RECEIVED, SUMMED, STREAMED, PUSHED, DELIVERED);
        declare(Backend.HARPER, Workload.POINT_QUERY, INTENDED, SENT, RECEIVED, READ, DELIVERED);
        declare(Backend.HARPER, Workload.INGEST, INTENDED, SENT, DELIVERED);
        for (Workload workload : Workload.values()) {
            declare(Backend.IN_MEMORY, workload, INTENDED, SENT, DELIVERED);
        }
    }

    /**
     * Checks the stamps.
     *
     * @throws IllegalArgumentException if they do not start at INTENDED, do not end at DELIVERED, or repeat
     */
    public Route {
        stamps = List.copyOf(stamps);
        if (stamps.size() < 2 || stamps.getFirst() != INTENDED || stamps.getLast() != DELIVERED) {
            throw new IllegalArgumentException("a route leads from intended to delivered, not " + stamps);
        }
        if (EnumSet.copyOf(stamps).size() != stamps.size()) {
            throw new IllegalArgumentException("a route passes each stamp once, not " + stamps);
        }
    }

    /** The route of a workload on a backend, if that backend serves it. */
    public static Optional<Route> of(Backend backend, Workload workload) {
        return Optional.ofNullable(ROUTES.getOrDefault(backend, Map.of()).get(workload));
    }

    /** The workloads that a backend serves, in the order of declaration of {@link Workload}. */
    public static List<Workload> workloadsOf(Backend backend) {
        return List.copyOf(ROUTES.getOrDefault(backend, Map.of()).keySet());
    }

    /** The consecutive pairs of stamps, in order: one fewer than there are stamps. */
    public List<Hop> hops() {
        List<Hop> hops = new ArrayList<>(stamps.size() - 1);
        for (int i = 1; i < stamps.size(); i++) {
            hops.add(new Hop(stamps.get(i - 1), stamps.get(i)));
        }
        return hops;
    }

    /** The hop that ends at a stamp, if the route passes that stamp and it is not the first. */
    public Optional<Hop> hopEndingAt(Stamp stamp) {
        int at = stamps.indexOf(stamp);
        return at < 1 ? Optional.empty() : Optional.of(new Hop(stamps.get(at - 1), stamp));
    }

    private static void declare(Backend backend, Workload workload, Stamp... stamps) {
        ROUTES.computeIfAbsent(backend, b -> new EnumMap<>(Workload.class))
                .put(workload, new Route(backend, workload, List.of(stamps)));
    }
}
