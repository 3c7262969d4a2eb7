package dev.hopmeter.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A JVM with one or more brokers, each of which is a controller too: {@code BrokerProcess READY-FILE CLUSTER-ID
 * PROPERTIES-FILE...}. It formats the brokers' folders where they are new, writes the ready file once all its brokers are
 * registered and serve, and ends with its standard input. The first broker that fails ends it.
 */
final class BrokerProcess {

    private final Path readyFile;
    private final String clusterId;
    private final List<Path> properties;

    private BrokerProcess(Path readyFile, String clusterId, List<Path> properties) {
        this.readyFile = readyFile;
        this.clusterId = clusterId;
        this.properties = properties;
    }

    public static void main(String[] arguments) throws Exception {
        Thread.ofPlatform().daemon().name("leash").start(() -> haltAtEndOf(System.in));
        try {
            new BrokerProcess(
                            Path.of(arguments[0]),
                            arguments[1],
                            Arrays.stream(arguments).skip(2).map(Path::of).toList())
                    .run();
        } catch (Throwable e) {
            e.printStackTrace(System.err);
            Runtime.getRuntime().halt(1);
        }
    }

    /** Whoever holds the other end deletes what is stored here, so there is nothing to save. */
    private static void haltAtEndOf(InputStream held) {
        try {
            held.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A broken pipe means the same as its end: whoever held it is gone.
        }
        Runtime.getRuntime().halt(143);
    }

    private void run() throws Exception {
        List<KafkaRaftServer> servers = new ArrayList<>();
        for (Path file : properties) {
            servers.add(server(file));
        }
        // Each waits for a majority, so none may wait for another to have started.
        List<Thread> starts = new ArrayList<>();
        @Nullable Throwable[] failure = new Throwable[1];
        for (KafkaRaftServer server : servers) {
            starts.add(Thread.ofPlatform().name("start").start(() -> {
                try {
                    server.startup();
                } catch (Throwable e) {
                    failure[0] = e;
                }
            }));
        }
        for (Thread start : starts) {
            start.join();
        }
        if (failure[0] != null) {
            throw new IllegalStateException("a broker does not start", failure[0]);
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(servers)));
        Files.writeString(readyFile, "ready\n", StandardCharsets.US_ASCII);
        for (KafkaRaftServer server : servers) {
            server.awaitShutdown();
        }
    }

    private static void stop(List<KafkaRaftServer> servers) {
        List<Thread> stops = servers.stream()
                .map(server -> Thread.ofPlatform().start(server::shutdown))
                .toList();
        try {
            for (Thread each : stops) {
                each.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private KafkaRaftServer server(Path file) throws Exception {
        Properties text = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            text.load(reader);
        }
        KafkaConfig config = KafkaConfig.fromProps(text);
        String logFolder = text.getProperty("log.dirs");
        new Formatter()
                .setPrintStream(System.err)
                .setNodeId(config.nodeId())
                .setClusterId(clusterId)
                .addDirectory(logFolder)
                .setMetadataLogDirectory(logFolder)
                .setControllerListenerName(BrokersPart.CONTROLLER_LISTENER)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setIgnoreFormatted(true)
                .run();
        return new KafkaRaftServer(config, Time.SYSTEM);
    }
}
