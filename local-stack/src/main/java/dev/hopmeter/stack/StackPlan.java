package dev.hopmeter.stack;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to start.
 *
 * @param root the folder of the project, in which each service's jar is {@code SERVICE/target/SERVICE.jar}
 * @param orderPort of {@code order-service}; any free one if empty
 * @param parent where the stack's folder is made; the system's temporary folder if empty
 */
public record StackPlan(Path root, Arm arm, Layout layout, OptionalInt orderPort, Optional<Path> parent) {

    /** The usual layout, any port, and the system's temporary folder. */
    public static StackPlan of(Path root, Arm arm) {
        return new StackPlan(root, arm, Layout.USUAL, OptionalInt.empty(), Optional.empty());
    }

    public StackPlan with(Layout other) {
        return new StackPlan(root, arm, other, orderPort, parent);
    }

    public StackPlan withOrderPort(OptionalInt port) {
        return new StackPlan(root, arm, layout, port, parent);
    }

    public StackPlan in(Path folder) {
        return new StackPlan(root, arm, layout, orderPort, Optional.of(folder));
    }

    /** The services that are started: without {@code cdc-connector} where a Connect worker takes its place. */
    List<Service> services() {
        return Arrays.stream(Service.values())
                .filter(service -> service != Service.CDC || layout.cdc() == CdcLayout.ENGINE)
                .toList();
    }

    Path connectJar() {
        return root.resolve(ConnectPart.WORD).resolve("target").resolve(ConnectPart.WORD + ".jar");
    }

    Path jar(Service service) {
        return root.resolve(service.word()).resolve("target").resolve(service.word() + ".jar");
    }
}
