package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The backend of method calls, which has no parts. */
record InMemorySite(EpochClock clock) implements Site {

    @Override
    public Work work(TrialPlan plan, String runId) {
        return Work.of(InMemoryDriver.of(clock, plan, runId));
    }

    @Override
    public Optional<RisingLoad.Comparison> comparison(TrialPlan plan, String runId, Path folder) {
        return Optional.empty();
    }

    @Override
    public EffectiveConfiguration configuration(Workload workload, Map<String, Long> processes) {
        return EffectiveConfiguration.ofNothing();
    }

    @Override
    public Floor floor(Floors floors, TrialPlan plan, EffectiveConfiguration effective) throws InterruptedException {
        return floors.alone(plan);
    }

    @Override
    public Map<String, String> versions(Workload workload) {
        return Map.of();
    }

    @Override
    public Durability durability(Workload workload, Map<String, String> said, EffectiveConfiguration effective) {
        return Durability.of(Backend.IN_MEMORY, workload, said, Set.of());
    }
}
