package dev.hopmeter.suite;

import dev.hopmeter.load.Endpoints;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.BrokerLayout;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.Layout;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.ServiceLayout;
import dev.hopmeter.stack.StackPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the whole conventional pipeline, arm {@code strong}, the brokers in processes of their own so that one can be
 * killed. It is started once for all tests and stopped after the last.
 */
final class RunningStack implements ParameterResolver {

    private static final String ARM = "strong";
    /**
     * Tests wait less: transactions of one that was killed are given up sooner than 10 s after their time, and what the aggregator
     * has summed is on the output topic sooner than after 30 s. And orders wait longer before one is refused: they are placed
     * whatever the pace, and a machine whose disk stands still for seconds is no fault of the pipeline's.
     */
    private static final Map<String, String> FOR_TESTS = Map.of(
            "broker.transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000",
            "aggregator-service.spring.kafka.streams.properties.commit.interval.ms", "1000",
            "order-service.hopmeter.order.max-in-flight", "5000",
            "order-service.spring.datasource.hikari.connection-timeout", "30000");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LocalStack.class;
    }

    @Override
    public LocalStack resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(LocalStack.class, type -> start(), LocalStack.class);
    }

    private static LocalStack start() {
        try {
            return LocalStack.start(
                    StackPlan.of(root(), Arm.of(ARM).with(ARM, FOR_TESTS))
                            .with(new Layout(BrokerLayout.SEPARATE, ServiceLayout.SEPARATE))
                            .with(new Extent(Extent.WHOLE.services(), 2, Extent.WHOLE.properties())),
                    (part, sinceStart, own) -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the stack started", e);
        }
    }

    /** The project's folder, which has the jars. */
    static Path root() {
        return Path.of(System.getProperty("hopmeter.root", ".."));
    }

    /** Stops Postgres where it is. */
    static Runnable withhold(LocalStack stack) {
        stack.postgres().freeze();
        return stack.postgres()::thaw;
    }

    /** Writes the stack's addresses as {@code hopmeter up} does, for {@code hopmeter run --at}. */
    static Path addressesIn(Path folder, LocalStack stack) throws IOException {
        Path file = folder.resolve("addresses.json");
        Endpoints.of(stack).writeTo(file);
        return file;
    }
}
