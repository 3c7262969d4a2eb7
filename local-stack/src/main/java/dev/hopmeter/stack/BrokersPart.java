package dev.hopmeter.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * Three real KRaft brokers, numbered 1 to 3, each also a controller. Internal topics have three copies, writes with
 * {@code acks=all} wait for two, nobody makes topics by accident.
 */
public final class BrokersPart {

    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final String CLIENT_LISTENER = "CLIENT";
    private static final int COUNT = 3;
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int ATTEMPTS = 3;
    private static final Set<String> OURS = Set.of(
            "advertised.listeners",
            "controller.listener.names",
            "controller.quorum.voters",
            "inter.broker.listener.name",
            "listener.security.protocol.map",
            "listeners",
            "log.dirs",
            "node.id",
            "process.roles");

    private final StackFolder folder;
    private final Map<String, String> settings;
    private final List<String> jvmFlags;
    private final BrokerLayout layout;
    private final String clusterId = Uuid.randomUuid().toString();
    private final Path home;
    private final Map<Integer, Child> processes = new TreeMap<>();
    private List<Integer> clientPorts = List.of();
    private List<Integer> controllerPorts = List.of();

    private BrokersPart(StackFolder folder, Map<String, String> settings, List<String> jvmFlags, BrokerLayout layout) {
        this.folder = folder;
        this.settings = Map.copyOf(settings);
        this.jvmFlags = List.copyOf(jvmFlags);
        this.layout = layout;
        this.home = folder.folder("brokers");
    }

    /**
     * Starts all three; the folder stops them.
     *
     * @param settings lines of {@code server.properties} that differ from what Kafka documents as its default
     * @throws StackException if they have not all registered in time
     */
    public static BrokersPart start(StackFolder folder, Map<String, String> settings, BrokerLayout layout) {
        return start(folder, settings, Jvm.SHORT_LIVED, layout);
    }

    /** As the other, with flags for the brokers' JVM, or for each of them. */
    static BrokersPart start(
            StackFolder folder, Map<String, String> settings, List<String> jvmFlags, BrokerLayout layout) {
        Settings.check("broker", settings, OURS);
        BrokersPart part = new BrokersPart(folder, settings, jvmFlags, layout);
        folder.stopsWith(part::discard);
        part.startOnFreePorts();
        return part;
    }

    /** The three brokers' addresses, separated by commas. */
    public String bootstrapServers() {
        return clientPorts.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** One process id, or three in the order of the brokers' numbers. */
    public List<Long> pids() {
        return children().stream().map(Child::pid).toList();
    }

    List<Child> children() {
        synchronized (processes) {
            return List.copyOf(processes.values());
        }
    }

    /** Kills that broker with SIGKILL, or all three if they run together; what they stored stays. */
    public void kill(int broker) {
        process(broker).kill();
    }

    /** Starts that broker again on its ports and files, or all three if they run together; kills it first if it runs. */
    public void restart(int broker) {
        int key = key(broker);
        process(broker).kill();
        launch(key);
        awaitReady(key);
    }

    private Child process(int broker) {
        synchronized (processes) {
            Child child = processes.get(key(broker));
            if (child == null) {
                throw new IllegalStateException("not started yet");
            }
            return child;
        }
    }

    /** The number of the first broker of the process that the broker is in. */
    private int key(int broker) {
        if (broker < 1 || broker > COUNT) {
            throw new IllegalArgumentException("no broker " + broker + ": they are numbered 1 to " + COUNT);
        }
        return layout == BrokerLayout.TOGETHER ? 1 : broker;
    }

    private List<Integer> keys() {
        return layout == BrokerLayout.TOGETHER ? List.of(1) : List.of(1, 2, 3);
    }

    private List<Integer> brokersOf(int key) {
        return layout == BrokerLayout.TOGETHER ? List.of(1, 2, 3) : List.of(key);
    }

    private String name(int key) {
        return layout == BrokerLayout.TOGETHER ? "brokers" : "broker-" + key;
    }

    private Path readyFile(int key) {
        return home.resolve(name(key) + ".ready");
    }

    private void startOnFreePorts() {
        for (int attempt = 1; ; attempt++) {
            clientPorts = freePorts();
            controllerPorts = freePorts();
            try {
                keys().forEach(this::launch);
                keys().forEach(this::awaitReady);
                return;
            } catch (StackException e) {
                discard();
                boolean portsAreFree = clientPorts.stream().allMatch(Ports::isFree)
                        && controllerPorts.stream().allMatch(Ports::isFree);
                if (attempt == ATTEMPTS || portsAreFree) {
                    throw e;
                }
            }
        }
    }

    private List<Integer> freePorts() {
        return IntStream.range(0, COUNT)
                .mapToObj(broker -> folder.ports().next())
                .toList();
    }

    private void launch(int key) {
        try {
            Files.deleteIfExists(readyFile(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> flags = new ArrayList<>(List.of(
                layout == BrokerLayout.TOGETHER ? "-Xmx512m" : "-Xmx256m",
                "-Djava.awt.headless=true",
                "-Dslf4j.provider=" + BrokerLog.class.getName(),
                "-Dslf4j.internal.verbosity=WARN",
                "-Dlog4j2.statusLoggerLevel=OFF"));
        flags.addAll(jvmFlags);
        List<String> command = Jvm.command(folder, flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BrokerProcess.class.getName()));
        command.add(readyFile(key).toString());
        command.add(clusterId);
        brokersOf(key).forEach(broker -> command.add(configure(broker).toString()));
        synchronized (processes) {
            processes.put(key, folder.launch(name(key), command, home, Map.of()));
        }
    }

    private void awaitReady(int key) {
        process(key).awaitReady(START_LIMIT, PAUSE, () -> Files.exists(readyFile(key)), () -> "");
    }

    private Path configure(int broker) {
        String client = CLIENT_LISTENER + "://127.0.0.1:" + clientPorts.get(broker - 1);
        String controller = CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPorts.get(broker - 1);
        Properties text = new Properties();
        text.putAll(Map.of(
                "auto.create.topics.enable", "false",
                "default.replication.factor", "3",
                "min.insync.replicas", "2",
                "offsets.topic.replication.factor", "3",
                "transaction.state.log.replication.factor", "3",
                "transaction.state.log.min.isr", "2",
                "share.coordinator.state.topic.replication.factor", "3",
                "share.coordinator.state.topic.min.isr", "2"));
        // 50 by default, which on one machine is only files to open.
        text.putAll(Map.of(
                "offsets.topic.num.partitions", "3",
                "transaction.state.log.num.partitions", "3",
                "share.coordinator.state.topic.num.partitions", "3"));
        // 128 MB of heap for each broker by default, for topics that are compacted; a trial compacts none.
        text.put("log.cleaner.dedupe.buffer.size", "4194304");
        text.putAll(settings);
        text.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(broker),
                "controller.quorum.voters",
                voters(),
                "listeners",
                client + "," + controller,
                "advertised.listeners",
                client,
                "listener.security.protocol.map",
                CLIENT_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT",
                "inter.broker.listener.name",
                CLIENT_LISTENER,
                "controller.listener.names",
                CONTROLLER_LISTENER,
                "log.dirs",
                home.resolve("broker-" + broker).toString()));
        Path file = home.resolve("broker-" + broker + ".properties");
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            text.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private String voters() {
        return IntStream.rangeClosed(1, COUNT)
                .mapToObj(broker -> broker + "@127.0.0.1:" + controllerPorts.get(broker - 1))
                .collect(Collectors.joining(","));
    }

    /** Kills them, as all they have stored is about to be deleted. */
    private void discard() {
        children().forEach(Child::kill);
    }
}
