package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.WindowKey;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes what trials on the conventional backend need. */
final class Works {

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
        ConventionalDrivers drivers = new ConventionalDrivers(clock, at, settings);
        return switch (plan.workload()) {
            case JOURNEY, WRITE_NOTIFY, FAN_OUT, INGEST -> Work.of(drivers.of(plan.workload(), runId, plan.deadline()));
            case FRESHNESS -> freshness(plan, runId, at, drivers);
            case POINT_QUERY ->
                new PointQueryWork(clock, plan, runId, drivers.events(), at.aggregators(plan.workload()));
        };
    }

    private Work freshness(TrialPlan plan, String runId, Endpoints at, ConventionalDrivers drivers)
            throws IOException, InterruptedException {
        List<WindowKey> keys = new EventMix(runId, plan.seed(), true).keys();
        Truth truth = new Truth(keys);
        return new FreshnessWork(
                clock,
                progress,
                drivers.watched(Optional.of(truth)),
                truth,
                keys,
                at.aggregators(plan.workload()).getFirst(),
                at.kafka());
    }
}
