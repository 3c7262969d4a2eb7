package dev.hopmeter.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What each process of a run has cost so far, to be subtracted from a later look. */
final class ProcessCosts {

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

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

    /** Processor time since an earlier look, in all and for each thousand events, and memory as it is now; by name. */
    List<Map<String, Object>> since(ProcessCosts earlier, long events) {
        Map<String, Double> seconds = new TreeMap<>();
        Map<String, Long> resident = new TreeMap<>();
        processor.forEach((pid, spent) -> {
            String name = names.getOrDefault(pid, "");
            Duration before = earlier.processor.getOrDefault(pid, Duration.ZERO);
            seconds.merge(name, spent.minus(before).toMillis() / 1e3, Double::sum);
            resident.merge(name, resident(pid).orElse(0L), Long::sum);
        });
        List<Map<String, Object>> nodes = new ArrayList<>();
        seconds.forEach((name, spent) -> {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("process", name);
            node.put("processorSeconds", Math.round(spent * 1e3) / 1e3);
            node.put("processorSecondsPer1000Events", Math.round(spent * 1e6 / Math.max(1, events)) / 1e3);
            node.put("residentBytes", resident.getOrDefault(name, 0L));
            nodes.add(node);
        });
        return nodes;
    }

    private void add(ProcessHandle process, String name) {
        process.info().totalCpuDuration().ifPresent(spent -> {
            processor.put(process.pid(), spent);
            names.putIfAbsent(process.pid(), name);
        });
    }

    private static Optional<Long> resident(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.map(RESIDENT::matcher)
                    .filter(Matcher::find)
                    .map(found -> 1_024 * Long.parseLong(found.group(1)))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
