package dev.hopmeter.load;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/** What Kafka's brokers say of their own settings and of those of the topics on an event's way. */
final class BrokerSettings {

    private static final int PATIENCE_SECONDS = 10;
    private static final String SCRATCH = "hopmeter.floor.";

    private BrokerSettings() {}

    /** {@code brokers}: {@code all} for what they have in common, and each by its number; {@code topics} by name. */
    static Map<String, Map<String, PartSettings>> of(String bootstrapServers) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            return Map.of("brokers", brokers(admin), "topics", topics(admin));
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            return Map.of("brokers", Map.of("all", PartSettings.silent("settings", String.valueOf(e))));
        }
    }

    private static Map<String, PartSettings> brokers(Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        Collection<Node> nodes = answer(admin.describeCluster().nodes());
        List<ConfigResource> resources = nodes.stream()
                .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
                .toList();
        Map<String, Map<String, ConfigEntry>> entries = new TreeMap<>();
        describe(admin, resources).forEach((resource, its) -> entries.put(resource.name(), its));
        return together(entries);
    }

    /** What all brokers say alike is said once. */
    static Map<String, PartSettings> together(Map<String, Map<String, ConfigEntry>> brokers) {
        PartSettings all = new PartSettings().add("brokers", Integer.toString(brokers.size()), null, "");
        Map<String, PartSettings> parts = new LinkedHashMap<>();
        parts.put("all", all);
        brokers.keySet().forEach(broker -> parts.put(broker, new PartSettings()));
        Set<String> names = new TreeSet<>();
        brokers.values().forEach(its -> names.addAll(its.keySet()));
        for (String name : names) {
            List<ConfigEntry> entries = new ArrayList<>();
            brokers.values().forEach(its -> {
                if (its.get(name) != null) {
                    entries.add(its.get(name));
                }
            });
            boolean same = entries.size() == brokers.size()
                    && entries.stream().map(BrokerSettings::told).distinct().count() == 1;
            if (same) {
                add(all, entries.getFirst());
            } else {
                brokers.forEach((broker, its) -> {
                    ConfigEntry entry = its.get(name);
                    if (entry != null) {
                        add(Objects.requireNonNull(parts.get(broker)), entry);
                    }
                });
            }
        }
        return parts;
    }

    private static Map<String, PartSettings> topics(Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        Set<String> names = new TreeSet<>();
        for (String name : answer(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names())) {
            boolean ours = name.startsWith("hopmeter") && !name.startsWith(SCRATCH);
            boolean streams = name.endsWith("-changelog") || name.endsWith("-repartition");
            if (ours || streams || name.startsWith("__")) {
                names.add(name);
            }
        }
        Map<String, PartSettings> parts = new TreeMap<>();
        Map<String, TopicDescription> described =
                answer(admin.describeTopics(names).allTopicNames());
        describe(
                        admin,
                        names.stream()
                                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                                .toList())
                .forEach((resource, its) -> {
                    PartSettings part = new PartSettings();
                    its.values().forEach(entry -> add(part, entry));
                    TopicDescription topic = described.get(resource.name());
                    if (topic != null) {
                        part.add(
                                "partitions",
                                Integer.toString(topic.partitions().size()),
                                "1",
                                "");
                        topic.partitions().stream()
                                .mapToInt(partition -> partition.replicas().size())
                                .min()
                                .ifPresent(copies -> part.add("replication", Integer.toString(copies), "1", ""));
                    }
                    parts.put(resource.name(), part);
                });
        return parts;
    }

    private static Map<ConfigResource, Map<String, ConfigEntry>> describe(
            Admin admin, Collection<ConfigResource> resources)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<ConfigResource, Map<String, ConfigEntry>> entries = new HashMap<>();
        answer(admin.describeConfigs(resources, new DescribeConfigsOptions().includeSynonyms(true))
                        .all())
                .forEach((resource, config) -> {
                    Map<String, ConfigEntry> its = new TreeMap<>();
                    config.entries().forEach(entry -> its.put(entry.name(), entry));
                    entries.put(resource, its);
                });
        return entries;
    }

    private static void add(PartSettings part, ConfigEntry entry) {
        if (entry.type() == ConfigEntry.ConfigType.UNKNOWN && entry.source() != ConfigSource.DEFAULT_CONFIG) {
            part.unknown(entry.name());
        } else {
            part.add(entry.name(), told(entry));
        }
    }

    private static PartSettings.Setting told(ConfigEntry entry) {
        String source = entry.source().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (entry.isSensitive()) {
            boolean set = entry.source() != ConfigSource.DEFAULT_CONFIG;
            return new PartSettings.Setting(set ? Secrets.MASK : null, null, set, source);
        }
        String usual = usual(entry);
        return new PartSettings.Setting(entry.value(), usual, !Objects.equals(entry.value(), usual), source);
    }

    /** Kafka's own default is the last of the places that a setting can come from. */
    private static @Nullable String usual(ConfigEntry entry) {
        if (entry.source() == ConfigSource.DEFAULT_CONFIG) {
            return entry.value();
        }
        return entry.synonyms().stream()
                .filter(place -> place.source() == ConfigSource.DEFAULT_CONFIG)
                .map(ConfigEntry.ConfigSynonym::value)
                .findFirst()
                .orElse(null);
    }

    private static <T> T answer(KafkaFuture<T> asked)
            throws ExecutionException, TimeoutException, InterruptedException {
        return asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
