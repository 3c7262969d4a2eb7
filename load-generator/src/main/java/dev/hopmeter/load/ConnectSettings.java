package dev.hopmeter.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a Kafka Connect worker says by REST of its connectors: their configuration, held against the connector's own
 * definitions, which Connect gives when it is asked to validate it. What Connect does not say, the settings of the worker and of
 * its connectors' producers, our worker adds to its REST interface.
 */
final class ConnectSettings {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** What passes through the connector to others, who are not asked, and the groups of topics it names itself. */
    private static final Set<String> PASSED_ON = Set.of(
            "driver.", "transforms.", "producer.override.", "consumer.override.", "admin.override.", "topic.creation.");

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ConnectSettings() {}

    /** Each connector, and the worker. */
    static Map<String, PartSettings> of(HttpClient client, URI worker) throws InterruptedException {
        Map<String, PartSettings> parts = new LinkedHashMap<>();
        try {
            JsonNode connectors = ask(client, request(worker, "/connectors?expand=info"));
            for (Map.Entry<String, JsonNode> connector : connectors.properties()) {
                JsonNode config = connector.getValue().at("/info/config");
                JsonNode validated = ask(
                        client,
                        request(
                                        worker,
                                        "/connector-plugins/"
                                                + config.path("connector.class").asString() + "/config/validate")
                                .header("Content-Type", "application/json")
                                .PUT(HttpRequest.BodyPublishers.ofString(config.toString())));
                parts.put("connector " + connector.getKey(), connector(config, validated));
            }
            parts.putAll(worker(client, worker));
        } catch (IOException | JacksonException e) {
            return Map.of("worker", PartSettings.silent("REST", String.valueOf(e.getMessage())));
        }
        return parts;
    }

    private static Map<String, PartSettings> worker(HttpClient client, URI worker)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(request(worker, "/hopmeter/settings").build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() == 200
                ? ServiceSettings.read(answer.body())
                : Map.of(
                        "worker",
                        new PartSettings()
                                .untold("settings", "Connect shows them to nobody, and this worker is not ours"));
    }

    /** By the user and the password in the worker's address, if there are any. */
    static HttpRequest.Builder request(URI worker, String path) {
        String user = worker.getUserInfo();
        String place = worker.getHost() + ":" + worker.getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(worker.getScheme() + "://" + place + path))
                .timeout(PATIENCE);
        return user == null
                ? request
                : request.header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonNode ask(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode());
        }
        return MAPPER.readTree(answer.body());
    }

    /** The settings of a connector, by its configuration and the answer to its validation. */
    static PartSettings connector(JsonNode config, JsonNode validated) {
        PartSettings part = new PartSettings();
        Set<String> defined = new TreeSet<>();
        for (JsonNode each : validated.path("configs")) {
            String name = each.at("/definition/name").asString("");
            defined.add(name);
            String usual = text(each.at("/definition/default_value"));
            part.add(name, config.has(name) ? text(config.get(name)) : usual, usual, "");
        }
        for (Map.Entry<String, JsonNode> given : config.properties()) {
            String name = given.getKey();
            if (!defined.contains(name)) {
                part.add(name, text(given.getValue()), null, "");
                if (PASSED_ON.stream().noneMatch(name::startsWith)) {
                    part.unknown(name);
                }
            }
        }
        return part;
    }

    private static @Nullable String text(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? value.asString() : null;
    }
}
