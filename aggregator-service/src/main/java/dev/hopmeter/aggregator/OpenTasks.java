package dev.hopmeter.aggregator;

import dev.hopmeter.spring.windows.Source;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The partitions whose windows are summed here, told by the tasks' own processors: a task starts them once its stores are
 * restored, and ends them before its stores are closed and before another instance may go on with the partition. Safe for
 * use by many threads.
 */
final class OpenTasks {

    /** From a task's start of its processors to their end; another one for each. */
    static final class Opening {}

    private final Map<Task, Opening> open = new ConcurrentHashMap<>();

    /** The windows of that source and partition are summed here from now on. */
    void opened(Source source, int partition) {
        open.put(new Task(source, partition), new Opening());
    }

    /** They are no longer. */
    void closed(Source source, int partition) {
        open.remove(new Task(source, partition));
    }

    /**
     * The task's present opening, if it is open. Who has read its stores meanwhile asks again: with the same answer they were
     * open all the time, else what was read may lack anything, as Kafka Streams passes over segments that are closed.
     */
    Optional<Opening> opening(Source source, int partition) {
        return Optional.ofNullable(open.get(new Task(source, partition)));
    }

    /** The partitions of that source that are open. */
    Set<Integer> partitions(Source source) {
        return open.keySet().stream()
                .filter(task -> task.source() == source)
                .map(Task::partition)
                .collect(Collectors.toSet());
    }

    private record Task(Source source, int partition) {}
}
