package dev.hopmeter.suite;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.load.Driver;
import dev.hopmeter.stack.UnifiedStack;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Orders by the other socket of the unified service, which tells of nothing else. */
@Order(2)
@ExtendWith(RunningUnifiedStack.class)
@ResourceLock(RunningUnifiedStack.LOCK)
@Execution(ExecutionMode.CONCURRENT)
class UnifiedWriteNotifyIT extends OrderContract {

    private final UnifiedStack stack;

    UnifiedWriteNotifyIT(UnifiedStack stack) {
        this.stack = stack;
    }

    @Override
    protected Driver newDriver(String runId) {
        return EveryDriver.of(stack, Workload.WRITE_NOTIFY, runId);
    }

    @Override
    protected Route route() {
        return Route.of(Backend.UNIFIED, Workload.WRITE_NOTIFY).orElseThrow();
    }

    @Override
    protected Runnable withhold() {
        return RunningUnifiedStack.withhold(stack);
    }
}
