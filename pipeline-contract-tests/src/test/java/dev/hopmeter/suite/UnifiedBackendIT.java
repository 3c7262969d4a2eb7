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

/** The unified service, arm {@code quorum}. */
@Order(2)
@ExtendWith(RunningUnifiedStack.class)
@ResourceLock(RunningUnifiedStack.LOCK)
@Execution(ExecutionMode.CONCURRENT)
class UnifiedBackendIT extends BackendContract {

    private final UnifiedStack stack;

    UnifiedBackendIT(UnifiedStack stack) {
        this.stack = stack;
    }

    @Override
    protected Driver newDriver(String runId) {
        return EveryDriver.of(stack, Workload.JOURNEY, runId);
    }

    @Override
    protected Route route() {
        return Route.of(Backend.UNIFIED, Workload.JOURNEY).orElseThrow();
    }

    @Override
    protected Runnable withhold() {
        return RunningUnifiedStack.withhold(stack);
    }

    @Override
    protected void crash() {
        stack.postgres().primary().kill();
        stack.postgres().primary().restart();
        stack.postgres().awaitStreaming();
    }

    @Override
    protected void restart() {
        stack.service().restart();
    }
}
