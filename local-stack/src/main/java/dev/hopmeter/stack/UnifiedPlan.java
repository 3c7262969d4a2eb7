package dev.hopmeter.stack;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to start of the unified backend.
 *
 * @param root the folder of the project, in which the service's jar is {@code unified-backend/target/unified-backend.jar}
 * @param instances of the service
 * @param port of its first instance; any free one if empty
 * @param parent where the stack's folder is made; the system's temporary folder if empty
 */
public record UnifiedPlan(
        Path root, Arm arm, int instances, Compilers compilers, OptionalInt port, Optional<Path> parent) {

    /** Checks the number. */
    public UnifiedPlan {
        if (instances < 1) {
            throw new IllegalArgumentException("there is one instance at least, not " + instances);
        }
    }

    /** One instance, compiled as is usual for this machine, any port, and the system's temporary folder. */
    public static UnifiedPlan of(Path root, Arm arm) {
        return new UnifiedPlan(root, arm, 1, Compilers.usual(), OptionalInt.empty(), Optional.empty());
    }

    public UnifiedPlan withInstances(int number) {
        return new UnifiedPlan(root, arm, number, compilers, port, parent);
    }

    public UnifiedPlan with(Compilers others) {
        return new UnifiedPlan(root, arm, instances, others, port, parent);
    }

    public UnifiedPlan withPort(OptionalInt chosen) {
        return new UnifiedPlan(root, arm, instances, compilers, chosen, parent);
    }

    public UnifiedPlan in(Path folder) {
        return new UnifiedPlan(root, arm, instances, compilers, port, Optional.of(folder));
    }

    Path jar() {
        return root.resolve(UnifiedStack.SERVICE).resolve("target").resolve(UnifiedStack.SERVICE + ".jar");
    }
}
