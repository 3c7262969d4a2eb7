package dev.hopmeter.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The processes of one backend on this machine, from when they are ready until they are ended. Safe for use by many threads. */
public sealed interface StartedStack extends AutoCloseable permits LocalStack, UnifiedStack, HarperStack {

    /** The folder that everything writes to. */
    Path folder();

    /** The process id of each part that was started, a Postgres's by its first process. */
    Map<String, Long> pids();

    /** What of it has ended though nobody asked for that, with its last log lines. */
    Optional<String> failure();

    /** Ends every process and takes the folder away. */
    @Override
    void close();
}
