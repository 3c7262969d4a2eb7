package dev.hopmeter.suite;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.load.Driver;
import dev.hopmeter.stack.HarperNode;
import dev.hopmeter.stack.HarperStack;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A cluster of three, arm {@code confirmed}, whose clients use every node: the first subscriber is at the first one. */
@Tag("harper")
@ExtendWith(RunningHarperStack.class)
class HarperBackendIT extends BackendContract {

    private final HarperStack stack;

    HarperBackendIT(HarperStack stack) {
        this.stack = stack;
    }

    @Override
    protected Driver newDriver(String runId) {
        return EveryDriver.of(stack.nodes(), Workload.JOURNEY, runId);
    }

    @Override
    protected Route route() {
        return Route.of(Backend.HARPER, Workload.JOURNEY).orElseThrow();
    }

    /** The order of number 1 goes to the second node, which is left alone then. */
    @Override
    protected Runnable withhold() {
        return RunningHarperStack.withhold(
                List.of(stack.nodes().getFirst(), stack.nodes().getLast()));
    }

    /** The one that orders go to and that the subscriber is not connected to. */
    @Override
    protected void crash() {
        HarperNode second = stack.nodes().get(1);
        second.kill();
        second.restart();
    }

    /** One node after the other: each sums the events of its keys. */
    @Override
    protected void restart() {
        stack.nodes().forEach(HarperNode::restart);
    }

    /** Harper reads the body before its application is asked, and answers what is no JSON itself. */
    @Test
    @Override
    void aMalformedOrderIsRefusedAndTheNextOneIsDelivered() throws Exception {
        assertAMalformedOrderIsRefused(500);
    }
}
