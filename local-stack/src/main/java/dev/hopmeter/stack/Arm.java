package dev.hopmeter.stack;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
 * A configuration of the whole stack of one backend: properties, each preceded by the part that it belongs to. Of the
 * conventional one:
 *
 * <ul>
 *   <li>{@code postgres.}, {@code redis.}, {@code broker.}: a line of {@code postgresql.conf}, {@code redis.conf}, or every
 *       broker's {@code server.properties}
 *   <li>{@code order-service.} and the other services' names: a property of that service
 *   <li>{@code all-services.}: a property of every service that has not one of its own of that name
 *   <li>{@code publisher.}: a property of the load generator's own Kafka producer, or of what it publishes with in its place
 *   <li>{@code connect.worker.}, {@code connect.connector.}: a property of the Kafka Connect worker, or a line of its
 *       connector's configuration
 *   <li>{@code jvm.} and {@code brokers}, a service's name, {@code connect-worker} or {@code all-services}: flags, separated
 *       by spaces
 * </ul>
 *
 * <p>Of the unified one: {@code postgres.}, a line of {@code postgresql.conf} of each of the three servers; {@code
 * unified-backend.}, a property of the service; {@code jvm.unified-backend}, its flags. Of Harper: {@code harper.}, a key of each
 * node's configuration, as in {@code harper.threads.count}; {@code application.notify}, when the application tells subscribers.
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
    private static final String HARPER = "harper";
    private static final String APPLICATION = "application";
    private static final String FOR = "for.";
    private static final String BASED_ON = "based-on";
    private static final String SUFFIX = ".properties";

    private final String name;
    private final Backend backend;
    private final Map<String, String> settings;
    private final Map<String, String> lines;
    private final Optional<Workload> workload;

    private Arm(String name, Backend backend, Map<String, String> settings) {
        this(name, backend, settings, settings, Optional.empty());
    }

    private Arm(
            String name,
            Backend backend,
            Map<String, String> settings,
            Map<String, String> lines,
            Optional<Workload> workload) {
        this.name = name;
        this.backend = backend;
        this.settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        this.lines = Collections.unmodifiableMap(new TreeMap<>(lines));
        this.workload = workload;
        this.settings.keySet().forEach(this::check);
    }

    /** The names of the backend's arms that come with Hopmeter; none if it cannot be configured. */
    public static List<String> names(Backend backend) {
        return switch (backend) {
            case CONVENTIONAL -> List.of("shipped", "strong", "strong-flush", "strong-exactly-once");
            case UNIFIED -> List.of("quorum", "local");
            case HARPER -> List.of("confirmed", "local");
            case IN_MEMORY -> List.of();
        };
    }

    /**
     * The one that is meant where none is named.
     *
     * @throws IllegalArgumentException if the backend has none
     */
    public static String usual(Backend backend) {
        return switch (backend) {
            case CONVENTIONAL -> "strong";
            case UNIFIED -> "quorum";
            case HARPER -> "confirmed";
            case IN_MEMORY -> throw new IllegalArgumentException(backend.word() + " has no arms");
        };
    }

    /**
     * The arm of that name, of the first backend that has one.
     *
     * @throws StackException if there is none; it lists those there are
     */
    public static Arm of(String name) {
        List<String> all = new ArrayList<>();
        for (Backend backend : Backend.values()) {
            if (names(backend).contains(name)) {
                return of(backend, name);
            }
            all.addAll(names(backend));
        }
        throw new StackException("there is no arm '" + name + "'; there are " + String.join(", ", all));
    }

    /**
     * The backend's arm of that name.
     *
     * @throws StackException if there is none; it lists those there are
     */
    public static Arm of(Backend backend, String name) {
        if (!names(backend).contains(name)) {
            throw new StackException("there is no arm '" + name + "' of " + backend.word() + "; there are "
                    + String.join(", ", names(backend)));
        }
        try (InputStream file = Arm.class.getResourceAsStream("arms/" + folder(backend) + name + SUFFIX)) {
            if (file == null) {
                throw new IllegalStateException("the arm " + name + " is missing in the jar");
            }
            return read(backend, name, new InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new StackException("the arm " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Harper has one of the same name as another backend has. */
    private static String folder(Backend backend) {
        return backend == Backend.HARPER ? backend.word() + "/" : "";
    }

    /**
     * An arm of that name with these lines, as {@link #lines} has them.
     *
     * @throws StackException if one of them belongs to no part of that backend
     */
    public static Arm of(Backend backend, String name, Map<String, String> lines) {
        return new Arm(name, backend, lines);
    }

    /**
     * The arm in a properties file, named like the file.
     *
     * @throws StackException if it cannot be read, or a property belongs to no part of that backend or is there twice
     */
    public static Arm read(Backend backend, Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String name = String.valueOf(file.getFileName());
            return read(
                    backend, name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name, reader);
        } catch (IOException e) {
            throw new StackException("the arm " + file + " cannot be read: " + FileFault.text(e), e);
        } catch (IllegalArgumentException e) {
            throw new StackException("the arm " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Arm read(Backend backend, String name, Reader reader) throws IOException {
        Once lines = new Once();
        lines.load(reader);
        if (!lines.repeated.isEmpty()) {
            throw new StackException("the arm " + name + " has twice: " + String.join(", ", lines.repeated));
        }
        Map<String, String> settings = new TreeMap<>();
        Object base = lines.remove(BASED_ON);
        if (base != null) {
            settings.putAll(of(backend, String.valueOf(base).strip()).settings);
        }
        lines.forEach((key, value) ->
                settings.put(String.valueOf(key), String.valueOf(value).strip()));
        return new Arm(name, backend, settings);
    }

    /** This arm with other or further settings, under another name: one step of a ladder of knobs. */
    public Arm with(String otherName, Map<String, String> others) {
        Map<String, String> together = new TreeMap<>(settings);
        together.putAll(others);
        return new Arm(otherName, backend, together);
    }

    /** This arm with one setting less, likewise. */
    public Arm without(String otherName, String setting) {
        Map<String, String> rest = new TreeMap<>(settings);
        rest.remove(setting);
        return new Arm(otherName, backend, rest);
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
        return new Arm(name, backend, own, lines, Optional.of(chosen));
    }

    /** This arm as it holds in a stack that is for no workload in particular: without what is for one alone. */
    public Arm inEvery() {
        return new Arm(name, backend, withoutLinesForOneWorkload(), lines, Optional.empty());
    }

    private Map<String, String> withoutLinesForOneWorkload() {
        Map<String, String> own = new TreeMap<>(lines);
        own.keySet().removeIf(key -> key.startsWith(FOR));
        return own;
    }

    public String name() {
        return name;
    }

    /** What it configures. */
    public Backend backend() {
        return backend;
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

    Map<String, String> unifiedBackend() {
        return part(UnifiedStack.SERVICE);
    }

    List<String> unifiedBackendFlags() {
        return flags(UnifiedStack.SERVICE);
    }

    Map<String, String> harper() {
        return part(HARPER);
    }

    Map<String, String> application() {
        return part(APPLICATION);
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

    /** @throws StackException if it has flags for one service alone, and all of them share a JVM */
    public void check(Layout layout) {
        if (layout.services() != ServiceLayout.TOGETHER) {
            return;
        }
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
        if (key.startsWith(JVM + ".")) {
            Set<String> jvms = jvms(backend);
            if (!jvms.contains(key.substring(JVM.length() + 1))) {
                throw new StackException("the arm " + name + " has flags for an unknown JVM: " + key + "; there are "
                        + String.join(", ", jvms));
            }
            return;
        }
        Set<String> parts = parts(backend);
        if (parts.stream().noneMatch(part -> key.startsWith(part + ".") && key.length() > part.length() + 1)) {
            parts.add(JVM);
            throw new StackException("the arm " + name + " has a property of no part: " + key + "; parts are "
                    + String.join(", ", parts));
        }
    }

    private static Set<String> jvms(Backend backend) {
        Set<String> jvms = new TreeSet<>();
        switch (backend) {
            case CONVENTIONAL -> {
                jvms.addAll(Service.words());
                jvms.addAll(List.of(ALL_SERVICES, BROKERS, ConnectPart.WORD));
            }
            case UNIFIED -> jvms.add(UnifiedStack.SERVICE);
            case HARPER, IN_MEMORY -> {}
        }
        return jvms;
    }

    private static Set<String> parts(Backend backend) {
        Set<String> parts = new TreeSet<>();
        switch (backend) {
            case CONVENTIONAL -> {
                parts.addAll(Service.words());
                parts.addAll(
                        List.of(ALL_SERVICES, POSTGRES, REDIS, BROKER, PUBLISHER, CONNECT_WORKER, CONNECT_CONNECTOR));
            }
            case UNIFIED -> parts.addAll(List.of(POSTGRES, PUBLISHER, UnifiedStack.SERVICE));
            case HARPER -> parts.addAll(List.of(HARPER, APPLICATION, PUBLISHER));
            case IN_MEMORY -> {}
        }
        return parts;
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
