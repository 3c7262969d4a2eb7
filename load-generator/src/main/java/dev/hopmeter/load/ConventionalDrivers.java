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

/** The drivers of the separate services: for each workload what a client of theirs natively uses. */
public final class ConventionalDrivers implements Drivers {

    private static final String MESSAGES = "hopmeter.messages";
    private static final String EVENTS = "hopmeter.events";

    private final EpochClock clock;
    private final ConventionalEndpoints at;
    private final Map<String, String> settings;

    /**
     * Drivers of the services at these addresses.
     *
     * @param settings of the arm: those of {@code publisher.} are the producer's
     */
    ConventionalDrivers(EpochClock clock, ConventionalEndpoints at, Map<String, String> settings) {
        this.clock = clock;
        this.at = at;
        this.settings = Publisher.settings(settings);
    }

    /**
     * Drivers of the services whose addresses are in that file, as {@code hopmeter up} writes it.
     *
     * @param settings of the arm: those of {@code publisher.} are the producer's
     * @throws IOException if there is no such file, or something else in it; the message says which
     */
    public static ConventionalDrivers at(EpochClock clock, Path addresses, Map<String, String> settings)
            throws IOException {
        return switch (Endpoints.readFrom(addresses)) {
            case ConventionalEndpoints conventional -> new ConventionalDrivers(clock, conventional, settings);
            case UnifiedEndpoints other ->
                throw new IOException(addresses + " is of " + other.backend().word());
            case HarperEndpoints other ->
                throw new IOException(addresses + " is of " + other.backend().word());
        };
    }

    @Override
    public Driver of(Workload workload, String runId, Duration answerWithin) throws IOException, InterruptedException {
        return switch (workload) {
            case JOURNEY -> orders(workload, "/notifications", runId, answerWithin);
            case WRITE_NOTIFY -> orders(workload, "/orders", runId, answerWithin);
            case FAN_OUT -> messages(workload, runId);
            case FRESHNESS -> watched(Optional.empty());
            case POINT_QUERY -> new QueriesDriver(at.aggregators(workload), answerWithin);
            case INGEST ->
                new PublishingDriver(
                        clock, events(), PublishingDriver.Places.none(workload), List.of(), Optional.empty(), true);
        };
    }

    private Driver orders(Workload workload, String path, String runId, Duration answerWithin) throws IOException {
        return new OrdersDriver(
                List.of(at.order(workload)),
                List.of(at.notifier(workload)),
                path,
                runId + "-s",
                answerWithin,
                Map.of());
    }

    private Driver messages(Workload workload, String runId) throws IOException, InterruptedException {
        Subscriptions subscriptions = new Subscriptions(List.of(at.notifier(workload)), "/notifications", runId + "-s");
        return new PublishingDriver(
                clock,
                KafkaPublisher.to(at.kafka(), MESSAGES, Event::key, settings),
                subscriptions::address,
                subscriptions.notifiers(),
                Optional.empty(),
                false);
    }

    /** For {@code freshness}: publishes events, of which the truth is told, and attaches watchers. */
    PublishingDriver watched(Optional<Truth> truth) throws IOException, InterruptedException {
        URI aggregator = at.aggregators(Workload.FRESHNESS).getFirst();
        return new PublishingDriver(
                clock, events(), PublishingDriver.Places.watching(aggregator), List.of(aggregator), truth, false);
    }

    /** To the topic of events. */
    Publisher events() throws IOException, InterruptedException {
        return KafkaPublisher.to(at.kafka(), EVENTS, event -> event.windowKey().text(), settings);
    }
}
