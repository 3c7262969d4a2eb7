package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.stack.Service;
import dev.hopmeter.stack.UnifiedStack;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What can be said of the machine and of the programs on it. What cannot be found out is left out. */
final class Environment {

    private static final Pattern LIBRARY = Pattern.compile("(?:BOOT-INF/lib/)?(.+?)-(\\d[^/]*)\\.jar");
    private static final String CONNECT_WORKER = "connect-worker";
    private static final List<String> NAMED_LIBRARIES = List.of(
            "spring-boot",
            "debezium-core",
            "debezium-connector-postgres",
            "connect-runtime",
            "kafka-clients",
            "kafka-streams",
            "lettuce-core",
            "postgresql",
            "hibernate-core");

    private Environment() {}

    /** Machine, kernel and JDK. */
    static Map<String, Object> machine(EpochClock clock) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("date", clock.instant().toString());
        cpuModel().ifPresent(model -> node.put("cpu", model));
        node.put("cores", Runtime.getRuntime().availableProcessors());
        memoryBytes().ifPresent(bytes -> node.put("memoryBytes", bytes));
        node.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        node.put("jdk", Runtime.version() + ", " + System.getProperty("java.vendor"));
        node.put(
                "loadGeneratorFlags",
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(flag -> flag.startsWith("-X"))
                        .toList());
        read(Path.of("/proc/loadavg")).ifPresent(load -> node.put("loadAverage", load.strip()));
        return node;
    }

    static Optional<String> cpuModel() {
        return read(Path.of("/proc/cpuinfo"))
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst());
    }

    static Optional<Long> memoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? Optional.of(system.getTotalMemorySize())
                : Optional.empty();
    }

    /** The project's commit, with {@code +} where files differ from it. */
    static Optional<String> commit(Path root) {
        return run(root, "git", "rev-parse", "HEAD")
                .map(head -> head
                        + (run(root, "git", "status", "--porcelain").orElse("").isEmpty() ? "" : "+"));
    }

    /** The versions of the libraries that matter inside the services' jars and beside the Connect worker's, by service. */
    static Map<String, Object> libraries(Path root, Backend backend) {
        List<String> words = switch (backend) {
            case CONVENTIONAL -> Service.words();
            case UNIFIED -> List.of(UnifiedStack.SERVICE);
            case HARPER, IN_MEMORY -> List.of();
        };
        Map<String, Object> services = new TreeMap<>();
        for (String service : words) {
            Path jar = root.resolve(service).resolve("target").resolve(service + ".jar");
            if (Files.isRegularFile(jar)) {
                services.put(service, librariesIn(jar));
            }
        }
        Path lib = root.resolve(CONNECT_WORKER).resolve("target").resolve("lib");
        if (backend == Backend.CONVENTIONAL && Files.isDirectory(lib)) {
            services.put(CONNECT_WORKER, librariesBeside(lib));
        }
        return services;
    }

    private static Map<String, String> librariesIn(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return versions(zip.stream().map(ZipEntry::getName));
        } catch (IOException e) {
            return Map.of();
        }
    }

    private static Map<String, String> librariesBeside(Path lib) {
        try (Stream<Path> jars = Files.list(lib)) {
            return versions(jars.map(jar -> String.valueOf(jar.getFileName())));
        } catch (IOException e) {
            return Map.of();
        }
    }

    private static Map<String, String> versions(Stream<String> jars) {
        Map<String, String> versions = new TreeMap<>();
        jars.map(LIBRARY::matcher)
                .filter(jar -> jar.matches() && NAMED_LIBRARIES.contains(jar.group(1)))
                .forEach(jar -> versions.put(jar.group(1), jar.group(2)));
        return versions;
    }

    /** A look at what the processor has done so far, to be subtracted from a later one. */
    static Optional<CpuTime> cpuTime() {
        return read(Path.of("/proc/stat"))
                .flatMap(text -> text.lines().findFirst())
                .map(CpuTime::parse);
    }

    /**
     * The processor's time since the machine started, in ticks.
     *
     * @param busy in any program or in the kernel
     * @param stolen by other machines on the same host
     * @param all of it
     */
    record CpuTime(long busy, long stolen, long all) {

        static CpuTime parse(String line) {
            long[] ticks = Stream.of(line.strip().split("\\s+"))
                    .skip(1)
                    .mapToLong(Long::parseLong)
                    .toArray();
            long all = 0;
            for (int i = 0; i < Math.min(8, ticks.length); i++) {
                all += ticks[i];
            }
            long stolen = ticks.length > 7 ? ticks[7] : 0;
            return new CpuTime(all - ticks[3] - ticks[4] - stolen, stolen, all);
        }

        /** The shares of busy and of stolen time since an earlier look, in percent. */
        Map<String, Object> since(CpuTime earlier) {
            double ticks = Math.max(1, all - earlier.all);
            return Map.of(
                    "busyPercent", Math.round(1_000 * (busy - earlier.busy) / ticks) / 10.0,
                    "stolenPercent", Math.round(1_000 * (stolen - earlier.stolen) / ticks) / 10.0);
        }
    }

    private static Optional<String> run(Path folder, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(Duration.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS);
            return ended && process.exitValue() == 0 ? Optional.of(out.strip()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
