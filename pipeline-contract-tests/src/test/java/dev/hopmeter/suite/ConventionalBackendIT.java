package dev.hopmeter.suite;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.load.Driver;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.Service;
import org.junit.jupiter.api.extension.ExtendWith;

/** The separate services; orders by way of the router. */
@ExtendWith(RunningStack.class)
class ConventionalBackendIT extends BackendContract {

    private final LocalStack stack;

    ConventionalBackendIT(LocalStack stack) {
        this.stack = stack;
    }

    @Override
    protected Driver newDriver(String runId) {
        return EveryDriver.of(stack, Workload.JOURNEY, runId);
    }

    @Override
    protected Route route() {
        return Route.of(Backend.CONVENTIONAL, Workload.JOURNEY).orElseThrow();
    }

    @Override
    protected Runnable withhold() {
        return RunningStack.withhold(stack);
    }

    @Override
    protected void crash() {
        stack.postgres().kill();
        stack.postgres().restart();
    }

    /** One of the two that share the keys; the other goes on, and hands over what it had of them. */
    @Override
    protected void restart() {
        stack.service(Service.AGGREGATOR).restart();
    }
}
