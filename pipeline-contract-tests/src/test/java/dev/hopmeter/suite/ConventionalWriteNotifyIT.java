package dev.hopmeter.suite;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.load.ConventionalDriver;
import dev.hopmeter.load.Driver;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.Service;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;

/** The separate services, straight from the change topic. */
@ExtendWith(RunningStack.class)
class ConventionalWriteNotifyIT extends BackendContract {

    private final LocalStack stack;

    ConventionalWriteNotifyIT(LocalStack stack) {
        this.stack = stack;
    }

    @Override
    protected Driver newDriver(String run) {
        return new ConventionalDriver(
                stack.service(Service.ORDER).url(),
                stack.service(Service.NOTIFIER).url(),
                "/orders",
                run + "-",
                Duration.ofSeconds(30));
    }

    @Override
    protected Route route() {
        return Route.of(Backend.CONVENTIONAL, Workload.WRITE_NOTIFY).orElseThrow();
    }
}
