package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Addresses;
import dev.hopmeter.stack.ConnectPart;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the parts of a running stack are; those that it does not have are not there.
 *
 * @param orderService {@code http://host:port}, as the other services
 * @param connectWorker a Kafka Connect worker's REST interface, where one is in place of {@code cdcConnector}; with user and
 *     password, if it wants them
 * @param aggregatorServices every instance
 * @param postgresUrl for JDBC
 * @param kafka bootstrap servers
 * @param redisUrl with its password, if it has one
 * @param arm the name of the configuration that the stack was started with
 * @param workload the word of the one that the stack was started for; empty if for all, or not known
 * @param settings every line of that configuration, those for one workload with their prefix; empty if not known
 */
public record Endpoints(
        Optional<URI> orderService,
        Optional<URI> cdcConnector,
        Optional<URI> connectWorker,
        Optional<URI> routerService,
        List<URI> aggregatorServices,
        Optional<URI> notifierService,
        Optional<String> postgresUrl,
        Optional<String> postgresUser,
        Optional<String> postgresPassword,
        String kafka,
        Optional<String> redisUrl,
        String arm,
        Optional<String> workload,
        Map<String, String> settings) {

    /** Takes copies. */
    public Endpoints {
        aggregatorServices = List.copyOf(aggregatorServices);
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** Those of a stack on this machine. */
    public static Endpoints of(LocalStack stack) {
        Addresses at = stack.addresses();
        return new Endpoints(
                first(at, Service.ORDER),
                stack.connect().isPresent() ? Optional.empty() : first(at, Service.CDC),
                stack.connect().map(ConnectPart::urlWithPassword),
                first(at, Service.ROUTER),
                at.of(Service.AGGREGATOR),
                first(at, Service.NOTIFIER),
                at.postgres().map(Addresses.Database::url),
                at.postgres().map(Addresses.Database::user),
                at.postgres().map(Addresses.Database::password),
                at.bootstrapServers(),
                at.redis(),
                stack.arm().name(),
                stack.arm().workload().map(Workload::word),
                stack.arm().lines());
    }

    private static Optional<URI> first(Addresses at, Service service) {
        return at.of(service).stream().findFirst();
    }

    /** @throws IOException if there is none, which the workload needs */
    URI order(Workload workload) throws IOException {
        return needed(orderService, "orderService", workload);
    }

    /** @throws IOException if there is none, which the workload needs */
    URI notifier(Workload workload) throws IOException {
        return needed(notifierService, "notifierService", workload);
    }

    /** @throws IOException if there is none, which the workload needs */
    List<URI> aggregators(Workload workload) throws IOException {
        needed(aggregatorServices.stream().findFirst(), "aggregatorServices", workload);
        return aggregatorServices;
    }

    /**
     * A connection to that database, as the stack's user.
     *
     * @throws SQLException if it cannot be had within ten seconds, as long as each answer has
     */
    Connection connect(String url) throws SQLException {
        return new Addresses.Database(url, postgresUser.orElse(""), postgresPassword.orElse("")).connect();
    }

    private static <T> T needed(Optional<T> part, String name, Workload workload) throws IOException {
        return part.orElseThrow(() -> new IOException("the stack has no " + name + ", which " + workload.word()
                + " needs; start one with 'hopmeter up', or one for it with 'hopmeter up --workload "
                + workload.word() + "'"));
    }

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** Writes them for {@code hopmeter run --at}, to a file that no one but the owner can read, as there are passwords among them. */
    public void writeTo(Path file) throws IOException {
        Files.deleteIfExists(file);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        }
        Files.writeString(
                file,
                JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(this));
    }

    /**
     * Reads what {@link #writeTo} has written.
     *
     * @throws IOException if there is no such file, or something else in it; the message says which
     */
    static Endpoints readFrom(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no file " + file);
        }
        try {
            return of(JsonMapper.builder().build().readTree(Files.readString(file)));
        } catch (JacksonException e) {
            throw notAddresses(file, e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw notAddresses(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static IOException notAddresses(Path file, String why, RuntimeException e) {
        return new IOException(
                file + " does not hold the addresses of a stack: "
                        + why.lines().findFirst().orElse("it cannot be read"),
                e);
    }

    private static Endpoints of(JsonNode json) {
        List<URI> aggregators = new ArrayList<>();
        for (JsonNode each : json.path("aggregatorServices")) {
            aggregators.add(URI.create(textOf("aggregatorServices", each)));
        }
        return new Endpoints(
                address(json, "orderService"),
                address(json, "cdcConnector"),
                address(json, "connectWorker"),
                address(json, "routerService"),
                aggregators,
                address(json, "notifierService"),
                text(json, "postgresUrl"),
                text(json, "postgresUser"),
                text(json, "postgresPassword"),
                needed(json, "kafka"),
                text(json, "redisUrl"),
                needed(json, "arm"),
                text(json, "workload").map(Endpoints::known),
                settings(json));
    }

    private static String known(String word) {
        return Workload.of(word)
                .map(Workload::word)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no workload '" + word + "'; there are " + String.join(", ", Workload.words())));
    }

    private static Map<String, String> settings(JsonNode json) {
        Map<String, String> settings = new TreeMap<>();
        json.path("settings")
                .properties()
                .forEach(line -> settings.put(line.getKey(), textOf(line.getKey(), line.getValue())));
        return settings;
    }

    private static String needed(JsonNode json, String name) {
        return text(json, name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private static Optional<URI> address(JsonNode json, String name) {
        return text(json, name).map(URI::create);
    }

    private static Optional<String> text(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(textOf(name, value));
    }

    private static String textOf(String name, JsonNode value) {
        if (!value.isString()) {
            throw new IllegalArgumentException(name + " is a text");
        }
        return value.asString();
    }
}
