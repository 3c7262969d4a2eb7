package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Addresses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * What the parts of a running stack really run with, as they say themselves: by kind ({@code brokers}, {@code topics},
 * {@code postgres}, {@code redis}, {@code services}, {@code load-generator}, {@code jvm}) and part. What a part does not tell
 * is said.
 */
final class EffectiveConfiguration {

    private static final String NOTIFY = "notify";
    private static final String LOAD_GENERATOR = "load-generator";

    private final Map<String, Map<String, PartSettings>> kinds;

    EffectiveConfiguration(Map<String, Map<String, PartSettings>> kinds) {
        this.kinds = kinds;
    }

    /** Where there is no stack to ask. */
    static EffectiveConfiguration ofNothing() {
        return new EffectiveConfiguration(Map.of());
    }

    /**
     * Asks every part, one after the other; each for some ten seconds at most.
     *
     * @param publisher all that the load generator's own producer was told; empty where there was none
     * @param processes the process id of each part that was started here, by its name
     */
    static EffectiveConfiguration of(
            ConventionalEndpoints stack, Optional<Map<String, Object>> publisher, Map<String, Long> processes)
            throws InterruptedException {
        Map<String, Map<String, PartSettings>> kinds = new LinkedHashMap<>();
        kinds.putAll(BrokerSettings.of(stack.kafka()));
        stack.database().ifPresent(database -> kinds.put("postgres", Map.of("server", DatabaseSettings.of(database))));
        stack.redisUrl().ifPresent(url -> kinds.put("redis", Map.of("server", CacheSettings.of(url))));
        kinds.put("services", ServiceSettings.of(stack));
        publisher.ifPresent(given -> kinds.put(LOAD_GENERATOR, Map.of("publisher", PublisherSettings.of(given))));
        kinds.put("jvm", ProcessFlags.of(processes));
        return new EffectiveConfiguration(kinds);
    }

    /**
     * As the other, of the unified backend: every one of its servers and instances.
     *
     * @param publisher the load generator's own; empty where there was none
     */
    static EffectiveConfiguration of(
            UnifiedEndpoints stack, Optional<PartSettings> publisher, Map<String, Long> processes)
            throws InterruptedException {
        Map<String, Map<String, PartSettings>> kinds = new LinkedHashMap<>();
        Map<String, PartSettings> servers = new LinkedHashMap<>();
        stack.primary().ifPresent(primary -> servers.put("primary", DatabaseSettings.of(primary)));
        List<Addresses.Database> standbys = stack.standbys();
        for (int i = 0; i < standbys.size(); i++) {
            servers.put("standby-" + (i + 1), DatabaseSettings.of(standbys.get(i)));
        }
        if (!servers.isEmpty()) {
            kinds.put("postgres", servers);
        }
        kinds.put("services", ServiceSettings.of(stack));
        publisher.ifPresent(its -> kinds.put(LOAD_GENERATOR, Map.of("publisher", its)));
        kinds.put("jvm", ProcessFlags.of(processes));
        return new EffectiveConfiguration(kinds);
    }

    /**
     * What the unified service's answers and notifications wait for, as it was read back; empty if not every instance says the
     * same.
     */
    Optional<String> notified() {
        Set<String> told = new TreeSet<>();
        kinds.getOrDefault("services", Map.of())
                .values()
                .forEach(part -> part.settings().forEach((name, setting) -> {
                    if ((name.equals(NOTIFY) || name.endsWith("." + NOTIFY)) && setting.value() != null) {
                        told.add(setting.value().toLowerCase(Locale.ROOT));
                    }
                }));
        return told.size() == 1 ? told.stream().findFirst() : Optional.empty();
    }

    /** Only what differs from its default, by kind and part, with what is unknown and not told. */
    Map<String, Object> differing() {
        Map<String, Object> node = new LinkedHashMap<>();
        kinds.forEach((kind, parts) -> {
            Map<String, Object> those = new LinkedHashMap<>();
            parts.forEach((part, its) -> those.put(part, its.differing()));
            node.put(kind, those);
        });
        return node;
    }

    /** Everything, by kind and part. */
    Map<String, Object> all() {
        Map<String, Object> node = new LinkedHashMap<>();
        kinds.forEach((kind, parts) -> {
            Map<String, Object> those = new LinkedHashMap<>();
            parts.forEach((part, its) -> those.put(part, its.all()));
            node.put(kind, those);
        });
        return node;
    }

    /**
     * What the producers of the workload's records wait for, as they were read back: their values of {@code acks}; none if
     * no producer told it.
     */
    Set<String> acks(Workload workload) {
        String kind = switch (workload) {
            case JOURNEY, WRITE_NOTIFY -> "services";
            case FAN_OUT, FRESHNESS, POINT_QUERY, INGEST -> LOAD_GENERATOR;
        };
        Set<String> acks = new TreeSet<>();
        kinds.getOrDefault(kind, Map.of()).forEach((part, its) -> {
            boolean first = kind.equals(LOAD_GENERATOR)
                    || part.equals("cdc-connector producer")
                    || part.startsWith("connect-worker producer ");
            PartSettings.Setting setting = its.settings().get(ProducerConfig.ACKS_CONFIG);
            if (first && setting != null && setting.value() != null) {
                acks.add(setting.value());
            }
        });
        return acks;
    }

    /** The parts that were asked and told nothing, and why: whether they have what the arm sets is not known. */
    List<String> silent() {
        List<String> silent = new ArrayList<>();
        kinds.forEach((kind, parts) -> parts.forEach((part, its) -> {
            if (its.isSilent()) {
                its.untold().forEach((what, why) -> silent.add(kind + ", " + part + ": " + what + " " + why));
            }
        }));
        return silent;
    }

    /** What was given to a part that no one reads: an arm with a knob that does nothing is not what it says. */
    List<String> unknown() {
        List<String> unknown = new ArrayList<>();
        kinds.forEach((kind, parts) -> parts.forEach(
                (part, its) -> its.unknown().forEach(name -> unknown.add(kind + ", " + part + ": " + name))));
        return unknown;
    }
}
