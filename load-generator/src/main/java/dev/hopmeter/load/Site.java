package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.CdcLayout;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A running backend as a run meets it: how each workload is driven on it, and what its parts say of themselves. */
sealed interface Site permits ConventionalSite, UnifiedSite, HarperSite, InMemorySite {

    /**
     * The work of one trial, opened as far as it needs no receiver.
     *
     * @throws IOException if a part that the workload needs is not there or does not answer; the message says which
     */
    Work work(TrialPlan plan, String runId) throws IOException, InterruptedException;

    /**
     * What the highest rate of {@code ingest} is held against; empty where its rate does not rise.
     *
     * @param folder for its files, which are removed
     */
    Optional<RisingLoad.Comparison> comparison(TrialPlan plan, String runId, Path folder);

    /**
     * Asks every part for its settings, one after the other; each for some ten seconds at most.
     *
     * @param processes the process id of each part that was started here, by its name
     */
    EffectiveConfiguration configuration(Workload workload, Map<String, Long> processes) throws InterruptedException;

    /**
     * The steps that no configuration can avoid, measured on its parts.
     *
     * @param effective by {@link #configuration}
     */
    Floor floor(Floors floors, TrialPlan plan, EffectiveConfiguration effective) throws InterruptedException;

    /** Versions and settings that matter; what a part does not tell, or what is not there, is not there. */
    Map<String, String> versions(Workload workload);

    /**
     * What its acknowledgements and notifications promise.
     *
     * @param said by {@link #versions}
     * @param effective by {@link #configuration}
     */
    Durability durability(Workload workload, Map<String, String> said, EffectiveConfiguration effective);

    /** The way of change data capture, where the workload's route has one. */
    default Optional<CdcLayout> cdc(Workload workload) {
        return Optional.empty();
    }

    /** Whose own timer says when the brokers had acknowledged an order, where there is one. */
    default Optional<URI> connector() {
        return Optional.empty();
    }
}
