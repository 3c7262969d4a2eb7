package dev.hopmeter.suite;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.load.Driver;
import dev.hopmeter.stack.LocalStack;
import org.junit.jupiter.api.extension.ExtendWith;

/** Orders by the other way of the separate services, straight from the change topic. */
@ExtendWith(RunningStack.class)
class ConventionalWriteNotifyIT extends OrderContract {

    private final LocalStack stack;

    ConventionalWriteNotifyIT(LocalStack stack) {
        this.stack = stack;
    }

    @Override
    protected Driver newDriver(String runId) {
        return EveryDriver.of(stack, Workload.WRITE_NOTIFY, runId);
    }

    @Override
    protected Route route() {
        return Route.of(Backend.CONVENTIONAL, Workload.WRITE_NOTIFY).orElseThrow();
    }

    @Override
    protected Runnable withhold() {
        return RunningStack.withhold(stack);
    }
}
