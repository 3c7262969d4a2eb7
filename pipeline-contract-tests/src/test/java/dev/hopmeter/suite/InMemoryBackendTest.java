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

    /** Nothing is stored: an answer says that the order waits for its delivery, and is as good as the process. */
    @Override
    void noOrderIsAnsweredNorToldOfBeforeItIsAsDurableAsThatPromises() {}

    /** Nothing outlives the process. */
    @Override
    void whatWasAnsweredIsThereAfterACrashOfWhatStoresIt() {}

    /** Nothing outlives the process. */
    @Override
    void aggregatesAreExactOverARestart() {}

    /** One thread calls each subscriber in turn, as what is measured is that call: who does not return holds up all. */
    @Override
    void aSubscriberThatDoesNotReadHoldsUpNobodyElseAndIsToldWhatItDidNotGet() {}

    /** There is no text of an order to refuse, as what decides is the event's own region. */
    @Override
    void aMalformedOrderIsRefusedAndTheNextOneIsDelivered() {}

    @Override
    void anOrderWithoutARegionIsRefusedAndTheNextOneIsDelivered() {}
}
