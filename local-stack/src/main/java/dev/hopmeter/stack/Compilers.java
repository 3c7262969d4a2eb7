package dev.hopmeter.stack;

import java.util.ArrayList;
import java.util.List;

/** Which of the JVM's two compilers the stack's JVMs use. */
public enum Compilers {
    /**
     * The first alone: warm within seconds, and slower code for ever. On few cores the second one takes more from the events
     * of the first minutes than its code gives back.
     */
    FIRST(List.of("-XX:TieredStopAtLevel=1")),
    /** Both, as JVMs run unless they are told otherwise: warm after minutes on few cores, then much faster. */
    BOTH(List.of());

    private static final int FEW_CORES = 7;

    private final List<String> flags;

    Compilers(List<String> flags) {
        this.flags = flags;
    }

    /** The first alone where there are fewer than eight cores. */
    static Compilers usual() {
        return Runtime.getRuntime().availableProcessors() > FEW_CORES ? BOTH : FIRST;
    }

    /** What a JVM with those flags is started with; these come last and win. */
    List<String> with(List<String> those) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(those);
        return all;
    }
}
