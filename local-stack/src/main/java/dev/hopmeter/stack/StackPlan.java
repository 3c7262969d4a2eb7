package dev.hopmeter.stack;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to start.
 *
 * @param root the folder of the project, in which each service's jar is {@code SERVICE/target/SERVICE.jar}
 * @param extent which services it has
 * @param orderPort of {@code order-service}; any free one if empty
 * @param parent where the stack's folder is made; the system's temporary folder if empty
 */
public record StackPlan(
        Path root, Arm arm, Layout layout, Extent extent, OptionalInt orderPort, Optional<Path> parent) {

    /** Every service in the usual layout, any port, and the system's temporary folder. */
    public static StackPlan of(Path root, Arm arm) {
        return new StackPlan(root, arm, Layout.USUAL, Extent.WHOLE, OptionalInt.empty(), Optional.empty());
    }

    public StackPlan with(Layout other) {
        return new StackPlan(root, arm, other, extent, orderPort, parent);
    }

    public StackPlan with(Extent other) {
        return new StackPlan(root, arm, layout, other, orderPort, parent);
    }

    public StackPlan withOrderPort(OptionalInt port) {
        return new StackPlan(root, arm, layout, extent, port, parent);
    }

    public StackPlan in(Path folder) {
        return new StackPlan(root, arm, layout, extent, orderPort, Optional.of(folder));
    }

    /** Whether a Connect worker takes the place of {@code cdc-connector}. */
    boolean hasConnectWorker() {
        return layout.cdc() == CdcLayout.CONNECT && extent.services().contains(Service.CDC);
    }

    /** How many instances of that service are started. */
    int instances(Service service) {
        return service == Service.CDC && hasConnectWorker() ? 0 : extent.instances(service);
    }

    Path connectJar() {
        return root.resolve(ConnectPart.WORD).resolve("target").resolve(ConnectPart.WORD + ".jar");
    }

    Path jar(Service service) {
        return root.resolve(service.word()).resolve("target").resolve(service.word() + ".jar");
    }
}
