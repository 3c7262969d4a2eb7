package dev.hopmeter.stack;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to start of Harper.
 *
 * @param root the folder of the project, in which the application is {@code harper-backend}
 * @param home the folder in which the user has run {@code npm install harperdb}
 * @param port of REST and WebSockets, the same of every node on an address of its own; any free one if empty
 * @param parent where the stack's folder is made; the system's temporary folder if empty
 */
public record HarperPlan(Path root, Path home, Arm arm, OptionalInt port, Optional<Path> parent) {

    /** Any port, and the system's temporary folder. */
    public static HarperPlan of(Path root, Path home, Arm arm) {
        return new HarperPlan(root, home, arm, OptionalInt.empty(), Optional.empty());
    }

    public HarperPlan withPort(OptionalInt chosen) {
        return new HarperPlan(root, home, arm, chosen, parent);
    }

    public HarperPlan in(Path folder) {
        return new HarperPlan(root, home, arm, port, Optional.of(folder));
    }

    Path application() {
        return root.resolve("harper-backend");
    }
}
