package dev.hopmeter.stack;

import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A configuration of the whole stack: properties, each preceded by the part that it belongs to.
 *
 * <ul>
 *   <li>{@code postgres.}, {@code redis.}, {@code broker.}: a line of {@code postgresql.conf}, {@code redis.conf}, or every
 *       broker's {@code server.properties}
 *   <li>{@code order-service.} and the other services' names: a property of that service
 *   <li>{@code all-services.}: a property of every service that has not one of its own of that name
 *   <li>{@code publisher.}: a property of the load generator's own Kafka producer
 *   <li>{@code connect.worker.}, {@code connect.connector.}: a property of the Kafka Connect worker, or a line of its
 *       connector's configuration
 *   <li>{@code jvm.} and {@code brokers}, a service's name, {@code connect-worker} or {@code all-services}: flags, separated
 *       by spaces
 * </ul>
 *
 * <p>A key can be preceded by {@code for.WORKLOAD.}: it holds in stacks for that workload alone, and there over one without. A
 * file with {@code based-on=NAME} has all that the arm of that name has, but for what it says itself.
 */
public final class Arm {

    private static final String POSTGRES = "postgres";
    private static final String REDIS = "redis";
    private static final String BROKER = "broker";
    private static final String CONNECT_WORKER = "connect.worker";
    private static final String CONNECT_CONNECTOR = "connect.connector";
    private static final String JVM = "jvm";
    private static final String BROKERS = "brokers";
    private static final String ALL_SERVICES = "all-services";
    private static final String PUBLISHER = "publisher";
    private static final String FOR = "for.";
    private static final String BASED_ON = "based-on";
    private static final String SUFFIX = ".properties";
    private static final List<String> NAMES = List.of("shipped", "strong", "strong-flush", "strong-exactly-once");

    private final String name;
    private final Map<String, String> settings;
    private final Map<String, String> lines;
    private final Optional<Workload> workload;

    private Arm(String name, Map<String, String> settings) {
        this(name, settings, settings, Optional.empty());
    }

    private Arm(String name, Map<String, String> settings, Map<String, String> lines, Optional<Workload> workload) {
        this.name = name;
        this.settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        this.lines = Collections.unmodifiableMap(new TreeMap<>(lines));
        this.workload = workload;
        this.settings.keySet().forEach(this::check);
    }

    /** The names of the arms that come with Hopmeter. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The arm of that name.
     *
     * @throws StackException if there is none; it lists those there are
     */
    public static Arm of(String name) {
        if (!NAMES.contains(name)) {
            throw new StackException("there is no arm '" + name + "'; there are " + String.join(", ", NAMES));
        }
        try (InputStream file = Arm.class.getResourceAsStream("arms/" + name + SUFFIX)) {
            if (file == null) {
                throw new IllegalStateException("the arm " + name + " is missing in the jar");
            }
            return read(name, new InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new StackException("the arm " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * An arm of that name with these lines, as {@link #lines} has them.
     *
     * @throws StackException if one of them belongs to no part
     */
    public static Arm of(String name, Map<String, String> lines) {
        return new Arm(name, lines);
    }

    /**
     * The arm in a properties file, named like the file.
     *
     * @throws StackException if it cannot be read, or a property belongs to no part or is there twice
     */
    public static Arm read(Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String name = String.valueOf(file.getFileName());
            return read(name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name, reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new StackException("the arm " + file + " cannot be read: " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        return e instanceof NoSuchFileException
                ? "there is no such file"
                : e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static Arm read(String name, Reader reader) throws IOException {
        Once lines = new Once();
        lines.load(reader);
        if (!lines.repeated.isEmpty()) {
            throw new StackException("the arm " + name + " has twice: " + String.join(", ", lines.repeated));
        }
        Map<String, String> settings = new TreeMap<>();
        Object base = lines.remove(BASED_ON);
        if (base != null) {
            settings.putAll(of(String.valueOf(base).strip()).settings);
        }
        lines.forEach((key, value) ->
                settings.put(String.valueOf(key), String.valueOf(value).strip()));
        return new Arm(name, settings);
    }

    /** This arm with other or further settings, under another name: one step of a ladder of knobs. */
    public Arm with(String otherName, Map<String, String> others) {
        Map<String, String> together = new TreeMap<>(settings);
        together.putAll(others);
        return new Arm(otherName, together);
    }

    /** This arm with one setting less, likewise. */
    public Arm without(String otherName, String setting) {
        Map<String, String> rest = new TreeMap<>(settings);
        rest.remove(setting);
        return new Arm(otherName, rest);
    }

    /** This arm as it holds in a stack for that workload: without what is for others. */
    public Arm in(Workload chosen) {
        Map<String, String> own = withoutLinesForOneWorkload();
        String prefix = FOR + chosen.word() + ".";
        lines.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                own.put(key.substring(prefix.length()), value);
            }
        });
        return new Arm(name, own, lines, Optional.of(chosen));
    }

    /** This arm as it holds in a stack that is for no workload in particular: without what is for one alone. */
    public Arm inEvery() {
        return new Arm(name, withoutLinesForOneWorkload(), lines, Optional.empty());
    }

    private Map<String, String> withoutLinesForOneWorkload() {
        Map<String, String> own = new TreeMap<>(lines);
        own.keySet().removeIf(key -> key.startsWith(FOR));
        return own;
    }

    public String name() {
        return name;
    }

    /** Every property that holds, preceded by its part, in alphabetical order. */
    public Map<String, String> settings() {
        return settings;
    }

    /** Every line as it was written, those for one workload with their prefix among them. */
    public Map<String, String> lines() {
        return lines;
    }

    /** The workload that {@link #settings} holds for; empty if for none in particular. */
    public Optional<Workload> workload() {
        return workload;
    }

    Map<String, String> postgres() {
        return part(POSTGRES);
    }

    Map<String, String> redis() {
        return part(REDIS);
    }

    Map<String, String> brokers() {
        return part(BROKER);
    }

    Map<String, String> connectWorker() {
        return part(CONNECT_WORKER);
    }

    Map<String, String> connector() {
        return part(CONNECT_CONNECTOR);
    }

    Map<String, String> service(Service service) {
        Map<String, String> properties = new TreeMap<>(part(ALL_SERVICES));
        properties.putAll(part(service.word()));
        return properties;
    }

    List<String> brokerFlags() {
        return flags(BROKERS);
    }

    List<String> serviceFlags(Service service) {
        return flagsOfAServiceAnd(service.word());
    }

    /** Those of every service too, as it takes a service's place. */
    List<String> connectWorkerFlags() {
        return flagsOfAServiceAnd(ConnectPart.WORD);
    }

    private List<String> flagsOfAServiceAnd(String part) {
        List<String> flags = new ArrayList<>(flags(ALL_SERVICES));
        flags.addAll(flags(part));
        return flags;
    }

    /** For the one process of all services. */
    List<String> sharedServiceFlags() {
        return flags(ALL_SERVICES);
    }

    /** @throws StackException if there are flags for one service alone */
    void checkFlagsForSharedServices() {
        for (String word : Service.words()) {
            if (!flags(word).isEmpty()) {
                throw new StackException("the arm " + name + " has " + JVM + "." + word
                        + ", and with the services together there is no such JVM; give " + JVM + "." + ALL_SERVICES);
            }
        }
    }

    private List<String> flags(String part) {
        String flags = settings.getOrDefault(JVM + "." + part, "");
        return flags.isBlank() ? List.of() : List.of(flags.strip().split("\\s+"));
    }

    private Map<String, String> part(String part) {
        Map<String, String> own = new TreeMap<>();
        String prefix = part + ".";
        settings.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                own.put(key.substring(prefix.length()), value);
            }
        });
        return own;
    }

    private void check(String written) {
        String stripped = written;
        if (written.startsWith(FOR)) {
            int end = written.indexOf('.', FOR.length());
            String word = end < 0 ? "" : written.substring(FOR.length(), end);
            if (Workload.of(word).isEmpty()) {
                throw new StackException("the arm " + name + " has a property for no workload: " + written
                        + "; workloads are " + String.join(", ", Workload.words()));
            }
            stripped = written.substring(end + 1);
        }
        String key = stripped;
        Set<String> parts = new TreeSet<>(Service.words());
        parts.add(ALL_SERVICES);
        if (key.startsWith(JVM + ".")) {
            parts.addAll(List.of(BROKERS, ConnectPart.WORD));
            if (!parts.contains(key.substring(JVM.length() + 1))) {
                throw new StackException("the arm " + name + " has flags for an unknown JVM: " + key + "; there are "
                        + String.join(", ", parts));
            }
            return;
        }
        parts.addAll(List.of(POSTGRES, REDIS, BROKER, PUBLISHER, CONNECT_WORKER, CONNECT_CONNECTOR));
        if (parts.stream().noneMatch(part -> key.startsWith(part + ".") && key.length() > part.length() + 1)) {
            parts.add(JVM);
            throw new StackException("the arm " + name + " has a property of no part: " + key + "; parts are "
                    + String.join(", ", parts));
        }
    }

    /** Properties that remember which keys they were given more than once. */
    private static final class Once extends Properties {

        private static final long serialVersionUID = 1L;

        private final transient Set<String> repeated = new TreeSet<>();

        @Override
        public synchronized Object put(Object key, Object value) {
            if (containsKey(key)) {
                repeated.add(String.valueOf(key));
            }
            return super.put(key, value);
        }
    }
}
