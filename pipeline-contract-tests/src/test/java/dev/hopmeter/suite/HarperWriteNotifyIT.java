package dev.hopmeter.suite;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.load.Driver;
import dev.hopmeter.stack.HarperStack;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Orders by the other socket of a node that senders and subscribers share; the other two nodes only confirm. */
@Tag("harper")
@ExtendWith(RunningHarperStack.class)
class HarperWriteNotifyIT extends OrderContract {

    private final HarperStack stack;

    HarperWriteNotifyIT(HarperStack stack) {
        this.stack = stack;
    }

    @Override
    protected Driver newDriver(String runId) {
        return EveryDriver.of(stack.nodes().subList(0, 1), Workload.WRITE_NOTIFY, runId);
    }

    @Override
    protected Route route() {
        return Route.of(Backend.HARPER, Workload.WRITE_NOTIFY).orElseThrow();
    }

    /** The node that answers and tells goes on; nobody is there to confirm. */
    @Override
    protected Runnable withhold() {
        return RunningHarperStack.withhold(
                stack.nodes().subList(1, stack.nodes().size()));
    }

    /** Harper reads the body before its application is asked, and answers what is no JSON itself. */
    @Test
    @Override
    void aMalformedOrderIsRefusedAndTheNextOneIsDelivered() throws Exception {
        assertAMalformedOrderIsRefused(500);
    }
}
