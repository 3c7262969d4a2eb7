package dev.hopmeter.suite;

import dev.hopmeter.load.Endpoints;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.PostgresServer;
import dev.hopmeter.stack.StartListener;
import dev.hopmeter.stack.UnifiedPlan;
import dev.hopmeter.stack.UnifiedStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the unified backend, arm {@code quorum}. It is started once for all tests and stopped after the last. */
final class RunningUnifiedStack implements ParameterResolver {

    /** Whoever uses the shared one has it alone meanwhile: some take parts of it away. */
    static final String LOCK = "unified stack";

    private static final String ARM = "quorum";
    /** As on the other stack orders wait longer before one is refused: a disk that stands still for seconds is no fault of it. */
    private static final Map<String, String> FOR_TESTS = Map.of(
            "unified-backend.hopmeter.order.max-in-flight", "5000",
            "unified-backend.hopmeter.unified.commit-limit", "30s",
            "unified-backend.spring.datasource.hikari.connection-timeout", "30000");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == UnifiedStack.class;
    }

    @Override
    public UnifiedStack resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(UnifiedStack.class, type -> start(1), UnifiedStack.class);
    }

    /** One that belongs to the caller. */
    static UnifiedStack start(int instances) {
        Path root = Path.of(System.getProperty("hopmeter.root", ".."));
        try {
            return UnifiedStack.start(
                    UnifiedPlan.of(root, Arm.of(ARM).with(ARM, FOR_TESTS)).withInstances(instances),
                    StartListener.silent());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the stack started", e);
        }
    }

    /** Stops both standbys where they are: of what is committed then, there is one copy. */
    static Runnable withhold(UnifiedStack stack) {
        List<PostgresServer> standbys = stack.postgres().standbys();
        standbys.forEach(PostgresServer::freeze);
        return () -> standbys.forEach(PostgresServer::thaw);
    }

    /** Writes the stack's addresses as {@code hopmeter up} does, for {@code hopmeter run --at}. */
    static Path addressesIn(Path folder, UnifiedStack stack) throws IOException {
        Path file = folder.resolve("addresses.json");
        Endpoints.of(stack).writeTo(file);
        return file;
    }
}
