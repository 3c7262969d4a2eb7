package dev.hopmeter.stack;

import dev.hopmeter.contract.EpochClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes of the user's own Harper on this machine, each on a loopback address of its own, with Hopmeter's application, in one
 * {@link StackFolder}.
 */
public final class HarperStack implements StartedStack {

    /** The files of the application. */
    static final List<String> APPLICATION = List.of("config.yaml", "package.json", "schema.graphql", "resources.js");

    private static final int NODES = 3;
    private static final String USER = "hopmeter";
    private static final String NOTIFY = "notify";

    private final StackFolder folder;
    private final HarperPlan plan;
    private final HarperHome harper;
    private final List<HarperNode> nodes;

    private HarperStack(StackFolder folder, HarperPlan plan, HarperHome harper, List<HarperNode> nodes) {
        this.folder = folder;
        this.plan = plan;
        this.harper = harper;
        this.nodes = List.copyOf(nodes);
    }

    /**
     * Starts the cluster; blocks until a write on each node is confirmed by another.
     *
     * @throws StackException if there is no Harper, or a node does not start; nothing is left behind then
     * @throws InterruptedException likewise, if the calling thread is interrupted meanwhile
     */
    public static HarperStack start(HarperPlan plan, StartListener listener) throws InterruptedException {
        HarperHome harper = HarperHome.in(plan.home());
        for (String file : APPLICATION) {
            if (!Files.isRegularFile(plan.application().resolve(file))) {
                throw new StackException("the application for Harper is not there: there is no "
                        + plan.application().resolve(file));
            }
        }
        checkAddresses();
        StackFolder folder = plan.parent().map(StackFolder::create).orElseGet(StackFolder::create);
        try {
            return started(folder, plan, harper, listener);
        } catch (RuntimeException e) {
            try {
                folder.close();
            } catch (StackException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** Linux has every address of 127.0.0.0/8; macOS has the first alone until it is told. */
    private static void checkAddresses() {
        for (int number = 1; number <= NODES; number++) {
            String host = Addressing.host(number);
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(host, 0));
            } catch (IOException e) {
                throw new StackException(
                        "the loopback address " + host + " for a node of Harper's cannot be used (" + e.getMessage()
                                + "); on macOS: sudo ifconfig lo0 alias " + host,
                        e);
            }
        }
    }

    private static HarperStack started(StackFolder folder, HarperPlan plan, HarperHome harper, StartListener listener) {
        EpochClock clock = EpochClock.system();
        long beginning = clock.nanos();
        Addressing at = Addressing.free(folder.ports(), plan);
        String password = Secret.create();
        List<HarperNode> nodes = new ArrayList<>();
        for (int number = 1; number <= NODES; number++) {
            nodes.add(prepare(folder, plan, harper, at, number, password));
        }
        folder.stopsWith(() -> nodes.forEach(HarperNode::discard));
        nodes.forEach(HarperNode::launch);
        for (HarperNode node : nodes) {
            node.awaitReady();
            Duration length = Duration.ofNanos(clock.nanos() - beginning);
            listener.ready(node.name(), length, length);
        }
        return new HarperStack(folder, plan, harper, nodes);
    }

    private static HarperNode prepare(
            StackFolder folder, HarperPlan plan, HarperHome harper, Addressing at, int number, String password) {
        String name = "harper-" + number;
        Path home = folder.folder(name);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("HOME", home.toString());
        environment.put("ROOTPATH", home.toString());
        environment.put("HDB_ADMIN_USERNAME", USER);
        environment.put("HDB_ADMIN_PASSWORD", password);
        // Who installs Harper accepts its licence; without this it would ask.
        environment.put("TC_AGREEMENT", "yes");
        environment.put("DEFAULTS_MODE", "prod");
        environment.put("REPLICATION_HOSTNAME", Addressing.host(number));
        environment.put(
                "HARPER_SET_CONFIG", json(at.configuration(number, plan.arm().harper())));
        environment.put("HOPMETER_HARPER_NOTIFY", plan.arm().application().getOrDefault(NOTIFY, "confirmed"));
        HarperNode node = new HarperNode(
                folder,
                name,
                harper.program(),
                home,
                environment,
                URI.create("http://" + Addressing.host(number) + ":" + at.http()));
        node.install(plan.application());
        return node;
    }

    /** The ports, the same of every node. */
    private record Addressing(int http, int operations, int mqtt, int replication) {

        static Addressing free(Ports ports, HarperPlan plan) {
            return new Addressing(plan.port().orElseGet(ports::next), ports.next(), ports.next(), ports.next());
        }

        static String host(int number) {
            return "127.0.0." + number;
        }

        /** What the node is told, with the arm's own settings among it. */
        Map<String, Object> configuration(int number, Map<String, String> settings) {
            Map<String, Object> configuration = new TreeMap<>();
            settings.forEach((key, value) -> put(configuration, key, value));
            String host = host(number) + ":";
            put(configuration, "http.port", host + http);
            put(configuration, "operationsApi.network.port", host + operations);
            put(configuration, "mqtt.network.port", host + mqtt);
            put(configuration, "replication.port", host + replication);
            for (String secure : List.of("http", "operationsApi.network", "mqtt.network", "replication")) {
                put(configuration, secure + ".securePort", null);
            }
            put(
                    configuration,
                    "replication.routes",
                    IntStream.rangeClosed(1, NODES)
                            .filter(other -> other != number)
                            .mapToObj(other -> "ws://" + host(other) + ":" + replication)
                            .toList());
            // Subscriptions and replication read this log.
            put(configuration, "logging.auditLog", true);
            return configuration;
        }
    }

    /** Puts a value under a key with dots; a text that is a number or a truth value becomes one. */
    @SuppressWarnings({"unchecked", "NullAway"}) // null is what the file of JSON says
    static void put(Map<String, Object> configuration, String key, @Nullable Object value) {
        int dot = key.indexOf('.');
        if (dot < 0) {
            configuration.put(key, value instanceof String text ? parsed(text) : value);
            return;
        }
        Object below = configuration.computeIfAbsent(key.substring(0, dot), any -> new TreeMap<String, Object>());
        if (!(below instanceof Map)) {
            throw new StackException("harper: " + key + " is below a setting that has a value");
        }
        put((Map<String, Object>) below, key.substring(dot + 1), value);
    }

    private static Object parsed(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> text.matches("-?\\d{1,18}") ? Long.valueOf(text) : text;
        };
    }

    static String json(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(each -> json(each.getKey()) + ":" + json(each.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            case List<?> list -> list.stream().map(HarperStack::json).collect(Collectors.joining(",", "[", "]"));
            case String text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
            default -> String.valueOf(value);
        };
    }

    /** The nodes, in the order of their addresses. */
    public List<HarperNode> nodes() {
        return nodes;
    }

    /** Of the Harper that runs. */
    public String version() {
        return harper.version();
    }

    public Arm arm() {
        return plan.arm();
    }

    /** The folder that everything writes to. */
    @Override
    public Path folder() {
        return folder.path();
    }

    /** The process id of each node. */
    @Override
    public Map<String, Long> pids() {
        Map<String, Long> pids = new LinkedHashMap<>();
        nodes.forEach(node -> pids.put(node.name(), node.running().pid()));
        return pids;
    }

    /** What of it has ended though nobody asked for that, with its last five log lines. */
    @Override
    public Optional<String> failure() {
        return folder.lost(nodes.stream().map(HarperNode::running).toList());
    }

    /** Ends the nodes and removes the folder; see {@link StackFolder#close()}. */
    @Override
    public void close() {
        folder.close();
    }
}
