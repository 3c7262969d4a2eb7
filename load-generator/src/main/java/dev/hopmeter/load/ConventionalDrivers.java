package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The drivers of the separate services: for each workload what a client of theirs natively uses. */
public final class ConventionalDrivers {

    private static final String MESSAGES = "hopmeter.messages";
    private static final String EVENTS = "hopmeter.events";
    private static final String PUBLISHER = "publisher.";

    private final EpochClock clock;
    private final Endpoints at;
    private final Map<String, String> settings;

    /**
     * Drivers of the services at these addresses.
     *
     * @param settings of the arm: those of {@code publisher.} are the producer's
     */
    ConventionalDrivers(EpochClock clock, Endpoints at, Map<String, String> settings) {
        this.clock = clock;
        this.at = at;
        this.settings = publisher(settings);
    }

    /**
     * Drivers of the services whose addresses are in that file, as {@code hopmeter up} writes it.
     *
     * @param settings of the arm: those of {@code publisher.} are the producer's
     * @throws IOException if there is no such file, or something else in it; the message says which
     */
    public static ConventionalDrivers at(EpochClock clock, Path addresses, Map<String, String> settings)
            throws IOException {
        return new ConventionalDrivers(clock, Endpoints.readFrom(addresses), settings);
    }

    /**
     * A driver for one workload, opened as far as it needs no receiver. Blocks until the brokers have answered where there is a
     * producer.
     *
     * @param runId what the ids of its subscribers start with; no other run attached at the time has it
     * @param answerWithin how long an answer is waited for
     * @throws IOException if a part that the workload needs is not there or does not answer; the message says which
     */
    public Driver of(Workload workload, String runId, Duration answerWithin) throws IOException, InterruptedException {
        return switch (workload) {
            case JOURNEY -> orders(workload, "/notifications", runId, answerWithin);
            case WRITE_NOTIFY -> orders(workload, "/orders", runId, answerWithin);
            case FAN_OUT -> messages(workload, runId);
            case FRESHNESS -> watched(Optional.empty());
            case POINT_QUERY -> new QueriesDriver(at.aggregators(workload), answerWithin);
            case INGEST ->
                new PublishingDriver(clock, events(), ConventionalDrivers::nowhere, List.of(), Optional.empty(), true);
        };
    }

    private Driver orders(Workload workload, String path, String runId, Duration answerWithin) throws IOException {
        return new ConventionalDriver(at.order(workload), at.notifier(workload), path, runId + "-s", answerWithin);
    }

    private Driver messages(Workload workload, String runId) throws IOException, InterruptedException {
        Subscriptions subscriptions = new Subscriptions(at.notifier(workload), "/notifications", runId + "-s");
        return new PublishingDriver(
                clock,
                Publisher.to(at.kafka(), MESSAGES, Event::key, settings),
                subscriptions::address,
                List.of(subscriptions.notifier()),
                Optional.empty(),
                false);
    }

    /** For {@code freshness}: publishes events, of which the truth is told, and attaches watchers. */
    PublishingDriver watched(Optional<Truth> truth) throws IOException, InterruptedException {
        URI aggregator = at.aggregators(Workload.FRESHNESS).getFirst();
        return new PublishingDriver(
                clock,
                events(),
                (subscriber, interest) -> watching(aggregator, interest),
                List.of(aggregator),
                truth,
                false);
    }

    /** To the topic of events. */
    Publisher events() throws IOException, InterruptedException {
        return Publisher.to(at.kafka(), EVENTS, event -> event.windowKey().text(), settings);
    }

    private static URI watching(URI aggregator, Interest interest) {
        return switch (interest) {
            case Interest.Watching(var key) ->
                URI.create(Windows.address(aggregator, WindowSize.TEN_SECONDS, key) + "/updates");
            case Interest.Matching matching ->
                throw new IllegalArgumentException("an aggregator filters nothing: " + matching);
        };
    }

    private static URI nowhere(int subscriber, Interest interest) {
        throw new IllegalArgumentException("nobody subscribes to " + Workload.INGEST.word());
    }

    /** What the arm says of the load generator's own producer. */
    static Map<String, String> publisher(Map<String, String> settings) {
        Map<String, String> own = new LinkedHashMap<>();
        settings.forEach((key, value) -> {
            if (key.startsWith(PUBLISHER)) {
                own.put(key.substring(PUBLISHER.length()), value);
            }
        });
        return own;
    }
}
