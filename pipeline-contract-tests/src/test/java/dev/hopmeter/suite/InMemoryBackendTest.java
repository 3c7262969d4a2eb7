package dev.hopmeter.suite;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.load.Driver;
import dev.hopmeter.load.InMemoryDriver;

/** The ruler is a backend, too. */
class InMemoryBackendTest extends BackendContract {

    @Override
    protected Driver newDriver(String runId) {
        return new InMemoryDriver(EpochClock.system());
    }

    @Override
    protected Route route() {
        return Route.of(Backend.IN_MEMORY, Workload.JOURNEY).orElseThrow();
    }

    /** Method calls carry drafts, which cannot be malformed: there is no text to refuse. */
    @Override
    void aMalformedOrderIsRefusedAndTheNextOneIsDelivered() {}
}
