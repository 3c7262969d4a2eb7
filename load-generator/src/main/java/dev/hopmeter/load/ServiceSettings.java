package dev.hopmeter.load;

import dev.hopmeter.stack.UnifiedStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the services say at {@code /actuator/info} of each client, pool and record of properties that they have, and a Kafka
 * Connect worker by its REST interface.
 */
final class ServiceSettings {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The part of each service that says whether Spring Boot, or a record of ours, has a property of that name. */
    private static final String PROPERTIES = "spring";

    private ServiceSettings() {}

    /** Each service's parts, by the service's name and theirs. */
    static Map<String, PartSettings> of(ConventionalEndpoints stack) throws InterruptedException {
        Map<String, URI> services = new LinkedHashMap<>();
        stack.orderService().ifPresent(at -> services.put("order-service", at));
        stack.cdcConnector().ifPresent(at -> services.put("cdc-connector", at));
        stack.routerService().ifPresent(at -> services.put("router-service", at));
        services.putAll(instances("aggregator-service", stack.aggregatorServices()));
        stack.notifierService().ifPresent(at -> services.put("notifier-service", at));
        return of(services, stack.connectWorker());
    }

    /** Each instance's parts, likewise. */
    static Map<String, PartSettings> of(UnifiedEndpoints stack) throws InterruptedException {
        return of(instances(UnifiedStack.SERVICE, stack.unifiedServices()), Optional.empty());
    }

    private static Map<String, PartSettings> of(Map<String, URI> services, Optional<URI> connectWorker)
            throws InterruptedException {
        Map<String, Map<String, PartSettings>> said = new LinkedHashMap<>();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            for (Map.Entry<String, URI> service : services.entrySet()) {
                said.put(service.getKey(), ask(client, service.getValue()));
            }
            if (connectWorker.isPresent()) {
                said.put("connect-worker", ConnectSettings.of(client, connectWorker.get()));
            }
        }
        return together(said);
    }

    /** The first by the service's name, further ones with their number. */
    static Map<String, URI> instances(String service, List<URI> all) {
        Map<String, URI> named = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            named.put(i == 0 ? service : service + "-" + (i + 1), all.get(i));
        }
        return named;
    }

    private static Map<String, PartSettings> ask(HttpClient client, URI service) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/actuator/info"))
                .timeout(PATIENCE)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? read(answer.body()) : silent("status " + answer.statusCode());
        } catch (IOException e) {
            return silent(String.valueOf(e));
        }
    }

    /** The parts in an answer. */
    static Map<String, PartSettings> read(String answer) {
        Map<String, PartSettings> parts = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, JsonNode> part : JsonMapper.builder()
                    .build()
                    .readTree(answer)
                    .path("effective")
                    .properties()) {
                parts.put(part.getKey(), part(part.getValue()));
            }
        } catch (JacksonException e) {
            return silent("its answer cannot be read");
        }
        return parts.isEmpty() ? silent("it says nothing of its settings") : parts;
    }

    /**
     * All services' parts. A property that was given to every service is only unknown if none of them knows it.
     *
     * @param said each service's parts
     */
    static Map<String, PartSettings> together(Map<String, Map<String, PartSettings>> said) {
        Map<String, PartSettings> all = new LinkedHashMap<>();
        said.forEach((service, parts) -> parts.forEach((part, its) -> {
            if (part.equals(PROPERTIES)) {
                its.unknown()
                        .removeIf(name -> said.values().stream()
                                .map(other -> other.get(PROPERTIES))
                                .anyMatch(other ->
                                        other != null && other.settings().containsKey(name)));
            }
            all.put(service + " " + part, its);
        }));
        return all;
    }

    private static PartSettings part(JsonNode node) {
        PartSettings part = new PartSettings();
        for (Map.Entry<String, JsonNode> setting : node.path("settings").properties()) {
            JsonNode its = setting.getValue();
            part.add(
                    setting.getKey(),
                    new PartSettings.Setting(
                            text(its.path("value")),
                            text(its.path("default")),
                            its.path("differs").asBoolean(false),
                            ""));
        }
        node.path("unknown").forEach(name -> part.unknown(name.asString("")));
        node.path("untold")
                .properties()
                .forEach(what -> part.untold(what.getKey(), what.getValue().asString("")));
        return part;
    }

    private static @Nullable String text(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? value.asString() : null;
    }

    private static Map<String, PartSettings> silent(String why) {
        return Map.of("parts", PartSettings.silent("/actuator/info", why));
    }
}
