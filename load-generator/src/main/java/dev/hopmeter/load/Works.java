package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes what trials on the conventional backend need. */
final class Works {

    private static final String MESSAGES = "hopmeter.messages";
    private static final String EVENTS = "hopmeter.events";
    private static final String PUBLISHER = "publisher.";

    private final EpochClock clock;
    private final Progress progress;

    Works(EpochClock clock, Progress progress) {
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * The work of one trial, opened as far as it needs no receiver.
     *
     * @param settings of the arm: those of {@code publisher.} are its producer's
     * @throws IOException if a part that the workload needs is not there or does not answer; the message says which
     */
    Work conventional(TrialPlan plan, String runId, Endpoints at, Map<String, String> settings)
            throws IOException, InterruptedException {
        return switch (plan.workload()) {
            case JOURNEY -> orders(plan, runId, at, "/notifications");
            case WRITE_NOTIFY -> orders(plan, runId, at, "/orders");
            case FAN_OUT -> fanOut(plan, runId, at, settings);
            case FRESHNESS -> freshness(plan, runId, at, settings);
            case POINT_QUERY ->
                new PointQueryWork(clock, plan, runId, events(at, settings), at.aggregators(plan.workload()));
            case INGEST ->
                Work.of(new PublishingDriver(
                        clock, events(at, settings), Works::nowhere, List.of(), Optional.empty(), true));
        };
    }

    private static Work orders(TrialPlan plan, String runId, Endpoints at, String path) throws IOException {
        return Work.of(new ConventionalDriver(
                at.order(plan.workload()), at.notifier(plan.workload()), path, runId + "-s", plan.deadline()));
    }

    private Work fanOut(TrialPlan plan, String runId, Endpoints at, Map<String, String> settings)
            throws IOException, InterruptedException {
        Subscriptions subscriptions = new Subscriptions(at.notifier(plan.workload()), "/notifications", runId + "-s");
        return Work.of(new PublishingDriver(
                clock,
                Publisher.to(at.kafka(), MESSAGES, Event::key, publisher(settings)),
                subscriptions::address,
                List.of(subscriptions.notifier()),
                Optional.empty(),
                false));
    }

    private Work freshness(TrialPlan plan, String runId, Endpoints at, Map<String, String> settings)
            throws IOException, InterruptedException {
        URI aggregator = at.aggregators(plan.workload()).getFirst();
        List<WindowKey> keys = new EventMix(runId, plan.seed(), true).keys();
        Truth truth = new Truth(keys);
        PublishingDriver driver = new PublishingDriver(
                clock,
                events(at, settings),
                (subscriber, interest) -> watching(aggregator, interest),
                List.of(aggregator),
                Optional.of(truth),
                false);
        return new FreshnessWork(clock, progress, driver, truth, keys, aggregator, at.kafka());
    }

    private static Publisher events(Endpoints at, Map<String, String> settings)
            throws IOException, InterruptedException {
        return Publisher.to(at.kafka(), EVENTS, event -> event.windowKey().text(), publisher(settings));
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
