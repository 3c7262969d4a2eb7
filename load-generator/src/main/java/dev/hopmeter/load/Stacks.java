package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Where stacks come from. */
interface Stacks {

    /**
     * Reads an arm of that backend.
     *
     * @param nameOrFile the name of one that comes with Hopmeter, or a file that holds one
     * @param workload that the stack is for: what the arm says for others is left out; empty for all that it says for none
     * @param layout of the stack
     * @throws IOException if there is none, it cannot be read, or is not for such a layout; the message says why, in one line
     */
    Configuration arm(Backend backend, String nameOrFile, Optional<Workload> workload, Layout layout)
            throws IOException;

    /**
     * Starts a stack of the arm's backend; blocks until every service is ready, and says meanwhile what it does.
     *
     * @param layout of which the unified backend has the compilers alone
     * @param extent which services the conventional backend has
     * @param orderPort of the service that takes orders; any free one if empty
     * @throws IOException if a part does not start, in one line; nothing is left behind then
     */
    Running start(Configuration arm, Layout layout, Extent extent, OptionalInt orderPort, Progress progress)
            throws IOException, InterruptedException;

    /**
     * One configuration.
     *
     * @param settings every property that it sets, preceded by the part that it belongs to
     * @param source what a stack is started with; empty where none is
     * @param notApplied where a stack that runs already is not what the arm asks for, in words
     */
    record Configuration(String name, Map<String, String> settings, Optional<Arm> source, List<String> notApplied) {

        /** One that a stack is started with. */
        Configuration(String name, Map<String, String> settings, Optional<Arm> source) {
            this(name, settings, source, List.of());
        }

        /** One that starts no stack. */
        Configuration(String name) {
            this(name, Map.of(), Optional.empty());
        }
    }

    /** A stack that is up. */
    interface Running extends AutoCloseable {

        Endpoints endpoints();

        /** How long each step of its start took, in order. */
        List<StartUpPhase> startUp();

        /** On the disk that its parts write to. */
        Path folder();

        /** The process id of each part, by its name. */
        Map<String, Long> processes();

        /** What of it has ended, though nobody asked for that. */
        Optional<String> failure();

        /** Stops every part and removes what it wrote. */
        @Override
        void close();
    }
}
