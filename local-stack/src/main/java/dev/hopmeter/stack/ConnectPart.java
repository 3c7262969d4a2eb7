package dev.hopmeter.stack;

import dev.hopmeter.contract.EpochClock;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka Connect worker as a process of its own, with Debezium's connector for the table of orders. It takes the place of
 * {@code cdc-connector}: same topic, same records, same guarantees. Passwords are in files that only the owner can read, and
 * not in the connector's configuration, which Connect keeps in a topic and shows by REST.
 */
public final class ConnectPart {

    /** The name of its module, and of its process, folder and log. */
    static final String WORD = "connect-worker";

    private static final String CONNECTOR = "hopmeter-orders";
    private static final String STATUS = "/connectors/" + CONNECTOR + "/status";
    private static final String SLOT = "hopmeter_connect";
    private static final String PUBLICATION = "hopmeter_orders";
    private static final String REST_USER = "hopmeter";
    private static final String REST_PASSWORD = "rest-password";
    private static final String SECRETS = "secrets.properties";
    private static final String MAIN_CLASS = "dev.hopmeter.connect.ConnectWorker";

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(8);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String HEAP = "512m";
    private static final int ANSWER_MILLIS = 30_000;
    private static final int GLANCE_MILLIS = 5_000;
    /** For so long after a restart Connect can show a state that it had stored before: until its group is balanced. */
    private static final Duration STORED_STATES = Duration.ofSeconds(30);

    private static final String FAILED = "FAILED";
    private static final String TRACE = "\"trace\":\"";
    private static final int ATTEMPTS = 3;
    private static final Pattern STATE = Pattern.compile("\"state\":\"([A-Z]+)\"");

    private static final Set<String> OURS_OF_THE_WORKER = Set.of(
            "bootstrap.servers",
            "config.providers",
            "config.providers.secret.class",
            "config.providers.secret.param.allowed.paths",
            "config.storage.topic",
            "group.id",
            "header.converter",
            "hopmeter.rest.password.file",
            "key.converter",
            "listeners",
            "offset.storage.topic",
            "producer.metric.reporters",
            "rest.extension.classes",
            "status.storage.topic",
            "value.converter");

    private static final Set<String> OURS_OF_THE_CONNECTOR = Set.of(
            "column.exclude.list",
            "connector.class",
            "database.dbname",
            "database.hostname",
            "database.password",
            "database.port",
            "database.user",
            "name",
            "plugin.name",
            "publication.autocreate.mode",
            "publication.name",
            "slot.drop.on.stop",
            "slot.name",
            "table.include.list",
            "tasks.max",
            "tombstones.on.delete",
            "topic.prefix",
            "transforms",
            "transforms.orders.type");

    private final StackFolder folder;
    private final Path jar;
    private final PostgresPart postgres;
    private final String bootstrapServers;
    private final Map<String, String> workerSettings;
    private final Map<String, String> connectorSettings;
    private final List<String> jvmFlags;
    private final Path home;
    private final String restPassword = Secret.create();
    private volatile int port;
    private volatile @Nullable Child process;

    private ConnectPart(
            StackFolder folder,
            Path jar,
            PostgresPart postgres,
            BrokersPart brokers,
            Map<String, String> workerSettings,
            Map<String, String> connectorSettings,
            List<String> jvmFlags) {
        this.folder = folder;
        this.jar = jar;
        this.postgres = postgres;
        this.bootstrapServers = brokers.bootstrapServers();
        this.workerSettings = Map.copyOf(workerSettings);
        this.connectorSettings = Map.copyOf(connectorSettings);
        this.jvmFlags = List.copyOf(jvmFlags);
        this.home = folder.folder(WORD);
        this.port = folder.ports().next();
    }

    /**
     * A worker that is not started yet; whoever starts it has it stopped.
     *
     * @param jar of the worker, beside the folder {@code lib} with what it needs
     * @param workerSettings lines of the worker's properties, {@code producer.} among them, that differ from the usual
     * @param connectorSettings likewise of the connector's configuration
     * @throws StackException if there is no such jar, or a setting is one that the stack decides itself
     */
    static ConnectPart prepare(
            StackFolder folder,
            Path jar,
            PostgresPart postgres,
            BrokersPart brokers,
            Map<String, String> workerSettings,
            Map<String, String> connectorSettings,
            List<String> jvmFlags) {
        checkBuilt(jar);
        check(workerSettings, connectorSettings);
        return new ConnectPart(folder, jar, postgres, brokers, workerSettings, connectorSettings, jvmFlags);
    }

    /** @throws StackException if a setting is one that the stack decides itself */
    static void check(Map<String, String> workerSettings, Map<String, String> connectorSettings) {
        Settings.check(WORD, workerSettings, OURS_OF_THE_WORKER);
        Settings.check(WORD, connectorSettings, OURS_OF_THE_CONNECTOR);
    }

    /**
     * Starts a worker and waits until its connector streams; the folder stops it. The table of orders is there by then, or
     * somebody makes it meanwhile.
     *
     * @throws StackException if it does not stream in time; the message ends with its last log lines
     */
    public static ConnectPart start(
            StackFolder folder,
            Path jar,
            PostgresPart postgres,
            BrokersPart brokers,
            Map<String, String> workerSettings,
            Map<String, String> connectorSettings) {
        ConnectPart part = prepare(folder, jar, postgres, brokers, workerSettings, connectorSettings, Jvm.SHORT_LIVED);
        folder.stopsWith(part::stop);
        part.boot();
        return part;
    }

    /** @throws StackException if the jar or what it needs is missing */
    static void checkBuilt(Path jar) {
        if (!Files.isRegularFile(jar) || !Files.isDirectory(jar.resolveSibling("lib"))) {
            throw new StackException(WORD + " is not built: there is no " + jar + " with its folder lib");
        }
    }

    /** Connect's REST interface, {@code http://127.0.0.1:PORT}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The same with the user and the password without which it answers nobody, {@code http://USER:PASSWORD@127.0.0.1:PORT}. */
    public URI urlWithPassword() {
        return URI.create("http://" + REST_USER + ":" + restPassword + "@127.0.0.1:" + port);
    }

    /** The id of the process that it runs in. */
    public long pid() {
        return running().pid();
    }

    /** Where it writes its log. */
    public Path log() {
        return folder.log(WORD);
    }

    /** Kills its process with SIGKILL; where it had come to is kept in Kafka and in Postgres's slot. */
    public void kill() {
        running().kill();
    }

    /** Starts it again on the same port, after stopping it in good order if it runs, until it streams. */
    public void restart() {
        stop();
        awaitFreeSlot();
        launch();
        awaitAnswer();
        awaitStreaming(false);
    }

    /**
     * That the connector or its task has failed, of which Connect's process knows no end, with the first line of its trace
     * and the last cause in it; empty also if the worker does not answer.
     */
    public Optional<String> failure() {
        String[] last = {""};
        int status = call("GET", STATUS, "", GLANCE_MILLIS, last);
        return status == HttpURLConnection.HTTP_OK ? failureIn(last[0]) : Optional.empty();
    }

    /** In an answer to the question for the connector's status. */
    static Optional<String> failureIn(String status) {
        if (!states(status).contains(FAILED)) {
            return Optional.empty();
        }
        int begin = status.indexOf(TRACE, status.indexOf("\"" + FAILED + "\""));
        if (begin < 0) {
            return Optional.of(WORD + ": " + CONNECTOR + " has failed, and says no reason");
        }
        List<String> lines =
                text(status, begin + TRACE.length()).lines().map(String::strip).toList();
        String cause = lines.stream()
                .filter(line -> line.startsWith("Caused by: "))
                .reduce((before, after) -> after)
                .map(line -> "; " + line)
                .orElse("");
        String first = lines.stream().findFirst().orElse("");
        return Optional.of(WORD + ": " + CONNECTOR + " has failed: " + first + cause);
    }

    /** A text of JSON, from its first character to the quotation mark at its end. */
    private static String text(String json, int begin) {
        StringBuilder text = new StringBuilder();
        for (int at = begin; at < json.length() && json.charAt(at) != '"'; at++) {
            char each = json.charAt(at);
            if (each == '\\' && at + 1 < json.length()) {
                at++;
                each = switch (json.charAt(at)) {
                    case 'n' -> '\n';
                    case 't', 'r' -> ' ';
                    default -> json.charAt(at);
                };
            }
            text.append(each);
        }
        return text.toString();
    }

    private static List<String> states(String status) {
        return STATE.matcher(status).results().map(match -> match.group(1)).toList();
    }

    Optional<Child> child() {
        return Optional.ofNullable(process);
    }

    private Child running() {
        Child child = process;
        if (child == null) {
            throw new IllegalStateException(WORD + " is not started yet");
        }
        return child;
    }

    /** Starts it for the first time, on another port if somebody was faster at taking this one. */
    void boot() {
        dropSlot();
        for (int attempt = 1; ; attempt++) {
            try {
                launch();
                awaitAnswer();
                break;
            } catch (StackException e) {
                stop();
                if (attempt == ATTEMPTS || Ports.isFree(port)) {
                    throw e;
                }
                port = folder.ports().next();
            }
        }
        running().awaitReady(START_LIMIT, PAUSE, this::isPublished, () -> " (no publication " + PUBLICATION + " yet)");
        String[] last = {"no answer"};
        running().awaitReady(START_LIMIT, PAUSE, () -> isTaken(last), () -> " (connector: " + last[0] + ")");
        awaitStreaming(true);
    }

    /** Stops it in good order, or kills it when that takes too long; nothing if it does not run. */
    public void stop() {
        child().ifPresent(child -> child.stop(STOP_LIMIT));
    }

    private void launch() {
        List<String> flags = new ArrayList<>(List.of("-Xmx" + HEAP, "-Djava.awt.headless=true"));
        flags.addAll(jvmFlags);
        List<String> command = Jvm.command(folder, flags);
        Path built = jar.toAbsolutePath();
        command.addAll(List.of(
                "-cp", built + File.pathSeparator + built.resolveSibling("lib") + File.separator + "*", MAIN_CLASS));
        command.add(writeProperties("worker.properties", worker()).toString());
        writeProperties(SECRETS, Map.of("password", postgres.password()));
        Secret.write(home.resolve(REST_PASSWORD), restPassword);
        process = folder.launch(WORD, command, home, Map.of());
    }

    private Map<String, String> worker() {
        String bytes = "org.apache.kafka.connect.converters.ByteArrayConverter";
        Map<String, String> settings = new TreeMap<>(Map.of(
                // Room for a dead letter with its reason.
                "producer.max.request.size", "2097152",
                // 25 and 5 by default, which on one machine is only files to open.
                "offset.storage.partitions", "3",
                "status.storage.partitions", "1"));
        settings.putAll(workerSettings);
        settings.putAll(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "group.id",
                "hopmeter-connect",
                "config.storage.topic",
                "hopmeter.connect.configs",
                "offset.storage.topic",
                "hopmeter.connect.offsets",
                "status.storage.topic",
                "hopmeter.connect.status",
                "listeners",
                url().toString(),
                "key.converter",
                bytes,
                "value.converter",
                bytes,
                "header.converter",
                bytes));
        settings.putAll(Map.of(
                // A guard, as Connect tells secrets to whoever asks the right way; the others tell the settings.
                "rest.extension.classes",
                "dev.hopmeter.connect.RestGuard,dev.hopmeter.connect.WorkerSettings",
                "hopmeter.rest.password.file",
                home.resolve(REST_PASSWORD).toString(),
                "producer.metric.reporters",
                "org.apache.kafka.common.metrics.JmxReporter,dev.hopmeter.connect.ProducerWitness",
                "config.providers",
                "secret",
                "config.providers.secret.class",
                "org.apache.kafka.common.config.provider.FileConfigProvider",
                "config.providers.secret.param.allowed.paths",
                home.toString()));
        return settings;
    }

    private Map<String, String> connector() {
        String table = "public\\.orders";
        Map<String, String> settings = new TreeMap<>(Map.of(
                "driver.socketFactory", "dev.hopmeter.rows.PatientSockets",
                "driver.socketFactoryArg", "0",
                "topic.creation.default.replication.factor", "3",
                "topic.creation.default.partitions", "3",
                "topic.creation.default.min.insync.replicas", "2",
                "topic.creation.groups", "dead",
                "topic.creation.dead.include", "hopmeter\\.dead-letters",
                "topic.creation.dead.partitions", "1",
                "topic.creation.dead.max.message.bytes", "2097152"));
        settings.putAll(connectorSettings);
        settings.putAll(Map.of(
                "connector.class", "io.debezium.connector.postgresql.PostgresConnector",
                "tasks.max", "1",
                "topic.prefix", "hopmeter",
                "database.hostname", "127.0.0.1",
                "database.port", Integer.toString(postgres.port()),
                "database.dbname", "hopmeter",
                "database.user", postgres.username(),
                "database.password", "${secret:" + home.resolve(SECRETS) + ":password}"));
        settings.putAll(Map.of(
                "plugin.name", "pgoutput",
                "publication.name", PUBLICATION,
                "publication.autocreate.mode", "disabled",
                "slot.name", SLOT,
                "slot.drop.on.stop", "false",
                "table.include.list", table,
                "column.exclude.list", table + "\\.(fingerprint|placed_at)",
                "tombstones.on.delete", "false",
                "transforms", "orders",
                "transforms.orders.type", "dev.hopmeter.connect.OrderTransform"));
        return settings;
    }

    private Path writeProperties(String name, Map<String, String> lines) {
        Properties text = new Properties();
        text.putAll(lines);
        StringWriter writer = new StringWriter();
        try {
            text.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path file = home.resolve(name);
        Secret.write(file, writer.toString());
        return file;
    }

    private void awaitAnswer() {
        String[] last = {"no answer"};
        running().awaitReady(START_LIMIT, PAUSE, () -> answers("/connectors", last), () -> " (REST: " + last[0] + ")");
    }

    private boolean answers(String path, String[] last) {
        return call("GET", path, "", last) == HttpURLConnection.HTTP_OK;
    }

    /** Whether Connect has taken the connector's configuration; it refuses while its group is not balanced yet. */
    private boolean isTaken(String[] last) {
        int status = call("PUT", "/connectors/" + CONNECTOR + "/config", json(connector()), last);
        if (status == HttpURLConnection.HTTP_BAD_REQUEST) {
            throw new StackException(WORD + " refuses the connector: " + last[0]);
        }
        return status == HttpURLConnection.HTTP_CREATED || status == HttpURLConnection.HTTP_OK;
    }

    /**
     * Waits until connector and task run and the slot is in use: after a restart Connect shows the states that it had stored,
     * until it knows better. A failure is waited for only where it can be such a state: Connect starts nothing again that has
     * failed.
     *
     * @throws StackException if it fails, with the reason, or does not stream in time
     */
    private void awaitStreaming(boolean isNew) {
        String[] last = {"no answer"};
        EpochClock clock = EpochClock.system();
        long storedUntil = clock.nanos() + (isNew ? 0 : STORED_STATES.toNanos());
        boolean[] hasRun = {false};
        BooleanSupplier streams = () -> {
            if (!answers(STATUS, last)) {
                return false;
            }
            List<String> states = states(last[0]);
            hasRun[0] |= !states.contains(FAILED);
            if (hasRun[0] || clock.nanos() >= storedUntil) {
                failureIn(last[0]).ifPresent(failure -> {
                    throw new StackException(failure);
                });
            }
            return states.equals(List.of("RUNNING", "RUNNING")) && slot().equals("active");
        };
        running().awaitReady(START_LIMIT, PAUSE, streams, () -> " (status: " + last[0] + ", slot " + slot() + ")");
    }

    /** The answer's status, or 0 if there is none; its text, or what is in the way, goes into {@code last}. */
    private int call(String method, String path, String body, String[] last) {
        return call(method, path, body, ANSWER_MILLIS, last);
    }

    private int call(String method, String path, String body, int patienceMillis, String[] last) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) url().resolve(path).toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setRequestProperty("Authorization", "Basic " + credentials());
            connection.setConnectTimeout(patienceMillis);
            connection.setReadTimeout(patienceMillis);
            if (!body.isEmpty()) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body.getBytes(StandardCharsets.UTF_8));
                }
            }
            int status = connection.getResponseCode();
            try (InputStream answer = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                last[0] = status + " "
                        + (answer == null ? "" : new String(answer.readAllBytes(), StandardCharsets.UTF_8));
            }
            return status;
        } catch (IOException e) {
            last[0] = e.toString();
            return 0;
        }
    }

    private String credentials() {
        return Base64.getEncoder().encodeToString((REST_USER + ":" + restPassword).getBytes(StandardCharsets.UTF_8));
    }

    /** Without control characters, which no setting has: see {@link Settings}. */
    private static String json(Map<String, String> texts) {
        return texts.entrySet().stream()
                .map(entry -> quoted(entry.getKey()) + ":" + quoted(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private boolean isPublished() {
        return !asked("SELECT 'yes' FROM pg_publication WHERE pubname = ?", PUBLICATION)
                .isEmpty();
    }

    private String slot() {
        return asked(
                "SELECT CASE WHEN active THEN 'active' ELSE 'idle' END FROM pg_replication_slots WHERE slot_name = ?",
                SLOT);
    }

    /** A slot that somebody left behind would keep Postgres's log for ever, and hold a position that no topic knows. */
    private void dropSlot() {
        asked(
                "SELECT pg_terminate_backend(active_pid)::text FROM pg_replication_slots WHERE slot_name = ? AND"
                        + " active",
                SLOT);
        awaitFreeSlot();
        asked("SELECT pg_drop_replication_slot(slot_name)::text FROM pg_replication_slots WHERE slot_name = ?", SLOT);
    }

    /** Postgres notices a moment later that whoever read from a slot is gone. */
    private void awaitFreeSlot() {
        if (!Wait.until(STOP_LIMIT, () -> !slot().equals("active"))) {
            throw new StackException("the slot " + SLOT + " is still in use");
        }
    }

    /** The first column of the first row, or an empty text if there is none. */
    private String asked(String query, String parameter) {
        try (Connection connection = postgres.database().connect();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, parameter);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? String.valueOf(row.getString(1)) : "";
            }
        } catch (SQLException e) {
            throw new StackException("cannot ask Postgres about " + parameter + ": " + e.getMessage(), e);
        }
    }
}
