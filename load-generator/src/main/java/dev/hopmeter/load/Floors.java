package dev.hopmeter.load;

import com.sun.net.httpserver.HttpServer;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Addresses.Database;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.PGReplicationStream;

/**
 * Measures floors: each step alone, one after the other, on an otherwise idle stack. A step that cannot be measured says why
 * and leaves the others as they are.
 */
final class Floors {

    private static final int VALUES = 1_000;
    private static final int DISCARDED = 200;
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration LONGEST_RULER = Duration.ofSeconds(10);
    private static final int BLOCK = 4_096;
    private static final int BLOCKS = 1_024;
    private static final int PATIENCE_SECONDS = 20;

    private static final long STATUS_INTERVAL_NANOS = 100_000_000;

    /** While a step of the floor waits for a message of the log. */
    private static final long LOOK_AGAIN_NANOS = 20_000;

    private final EpochClock clock;
    private final Path folder;
    private final String id;

    /**
     * Floors of a run.
     *
     * @param folder on the disk whose flush is measured
     * @param id what scratch files, tables and topics are called by; no other run has it
     */
    Floors(EpochClock clock, Path folder, String id) {
        this.clock = clock;
        this.folder = folder;
        this.id = id;
    }

    /** What can be measured with nothing but this process: disk, loopback and the ruler. */
    Floor alone(TrialPlan plan) throws InterruptedException {
        return new Floor(List.of(disk(), loopback(0), ruler(plan)));
    }

    /** All of it, of the stack that these are the addresses of. */
    Floor of(TrialPlan plan, ConventionalEndpoints stack) throws InterruptedException {
        Steps steps = Steps.of(plan.workload());
        List<Floor.Part> parts = new ArrayList<>();
        parts.add(disk());
        if (stack.database().isPresent()) {
            parts.add(commit(stack.database().get(), "", steps.commits()));
        }
        parts.add(brokers(stack, steps.acknowledgements()));
        if (stack.redisUrl().isPresent()) {
            parts.add(redis(stack.redisUrl().get(), steps.lookUps()));
        }
        parts.add(loopback(steps.roundTrips()));
        parts.add(ruler(plan));
        return new Floor(parts);
    }

    /**
     * The same of the unified backend. A commit waits for what the service's own wait for. What it takes to read the log is
     * measured and not added: it goes on beside the flush of the second copy.
     *
     * @param notified what the service's answers and notifications wait for, if it says so
     */
    Floor of(TrialPlan plan, UnifiedEndpoints stack, Optional<String> notified) throws InterruptedException {
        Steps steps = Steps.unified(plan.workload());
        List<Floor.Part> parts = new ArrayList<>();
        parts.add(disk());
        if (stack.primary().isPresent()) {
            Database primary = stack.primary().get();
            parts.add(commit(
                    primary,
                    notified.equals(Optional.of("local")) ? "set synchronous_commit = local" : "",
                    steps.commits()));
            parts.add(stream(primary));
        }
        parts.add(loopback(steps.roundTrips()));
        parts.add(ruler(plan));
        return new Floor(parts);
    }

    /** Of Harper, whose own steps nobody can take alone: the disk, the round trips and the ruler. */
    Floor ofRoundTrips(TrialPlan plan) throws InterruptedException {
        return new Floor(List.of(disk(), loopback(Steps.unified(plan.workload()).roundTrips()), ruler(plan)));
    }

    private static Connection toTheLogOf(Database database) throws SQLException {
        Properties replication = new Properties();
        PGProperty.REPLICATION.set(replication, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(replication, "16");
        PGProperty.PREFER_QUERY_MODE.set(replication, "simple");
        return database.connect(replication);
    }

    /** How often an event takes each step at the least. A push over a socket counts as a round trip. */
    private record Steps(int commits, int acknowledgements, int lookUps, int roundTrips) {

        static Steps of(Workload workload) {
            return switch (workload) {
                case JOURNEY -> new Steps(1, 1, 2, 2);
                case WRITE_NOTIFY -> new Steps(1, 1, 0, 2);
                case FAN_OUT -> new Steps(0, 1, 2, 1);
                case FRESHNESS -> new Steps(0, 1, 0, 1);
                case POINT_QUERY -> new Steps(0, 0, 0, 1);
                case INGEST -> new Steps(0, 1, 0, 0);
            };
        }

        static Steps unified(Workload workload) {
            return switch (workload) {
                case JOURNEY, WRITE_NOTIFY, FAN_OUT, FRESHNESS -> new Steps(1, 0, 0, 2);
                case POINT_QUERY -> new Steps(0, 0, 0, 1);
                case INGEST -> new Steps(1, 0, 0, 1);
            };
        }
    }

    /** Writes blocks into a file that has its size already, as Postgres does with its log, and flushes each to the disk. */
    Floor.Part disk() throws InterruptedException {
        return part("disk-flush", "4 KiB written and flushed to disk", 0, () -> {
            Path file = Files.createTempFile(folder, "hopmeter-flush-", ".bin");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(BLOCK * BLOCKS), 0);
                channel.force(true);
                ByteBuffer block = ByteBuffer.allocate(BLOCK);
                return repeat(i -> {
                    block.clear();
                    channel.write(block, (long) (i % BLOCKS) * BLOCK);
                    channel.force(false);
                });
            } finally {
                Files.deleteIfExists(file);
            }
        });
    }

    /** A table of its own, not a temporary one: the commit of a temporary table's row is flushed nowhere. */
    private Floor.Part commit(Database database, String before, int times) throws InterruptedException {
        return part("single-row-commit", "one row inserted and committed in Postgres", times, () -> {
            String table = "hopmeter_floor_" + id;
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                if (!before.isEmpty()) {
                    statement.execute(before);
                }
                statement.execute("create table " + table + " (id bigint primary key, payload text not null)");
                try (PreparedStatement insert =
                        connection.prepareStatement("insert into " + table + " values (?, repeat('x', 300))")) {
                    return repeat(i -> {
                        insert.setLong(1, i);
                        insert.executeUpdate();
                    });
                } finally {
                    statement.execute("drop table " + table);
                }
            }
        });
    }

    /** From the commit's beginning until it is read from the log; the commit waits for the primary's own flush alone. */
    private Floor.Part stream(Database database) throws InterruptedException {
        return part("log-read", "a message of 300 bytes flushed by Postgres and read from its log", 0, () -> {
            String name = "hopmeter_floor_" + id;
            try (Connection writing = database.connect();
                    Statement statement = writing.createStatement();
                    Connection reading = toTheLogOf(database)) {
                statement.execute("set synchronous_commit = local");
                statement.execute("create publication " + name);
                try {
                    return endedInTime(reading, () -> streamed(statement, reading.unwrap(PGConnection.class), name));
                } finally {
                    statement.execute("drop publication " + name);
                }
            }
        });
    }

    /** A read of the log waits for ever, whatever its socket's time-out: after the patience its connection is broken off. */
    private static Series endedInTime(Connection reading, Measuring measuring) throws Exception {
        try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("floor-patience").factory())) {
            Future<?> limit = timer.schedule(
                    () -> {
                        reading.abort(Runnable::run);
                        return null;
                    },
                    PATIENCE_SECONDS,
                    TimeUnit.SECONDS);
            try {
                return measuring.run();
            } finally {
                limit.cancel(false);
            }
        }
    }

    private Series streamed(Statement statement, PGConnection reading, String name) throws Exception {
        reading.getReplicationAPI()
                .createReplicationSlot()
                .logical()
                .withSlotName(name)
                .withOutputPlugin("pgoutput")
                .withTemporaryOption()
                .make();
        try (PGReplicationStream stream = reading.getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(name)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", name)
                .withSlotOption("messages", "true")
                .start()) {
            return repeat(i -> {
                statement.execute("select pg_logical_emit_message(true, '" + name + "', repeat('x', 300))");
                ByteBuffer read = next(stream);
                // Its beginning, itself and its end; other transactions are empty here.
                while (read.get(read.position()) != 'M' || !isOf(read, name)) {
                    read = next(stream);
                }
            });
        }
    }

    /**
     * Looks until there is one. A sender that has missed that there is more looks again when it hears of its reader. No blocking
     * read does that: pgjdbc has ended the stream since 42.7.11 when its status is due on a connection with a time-out (issue 4328).
     */
    private ByteBuffer next(PGReplicationStream stream) throws SQLException {
        long reported = clock.nanos();
        ByteBuffer read = stream.readPending();
        while (read == null && !stream.isClosed()) {
            if (clock.nanos() - reported > STATUS_INTERVAL_NANOS) {
                stream.forceUpdateStatus();
                reported = clock.nanos();
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            read = stream.readPending();
        }
        if (read == null) {
            throw new SQLException("Postgres has ended the reading of its log");
        }
        return read;
    }

    private static boolean isOf(ByteBuffer message, String name) {
        return StandardCharsets.UTF_8.decode(message.duplicate()).toString().contains(name);
    }

    private Floor.Part brokers(ConventionalEndpoints stack, int times) throws InterruptedException {
        return part(
                "broker-acknowledgement",
                "a record acknowledged by the in-sync replicas of three brokers",
                times,
                () -> {
                    String topic = "hopmeter.floor." + id;
                    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka()))) {
                        NewTopic scratch = new NewTopic(topic, 1, (short) 3)
                                .configs(Map.of(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2"));
                        admin.createTopics(List.of(scratch)).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        try {
                            return produce(stack.kafka(), topic);
                        } finally {
                            admin.deleteTopics(List.of(topic)).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        }
                    }
                });
    }

    private Series produce(String kafka, String topic) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka, "acks", "all", "linger.ms", 0, "compression.type", "lz4");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] value = new byte[400];
            return repeat(
                    i -> producer.send(new ProducerRecord<>(topic, value)).get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    private Floor.Part redis(String url, int times) throws InterruptedException {
        return part("redis-round-trip", "a GET answered by Redis", times, () -> {
            RedisClient client = RedisPatience.client(url);
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                return repeat(i -> {
                    if (connection.sync().get("hopmeter:floor:" + id) != null) {
                        throw new IOException("Redis holds what no one wrote");
                    }
                });
            } finally {
                client.shutdown(Duration.ZERO, LONGEST);
            }
        });
    }

    private Floor.Part loopback(int times) throws InterruptedException {
        return part("loopback-http", "a POST of 300 bytes answered over the loopback", times, () -> {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            server.start();
            try (HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + server.getAddress().getPort() + "/"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(
                                "x".repeat(300).getBytes(StandardCharsets.UTF_8)))
                        .build();
                return repeat(i -> client.send(request, HttpResponse.BodyHandlers.discarding()));
            } finally {
                server.stop(0);
            }
        });
    }

    /** The same schedule against a backend of method calls. */
    private Floor.Part ruler(TrialPlan plan) throws InterruptedException {
        return part("in-memory", "the same rate through the in-memory driver: the ruler itself", 0, () -> {
            Duration enough = Duration.ofNanos(Math.round(VALUES * 1e9 / plan.rate()));
            Duration length = shortest(enough, plan.duration(), LONGEST_RULER);
            TrialPlan ruler = plan.ruler(length, WarmUpPlan.lasting(shortest(length, LONGEST.dividedBy(5))));
            try (InMemoryDriver driver = InMemoryDriver.of(clock, ruler, id + "r")) {
                return Trial.run(
                                ruler,
                                id + "r",
                                driver,
                                clock,
                                Progress.silent(),
                                trail -> {},
                                Trial.Surroundings.unobserved())
                        .measured()
                        .total();
            }
        });
    }

    private static Duration shortest(Duration... durations) {
        return List.of(durations).stream().min(Duration::compareTo).orElseThrow();
    }

    private static Floor.Part part(String word, String what, int times, Measuring measuring)
            throws InterruptedException {
        try {
            return new Floor.Part(word, what, times, Optional.of(measuring.run()), "");
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return new Floor.Part(
                    word, what, times, Optional.empty(), e.getClass().getSimpleName() + ": " + reason);
        }
    }

    private Series repeat(Step step) throws Exception {
        Series series = new Series();
        long stop = clock.nanos() + LONGEST.toNanos();
        for (int i = 0; i < DISCARDED + VALUES; i++) {
            long start = clock.nanos();
            step.run(i);
            long end = clock.nanos();
            if (i >= DISCARDED || end > stop) {
                series.record(end - start);
            }
            if (end > stop) {
                break;
            }
        }
        return series;
    }

    @FunctionalInterface
    private interface Step {
        void run(int i) throws Exception;
    }

    @FunctionalInterface
    private interface Measuring {
        Series run() throws Exception;
    }
}
