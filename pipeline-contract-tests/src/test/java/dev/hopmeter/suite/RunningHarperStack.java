package dev.hopmeter.suite;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.HarperNode;
import dev.hopmeter.stack.HarperPlan;
import dev.hopmeter.stack.HarperStack;
import dev.hopmeter.stack.StartListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gives tests a Harper cluster, arm {@code confirmed}, from the folder in {@code -Dharper.home}. It is started once for all tests
 * and stopped after the last.
 */
final class RunningHarperStack implements ParameterResolver {

    private static final String ARM = "confirmed";
    private static final String HOME = "harper.home";

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == HarperStack.class;
    }

    @Override
    public HarperStack resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(HarperStack.class, type -> start(), HarperStack.class);
    }

    private static HarperStack start() {
        String home = System.getProperty(HOME, "");
        if (home.isBlank()) {
            throw new IllegalStateException(
                    "-D" + HOME + " must name the folder in which you have run 'npm install harperdb'");
        }
        try {
            return HarperStack.start(
                    HarperPlan.of(
                            Path.of(System.getProperty("hopmeter.root", "..")),
                            Path.of(home),
                            Arm.of(Backend.HARPER, ARM)),
                    StartListener.silent());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the cluster started", e);
        }
    }

    /** Stops those nodes where they are. */
    static Runnable withhold(List<HarperNode> nodes) {
        nodes.forEach(HarperNode::freeze);
        return () -> nodes.forEach(HarperNode::thaw);
    }

    /** Writes the addresses of those nodes as {@code hopmeter up} does. */
    static Path addressesIn(Path folder, List<HarperNode> nodes) throws IOException {
        Path file = folder.resolve("addresses.json");
        Files.writeString(
                file,
                JsonMapper.shared()
                        .writeValueAsString(Map.of(
                                "backend",
                                Backend.HARPER.word(),
                                "harperNodes",
                                nodes.stream()
                                        .map(node -> node.url().toString())
                                        .toList(),
                                "arm",
                                ARM)));
        return file;
    }
}
