package dev.hopmeter.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of JVMs in a stack: the Java that runs this, its temporary files inside the stack's folder. */
final class Jvm {

    /** For a JVM that lives for a minute or two: the second compiler would only be in the way of the others. */
    static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private Jvm() {}

    /** Starts with what every JVM of the stack has; the flags follow and can override it. */
    static List<String> command(StackFolder folder, List<String> flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + folder.path().resolve("tmp"));
        command.add("-XX:ErrorFile=" + folder.path().resolve("jvm-error-%p.log"));
        // No file in the system's temporary folder that a kill would leave behind.
        command.add("-XX:+PerfDisableSharedMem");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(flags);
        return command;
    }
}
