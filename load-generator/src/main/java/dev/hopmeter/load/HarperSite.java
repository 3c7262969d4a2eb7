package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A Harper cluster with Hopmeter's application.
 *
 * @param settings of the arm: those of {@code publisher.} are the publisher's
 */
record HarperSite(EpochClock clock, Progress progress, HarperEndpoints at, Map<String, String> settings)
        implements Site {

    /** What stands beside Harper's figures: in reports, in what {@code compare} prints, on the live page, on the dashboards. */
    static final String LICENCE =
            "Harper is its maker's software, which you have installed under its own licence; that of the"
                    + " harperdb package forbids publishing benchmark results without the maker's written consent";

    /** The same as a sentence of a text. */
    static final String BESIDE_FIGURES = "Beside every figure of Harper's: " + LICENCE + ".";

    /** An event and its windows are one transaction. */
    private static final String GUARANTEE = "exactly once, by the transaction of the event";

    @Override
    public Work work(TrialPlan plan, String runId) throws IOException, InterruptedException {
        return at.drivers(clock, SocketPublisher.Settings.of(Publisher.settings(settings)))
                .work(plan, runId, progress, GUARANTEE);
    }

    @Override
    public Optional<RisingLoad.Comparison> comparison(TrialPlan plan, String runId, Path folder) {
        return Optional.of(held -> new Finding(
                "producer-test",
                "left out: it is Kafka's own and measures brokers, and this backend has none",
                Map.of(),
                false));
    }

    @Override
    public EffectiveConfiguration configuration(Workload workload, Map<String, Long> processes)
            throws InterruptedException {
        Map<String, PartSettings> nodes = new LinkedHashMap<>();
        for (URI node : at.harperNodes()) {
            PartSettings part = new PartSettings();
            HarperEndpoints.notified(node)
                    .ifPresentOrElse(
                            word -> part.add("application.notify", word, "confirmed", ""),
                            () -> part.untold("application.notify", "was not told"));
            nodes.put(node.toString(), part);
        }
        Map<String, Map<String, PartSettings>> kinds = new LinkedHashMap<>();
        kinds.put("services", nodes);
        switch (workload) {
            case JOURNEY, WRITE_NOTIFY -> {}
            case FAN_OUT, FRESHNESS, POINT_QUERY, INGEST ->
                kinds.put(
                        "load-generator",
                        Map.of("publisher", SocketPublisher.Settings.told(Publisher.settings(settings))));
        }
        return new EffectiveConfiguration(kinds);
    }

    @Override
    public Floor floor(Floors floors, TrialPlan plan, EffectiveConfiguration effective) throws InterruptedException {
        return floors.ofRoundTrips(plan);
    }

    @Override
    public Map<String, String> versions(Workload workload) {
        return at.harperVersion()
                .map(version -> Map.of("harper.version", version))
                .orElse(Map.of());
    }

    @Override
    public Durability durability(Workload workload, Map<String, String> said, EffectiveConfiguration effective) {
        return Durability.harper(workload, effective.notified());
    }
}
