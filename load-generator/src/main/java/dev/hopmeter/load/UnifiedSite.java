package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The unified service on its three Postgres servers.
 *
 * @param settings of the arm: those of {@code publisher.} are the publisher's
 */
record UnifiedSite(EpochClock clock, Progress progress, UnifiedEndpoints at, Map<String, String> settings)
        implements Site {

    /** Totals are checkpointed together with the position in the log up to which they are summed. */
    private static final String GUARANTEE = "exactly once, by the position in the log";

    @Override
    public Work work(TrialPlan plan, String runId) throws IOException, InterruptedException {
        Work driven = new UnifiedDrivers(
                        clock, at.unifiedServices(), SocketPublisher.Settings.of(Publisher.settings(settings)))
                .work(plan, runId, progress, GUARANTEE);
        return at.primary()
                .<Work>map(primary -> new Observed(driven, new SlotLag(clock, primary)))
                .orElse(driven);
    }

    /** Work during which one looks at how far the readers of the log are behind it. */
    private record Observed(Work inner, SlotLag lag) implements Work {

        @Override
        public Driver driver() {
            return inner.driver();
        }

        @Override
        public Recorder.Replies replies() {
            return inner.replies();
        }

        @Override
        public Trial.Surroundings surroundings() {
            return Trial.Surroundings.both(inner.surroundings(), lag);
        }

        @Override
        public List<Annotation> beside() {
            return inner.beside();
        }

        @Override
        public List<Finding> findings(TrialResult trial) throws InterruptedException {
            List<Finding> findings = new ArrayList<>(inner.findings(trial));
            findings.add(lag.finding());
            return findings;
        }

        @Override
        public void close() {
            lag.close();
            inner.close();
        }
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
        progress.say("asking the parts for their settings");
        return EffectiveConfiguration.of(at, publisher(workload), processes);
    }

    private Optional<PartSettings> publisher(Workload workload) {
        return switch (workload) {
            case JOURNEY, WRITE_NOTIFY -> Optional.empty();
            case FAN_OUT, FRESHNESS, POINT_QUERY, INGEST ->
                Optional.of(SocketPublisher.Settings.told(Publisher.settings(settings)));
        };
    }

    @Override
    public Floor floor(Floors floors, TrialPlan plan, EffectiveConfiguration effective) throws InterruptedException {
        return floors.of(plan, at, effective.notified());
    }

    @Override
    public Map<String, String> versions(Workload workload) {
        return Versions.of(at);
    }

    @Override
    public Durability durability(Workload workload, Map<String, String> said, EffectiveConfiguration effective) {
        return Durability.unified(workload, said, effective.notified());
    }
}
