package dev.hopmeter.suite;

import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.PostgresServer;
import dev.hopmeter.stack.ServicePart;
import dev.hopmeter.stack.StartListener;
import dev.hopmeter.stack.UnifiedPlan;
import dev.hopmeter.stack.UnifiedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import tools.jackson.databind.json.JsonMapper;

/** Gives tests the unified backend, arm {@code quorum}. It is started once for all tests and stopped after the last. */
final class RunningUnifiedStack implements ParameterResolver {

    private static final String ARM = "quorum";

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
                    UnifiedPlan.of(root, Arm.of(ARM)).withInstances(instances), StartListener.silent());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the stack started", e);
        }
    }

    /** Writes the stack's addresses as {@code hopmeter up} does, for {@code hopmeter run --at}. */
    static Path addressesIn(Path folder, UnifiedStack stack) throws IOException {
        Map<String, Object> fields = Map.of(
                "backend", "unified",
                "unifiedServices",
                        stack.instances().stream().map(ServicePart::url).toList(),
                "postgresUrl", stack.postgres().jdbcUrl(),
                "postgresStandbyUrls",
                        stack.postgres().standbys().stream()
                                .map(PostgresServer::jdbcUrl)
                                .toList(),
                "postgresUser", stack.postgres().username(),
                "postgresPassword", stack.postgres().password(),
                "arm", ARM,
                "settings", stack.arm().lines());
        return Files.write(
                folder.resolve("addresses.json"), JsonMapper.builder().build().writeValueAsBytes(fields));
    }
}
