package dev.hopmeter.load;

import dev.hopmeter.stack.Addresses;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Asks brokers and Postgres, which serve no metrics of their own, every few seconds how they are, and the services now and
 * then for their {@link Knobs}. What does not answer is
 * shown as 0 in {@code hopmeter.stack.answers}, and nothing else is shown of it until it does.
 */
final class StackWatch implements AutoCloseable {

    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final int ANSWER_SECONDS = 10;
    /** Every so many looks, the services are asked for their knobs. */
    private static final int LOOKS_PER_KNOBS = 12;

    private final Endpoints at;
    private final Optional<String> brokers;
    private final Optional<Addresses.Database> primary;
    private final List<Addresses.Database> standbys;
    private final Progress progress;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private volatile Kafka kafka = Kafka.UNKNOWN;
    private volatile Database database = Database.UNKNOWN;
    private volatile List<Boolean> standbysAnswer = List.of();
    private volatile List<Knobs.Turned> knobs = List.of();

    private StackWatch(
            Endpoints at,
            Optional<String> brokers,
            Optional<Addresses.Database> primary,
            List<Addresses.Database> standbys,
            Progress progress) {
        this.at = at;
        this.brokers = brokers;
        this.primary = primary;
        this.standbys = List.copyOf(standbys);
        this.progress = progress;
        this.thread = Thread.ofPlatform().daemon().name("stack-watch").unstarted(this::watch);
    }

    /** Begins to ask, on a thread of its own. */
    static StackWatch start(Endpoints at, Progress progress) {
        StackWatch watch = switch (at) {
            case ConventionalEndpoints separate ->
                new StackWatch(at, Optional.of(separate.kafka()), separate.database(), List.of(), progress);
            case UnifiedEndpoints unified ->
                new StackWatch(at, Optional.empty(), unified.primary(), unified.standbys(), progress);
            case HarperEndpoints _ -> new StackWatch(at, Optional.empty(), Optional.empty(), List.of(), progress);
        };
        watch.thread.start();
        return watch;
    }

    /**
     * What the brokers said.
     *
     * @param lag records of each topic that a group has not committed yet
     */
    private record Kafka(boolean answers, int brokers, long underReplicated, long offline, Map<Membership, Long> lag) {
        static final Kafka UNKNOWN = new Kafka(false, 0, 0, 0, Map.of());
    }

    private record Membership(String group, String topic) {}

    /**
     * What Postgres said.
     *
     * @param streaming standbys that stream its log, and for one of which a commit waits
     * @param slots log in bytes that it keeps for each of its replication slots
     */
    private record Database(
            boolean answers,
            double connections,
            double commits,
            double walBytes,
            double streaming,
            Map<String, Double> slots) {
        static final Database UNKNOWN = new Database(false, 0, 0, 0, 0, Map.of());
    }

    /** Registers what was answered last; the answer is to be run before each look at the registry. */
    Runnable bindTo(MeterRegistry registry) {
        brokers.ifPresent(each -> answers(registry, "kafka", () -> kafka.answers()));
        primary.ifPresent(each -> answers(registry, "postgres", () -> database.answers()));
        for (int standby = 0; standby < standbys.size(); standby++) {
            int which = standby;
            answers(
                    registry,
                    "postgres-standby-" + (standby + 1),
                    () -> which < standbysAnswer.size() && standbysAnswer.get(which));
        }
        MultiGauge up = gauge(registry, "hopmeter.stack.brokers", "Brokers of the cluster that are up");
        MultiGauge under = gauge(
                registry, "hopmeter.stack.partitions.under.replicated", "Partitions with a replica that lags behind");
        MultiGauge offline = gauge(registry, "hopmeter.stack.partitions.offline", "Partitions that no broker leads");
        MultiGauge lag =
                gauge(registry, "hopmeter.stack.consumer.lag", "Records of a topic that a group has not committed yet");
        MultiGauge connections =
                gauge(registry, "hopmeter.stack.postgres.connections", "Connections of clients to Postgres");
        MultiGauge commits = gauge(
                registry,
                "hopmeter.stack.postgres.commits",
                "Transactions committed since Postgres counts; only rises");
        MultiGauge wal =
                gauge(registry, "hopmeter.stack.postgres.wal", "Bytes of log written since Postgres began; only rises");
        MultiGauge streaming = gauge(
                registry,
                "hopmeter.stack.postgres.standbys",
                "Standbys that stream the log and for one of which a commit waits");
        MultiGauge slots = gauge(
                registry,
                "hopmeter.stack.postgres.slot",
                "Bytes of log written since the place that a replication slot confirmed");
        MultiGauge turned = gauge(registry, "hopmeter.knob", "The value of a hop's main knob, in a label; always 1");
        return () -> {
            turned.register(
                    knobs.stream()
                            .<MultiGauge.Row<?>>map(knob -> MultiGauge.Row.of(
                                    Tags.of("hop", knob.hop().word(), "knob", knob.name(), "value", knob.value()), 1))
                            .toList(),
                    true);
            Kafka now = kafka;
            one(up, now.answers(), now.brokers());
            one(under, now.answers(), now.underReplicated());
            one(offline, now.answers(), now.offline());
            lag.register(rows(now.lag(), each -> Tags.of("group", each.group(), "topic", each.topic())), true);
            Database then = database;
            one(connections, then.answers(), then.connections());
            one(commits, then.answers(), then.commits());
            one(wal, then.answers(), then.walBytes());
            one(streaming, then.answers() && !standbys.isEmpty(), then.streaming());
            slots.register(rows(then.slots(), slot -> Tags.of("slot", slot)), true);
        };
    }

    @Override
    public void close() {
        stopping.countDown();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try (Admin admin = brokers.map(each -> Admin.create(Map.of("bootstrap.servers", each)))
                .orElse(null)) {
            for (int look = 0; look == 0 || !stopping.await(EVERY.toMillis(), TimeUnit.MILLISECONDS); look++) {
                if (look % LOOKS_PER_KNOBS == 0) {
                    knobs = Knobs.of(at);
                }
                if (admin != null) {
                    kafka = kafka(admin);
                }
                primary.ifPresent(each -> database = ask(each));
                standbysAnswer = standbys.stream().map(StackWatch::answers).toList();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            progress.say("the brokers cannot be asked: " + e.getMessage());
        }
    }

    private static Kafka kafka(Admin admin) throws InterruptedException {
        try {
            int brokers = answer(admin.describeCluster().nodes()).size();
            Set<String> topics = answer(admin.listTopics().names());
            long under = 0;
            long offline = 0;
            for (var topic :
                    answer(admin.describeTopics(topics).allTopicNames()).values()) {
                for (TopicPartitionInfo partition : topic.partitions()) {
                    under += partition.isr().size() < partition.replicas().size() ? 1 : 0;
                    offline += partition.leader() == null || partition.leader().isEmpty() ? 1 : 0;
                }
            }
            return new Kafka(true, brokers, under, offline, lag(admin));
        } catch (ExecutionException | TimeoutException e) {
            return Kafka.UNKNOWN;
        }
    }

    private static Map<Membership, Long> lag(Admin admin)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = new HashMap<>();
        Set<TopicPartition> all = new HashSet<>();
        for (GroupListing group : answer(admin.listGroups().valid())) {
            Map<TopicPartition, OffsetAndMetadata> offsets =
                    answer(admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata());
            committed.put(group.groupId(), offsets);
            all.addAll(offsets.keySet());
        }
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        all.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                answer(admin.listOffsets(latest).all());
        Map<Membership, Long> lag = new HashMap<>();
        committed.forEach((group, offsets) -> offsets.forEach((partition, offset) -> {
            ListOffsetsResultInfo end = ends.get(partition);
            if (offset != null && end != null) {
                lag.merge(
                        new Membership(group, partition.topic()),
                        Math.max(0, end.offset() - offset.offset()),
                        Long::sum);
            }
        }));
        return lag;
    }

    private static <T> T answer(KafkaFuture<T> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    private static boolean answers(Addresses.Database standby) {
        try (Connection connection = standby.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_is_in_recovery()")) {
            return row.next();
        } catch (SQLException e) {
            return false;
        }
    }

    private static Database ask(Addresses.Database primary) {
        try (Connection connection = primary.connect();
                Statement statement = connection.createStatement()) {
            Map<String, Double> slots = new HashMap<>();
            try (ResultSet row = statement.executeQuery("select slot_name, coalesce(pg_wal_lsn_diff("
                    + "pg_current_wal_lsn(), coalesce(confirmed_flush_lsn, restart_lsn)), 0)"
                    + " from pg_replication_slots")) {
                while (row.next()) {
                    slots.put(row.getString(1), row.getDouble(2));
                }
            }
            try (ResultSet row = statement.executeQuery(
                    "select (select count(*) from pg_stat_activity where backend_type = 'client backend'),"
                            + " (select sum(xact_commit) from pg_stat_database),"
                            + " pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'),"
                            + " (select count(*) from pg_stat_replication"
                            + " where state = 'streaming' and sync_state in ('quorum', 'sync'))")) {
                row.next();
                return new Database(
                        true, row.getDouble(1), row.getDouble(2), row.getDouble(3), row.getDouble(4), slots);
            }
        } catch (SQLException e) {
            return Database.UNKNOWN;
        }
    }

    private void answers(MeterRegistry registry, String part, BooleanSupplier yes) {
        Gauge.builder("hopmeter.stack.answers", () -> yes.getAsBoolean() ? 1 : 0)
                .description("Whether the part answered when it was asked last")
                .tags("backend", at.backend().word(), "part", part)
                .register(registry);
    }

    private MultiGauge gauge(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder(name)
                .description(description)
                .tags("backend", at.backend().word())
                .register(registry);
    }

    private static void one(MultiGauge gauge, boolean known, double value) {
        gauge.register(known ? List.of(MultiGauge.Row.of(Tags.empty(), value)) : List.of(), true);
    }

    private static <K> List<MultiGauge.Row<?>> rows(Map<K, ? extends Number> values, Function<K, Tags> tags) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        values.forEach((key, value) -> rows.add(MultiGauge.Row.of(tags.apply(key), value)));
        return rows;
    }
}
