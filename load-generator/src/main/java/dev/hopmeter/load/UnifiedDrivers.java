package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The drivers of a service that is all in one, which the unified one and Harper's nodes are: HTTP and WebSockets throughout.
 * Orders and queries go to its instances in turn, messages and events by their keys, and subscribers connect to one after the
 * other.
 */
public final class UnifiedDrivers implements Drivers {

    private static final String MESSAGES = "/publish/messages";
    private static final String EVENTS = "/publish/events";

    private final EpochClock clock;
    private final List<URI> instances;
    private final SocketPublisher.Settings publishing;
    private final Map<String, String> orderHeaders;

    /** Drivers of the instances at these addresses, one at least. */
    UnifiedDrivers(EpochClock clock, List<URI> instances, SocketPublisher.Settings publishing) {
        this(clock, instances, publishing, Map.of());
    }

    /**
     * Likewise.
     *
     * @param orderHeaders further headers of each order's placement
     */
    UnifiedDrivers(
            EpochClock clock,
            List<URI> instances,
            SocketPublisher.Settings publishing,
            Map<String, String> orderHeaders) {
        this.clock = clock;
        this.instances = List.copyOf(instances);
        this.publishing = publishing;
        this.orderHeaders = Map.copyOf(orderHeaders);
    }

    /**
     * Drivers of the service whose addresses are in that file, as {@code hopmeter up} writes it.
     *
     * @throws IOException if there is no such file, or something else in it; the message says which
     */
    public static UnifiedDrivers at(EpochClock clock, Path addresses) throws IOException {
        return switch (Endpoints.readFrom(addresses)) {
            case UnifiedEndpoints unified ->
                new UnifiedDrivers(clock, unified.unifiedServices(), SocketPublisher.Settings.USUAL);
            case HarperEndpoints harper -> harper.drivers(clock, SocketPublisher.Settings.USUAL);
            case ConventionalEndpoints other ->
                throw new IOException(addresses + " is of " + other.backend().word());
        };
    }

    @Override
    public Driver of(Workload workload, String runId, Duration answerWithin) throws IOException, InterruptedException {
        return switch (workload) {
            case JOURNEY -> orders("/notifications", runId, answerWithin);
            case WRITE_NOTIFY -> orders("/orders", runId, answerWithin);
            case FAN_OUT -> messages(runId);
            case FRESHNESS -> watched(Optional.empty());
            case POINT_QUERY -> new QueriesDriver(instances, answerWithin);
            case INGEST ->
                new PublishingDriver(
                        clock, events(), PublishingDriver.Places.none(workload), List.of(), Optional.empty(), true);
        };
    }

    /**
     * What a trial does.
     *
     * @param guarantee how often an event counts in its totals, in the backend's own words
     */
    Work work(TrialPlan plan, String runId, Progress progress, String guarantee)
            throws IOException, InterruptedException {
        return switch (plan.workload()) {
            case JOURNEY, WRITE_NOTIFY, FAN_OUT, INGEST -> Work.of(of(plan.workload(), runId, plan.deadline()));
            case FRESHNESS ->
                FreshnessWork.of(
                        clock,
                        progress,
                        plan,
                        runId,
                        truth -> watched(Optional.of(truth)),
                        first(),
                        Optional.empty(),
                        Optional.of(guarantee));
            case POINT_QUERY -> new PointQueryWork(clock, plan, runId, events(), instances, Optional.of(guarantee));
        };
    }

    private Driver orders(String path, String runId, Duration answerWithin) {
        return new OrdersDriver(instances, instances, path, runId + "-s", answerWithin, orderHeaders);
    }

    private Driver messages(String runId) throws IOException, InterruptedException {
        Subscriptions subscriptions = new Subscriptions(instances, "/notifications", runId + "-s");
        return new PublishingDriver(
                clock, publisher(MESSAGES), subscriptions::address, instances, Optional.empty(), false);
    }

    /** For {@code freshness}: publishes events, of which the truth is told, and attaches watchers. */
    PublishingDriver watched(Optional<Truth> truth) throws IOException, InterruptedException {
        return new PublishingDriver(
                clock, events(), PublishingDriver.Places.watching(first()), instances, truth, false);
    }

    /** Of events. */
    Publisher events() throws IOException, InterruptedException {
        return publisher(EVENTS);
    }

    private Publisher publisher(String path) throws IOException, InterruptedException {
        List<URI> places = instances.stream().map(each -> each.resolve(path)).toList();
        return places.size() == 1
                ? SocketPublisher.to(places.getFirst(), publishing)
                : SpreadPublisher.to(places, publishing);
    }

    private URI first() {
        return instances.getFirst();
    }
}
