package dev.hopmeter.connect;

import dev.hopmeter.spring.EffectivePart;
import dev.hopmeter.spring.KafkaSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;

/** The settings of the worker and of its connectors' producers, in the form of the services' {@code /actuator/info}. */
@Path("/hopmeter/settings")
@Produces(MediaType.APPLICATION_JSON)
public final class SettingsResource {

    private static final String OURS = "hopmeter.";
    private static final String CONSUMER = "consumer.";
    private static final String ADMIN = "admin.";

    /** Read by others than the worker: by a producer, which is told apart, by plug-ins, or by brokers, who refuse them. */
    private static final List<String> PASSED_ON = List.of(
            "producer.",
            "config.providers.",
            "key.converter.",
            "value.converter.",
            "header.converter.",
            "metrics.context.",
            "listeners.https.",
            "admin.listeners.https.",
            "config.storage.",
            "offset.storage.",
            "status.storage.");

    /** What has to be given, and has no default. */
    private static final Map<String, String> ANY = Map.of(
            "bootstrap.servers", "127.0.0.1:1",
            "group.id", "any",
            "config.storage.topic", "any-configs",
            "offset.storage.topic", "any-offsets",
            "status.storage.topic", "any-status",
            "key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter",
            "value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");

    private final Map<String, String> given;

    SettingsResource(Map<String, String> given) {
        this.given = Map.copyOf(given);
    }

    /** Asked for by REST. */
    @GET
    public Map<String, Object> told() {
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("worker", worker().node());
        ProducerWitness.producers().forEach((client, its) -> {
            Map<String, Object> read = new HashMap<>(its);
            // Connect's own, for metrics reporters.
            read.keySet().removeIf(name -> name.startsWith("metrics.context."));
            EffectivePart part = KafkaSettings.producer("producer " + client, read);
            parts.put(part.name(), part.node());
        });
        return Map.of("effective", parts);
    }

    private EffectivePart worker() {
        EffectivePart part = new EffectivePart("worker");
        Map<String, ?> usual = new DistributedConfig(ANY).values();
        new DistributedConfig(given).values().forEach((name, value) -> {
            if (value instanceof Password) {
                part.secret(name, true);
            } else {
                part.setting(name, value, ANY.containsKey(name) ? null : usual.get(name));
            }
        });
        new TreeMap<>(given)
                .keySet().stream()
                        .filter(name -> !usual.containsKey(name) && !isReadByOthers(name))
                        .forEach(part::unknown);
        return part;
    }

    private static boolean isReadByOthers(String name) {
        if (name.startsWith(OURS) || PASSED_ON.stream().anyMatch(name::startsWith)) {
            return true;
        }
        Set<String> consumers = ConsumerConfig.configNames();
        Set<String> admins = AdminClientConfig.configNames();
        if (name.startsWith(CONSUMER)) {
            return consumers.contains(name.substring(CONSUMER.length()));
        }
        if (name.startsWith(ADMIN)) {
            return admins.contains(name.substring(ADMIN.length()));
        }
        // Of the clients that the worker keeps its own topics with.
        return ProducerConfig.configNames().contains(name) || consumers.contains(name) || admins.contains(name);
    }
}
