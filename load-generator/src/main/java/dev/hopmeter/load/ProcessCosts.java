package dev.hopmeter.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What each process of a run has cost so far, to be subtracted from a later look. */
final class ProcessCosts {

    private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s+(\\d+) kB");
    private static final Pattern SHARE = Pattern.compile("^Pss:\\s+(\\d+) kB");

    private final Map<Long, Duration> processor = new TreeMap<>();
    private final Map<Long, String> names = new TreeMap<>();

    /** Looks at this process and at those with these ids, by name, each with its children. */
    static ProcessCosts now(Map<String, Long> processes) {
        ProcessCosts costs = new ProcessCosts();
        costs.add(ProcessHandle.current(), "load-generator");
        processes.forEach((name, pid) -> ProcessHandle.of(pid).ifPresent(process -> {
            costs.add(process, name);
            process.descendants().forEach(child -> costs.add(child, name));
        }));
        return costs;
    }

    /**
     * What a process has cost between two looks.
     *
     * @param processorSecondsPer1000Events of the events that were measured meanwhile
     * @param residentBytes at the later look; what several processes share, as a database's do, counts for each by its share
     */
    record Cost(String process, double processorSeconds, double processorSecondsPer1000Events, long residentBytes) {

        /** The same for another number of events. */
        Cost of(long events) {
            return new Cost(
                    process,
                    processorSeconds,
                    Math.round(processorSeconds * 1e6 / Math.max(1, events)) / 1e3,
                    residentBytes);
        }
    }

    /** Processor time since an earlier look, in all and for each thousand events, and memory as it is now; by name. */
    List<Cost> since(ProcessCosts earlier, long events) {
        Map<String, Double> seconds = new TreeMap<>();
        Map<String, Long> resident = new TreeMap<>();
        processor.forEach((pid, spent) -> {
            String name = names.getOrDefault(pid, "");
            Duration before = earlier.processor.getOrDefault(pid, Duration.ZERO);
            seconds.merge(name, spent.minus(before).toMillis() / 1e3, Double::sum);
            resident.merge(name, resident(pid).orElse(0L), Long::sum);
        });
        List<Cost> costs = new ArrayList<>();
        seconds.forEach((name, spent) -> costs.add(new Cost(
                name,
                Math.round(spent * 1e3) / 1e3,
                Math.round(spent * 1e6 / Math.max(1, events)) / 1e3,
                resident.getOrDefault(name, 0L))));
        return costs;
    }

    private void add(ProcessHandle process, String name) {
        process.info().totalCpuDuration().ifPresent(spent -> {
            processor.put(process.pid(), spent);
            names.putIfAbsent(process.pid(), name);
        });
    }

    /** Where the system does not tell the share, all of it. */
    private static Optional<Long> resident(long pid) {
        return bytes(pid, "smaps_rollup", SHARE).or(() -> bytes(pid, "status", RESIDENT));
    }

    private static Optional<Long> bytes(long pid, String file, Pattern line) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), file))) {
            return lines.map(line::matcher)
                    .filter(Matcher::find)
                    .map(found -> 1_024 * Long.parseLong(found.group(1)))
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
