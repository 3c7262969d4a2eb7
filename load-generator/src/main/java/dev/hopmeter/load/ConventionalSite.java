package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.CdcLayout;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The separate services.
 *
 * @param settings of the arm: those of {@code publisher.} are the producer's
 */
record ConventionalSite(EpochClock clock, Progress progress, ConventionalEndpoints at, Map<String, String> settings)
        implements Site {

    @Override
    public Work work(TrialPlan plan, String runId) throws IOException, InterruptedException {
        ConventionalDrivers drivers = new ConventionalDrivers(clock, at, settings);
        return switch (plan.workload()) {
            case JOURNEY, WRITE_NOTIFY, FAN_OUT, INGEST -> Work.of(drivers.of(plan.workload(), runId, plan.deadline()));
            case FRESHNESS ->
                FreshnessWork.of(
                        clock,
                        progress,
                        plan,
                        runId,
                        truth -> drivers.watched(Optional.of(truth)),
                        at.aggregators(plan.workload()).getFirst(),
                        Optional.of(at.kafka()),
                        Optional.empty());
            case POINT_QUERY ->
                new PointQueryWork(
                        clock, plan, runId, drivers.events(), at.aggregators(plan.workload()), Optional.empty());
        };
    }

    @Override
    public Optional<RisingLoad.Comparison> comparison(TrialPlan plan, String runId, Path folder) {
        return Optional.of(held -> {
            progress.say("running Kafka's own producer test");
            ProducerTest.Outcome outcome = ProducerTest.run(
                    at.kafka(),
                    Publisher.settings(settings),
                    runId,
                    plan.mix(runId),
                    ProducerTest.records(held),
                    folder);
            return ProducerTest.finding(outcome, held);
        });
    }

    @Override
    public EffectiveConfiguration configuration(Workload workload, Map<String, Long> processes)
            throws InterruptedException {
        progress.say("asking the parts for their settings");
        return EffectiveConfiguration.of(at, publisher(workload), processes);
    }

    /** All that the load generator's own producer was told, on the routes that begin with one. */
    private Optional<Map<String, Object>> publisher(Workload workload) {
        return switch (workload) {
            case JOURNEY, WRITE_NOTIFY -> Optional.empty();
            case FAN_OUT, FRESHNESS, POINT_QUERY, INGEST ->
                Optional.of(KafkaPublisher.settings(at.kafka(), Publisher.settings(settings)));
        };
    }

    @Override
    public Floor floor(Floors floors, TrialPlan plan, EffectiveConfiguration effective) throws InterruptedException {
        return floors.of(plan, at);
    }

    @Override
    public Map<String, String> versions(Workload workload) {
        return Versions.of(at, workload);
    }

    @Override
    public Durability durability(Workload workload, Map<String, String> said, EffectiveConfiguration effective) {
        return Durability.of(Backend.CONVENTIONAL, workload, said, effective.acks(workload));
    }

    @Override
    public Optional<CdcLayout> cdc(Workload workload) {
        if (!Extent.of(workload).services().contains(Service.CDC)) {
            return Optional.empty();
        }
        return at.connectWorker().isPresent()
                ? Optional.of(CdcLayout.CONNECT)
                : at.cdcConnector().map(engine -> CdcLayout.ENGINE);
    }

    @Override
    public Optional<URI> connector() {
        return at.cdcConnector();
    }
}
