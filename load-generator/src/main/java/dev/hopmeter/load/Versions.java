package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Addresses;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.utils.AppInfoParser;

/** What the parts of a running stack say of themselves. */
final class Versions {

    static final String FSYNC = "postgres.fsync";
    static final String SYNCHRONOUS_COMMIT = "postgres.synchronous_commit";
    static final String STANDBY_NAMES = "postgres.synchronous_standby_names";
    static final String STREAMING = "postgres.streaming_standbys";
    /** Followed by the standby's number, from 1. */
    static final String STANDBY_FSYNC = "postgres.fsync.standby-";

    static final String COPIES = "kafka.topic.copies";
    static final String LEAST_IN_SYNC = "kafka.topic." + TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
    static final String FLUSH_EACH = "kafka.topic." + TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG;

    static final String TOPIC = "kafka.topic.name";

    private static final int PATIENCE_SECONDS = 10;

    private Versions() {}

    /**
     * Version and settings of Postgres that matter, version of Redis and of the Kafka client, copies and settings of the
     * topic that the workload's records go to; what a part does not tell, or what is not there, is not there.
     */
    static Map<String, String> of(ConventionalEndpoints stack, Workload workload) {
        Map<String, String> versions = new LinkedHashMap<>();
        stack.database().ifPresent(database -> versions.putAll(postgres(database)));
        stack.redisUrl().ifPresent(url -> versions.putAll(redis(url)));
        versions.put("kafka.client", AppInfoParser.getVersion());
        versions.putAll(topic(stack.kafka(), topicOf(workload)));
        return versions;
    }

    /** The topic, unless the services are told otherwise. */
    private static String topicOf(Workload workload) {
        return switch (workload) {
            case JOURNEY, WRITE_NOTIFY -> "hopmeter.orders";
            case FAN_OUT -> "hopmeter.messages";
            case FRESHNESS, POINT_QUERY, INGEST -> "hopmeter.events";
        };
    }

    /** Of the primary, with how many standbys a commit can wait for, and what the standbys say of their flushing. */
    static Map<String, String> of(UnifiedEndpoints stack) {
        Map<String, String> versions = new LinkedHashMap<>();
        stack.primary().ifPresent(primary -> {
            versions.putAll(postgres(primary));
            versions.putAll(standbys(primary));
        });
        List<Addresses.Database> standbys = stack.standbys();
        for (int i = 0; i < standbys.size(); i++) {
            String fsync = postgres(standbys.get(i)).get(FSYNC);
            if (fsync != null) {
                versions.put(STANDBY_FSYNC + (i + 1), fsync);
            }
        }
        return versions;
    }

    private static Map<String, String> standbys(Addresses.Database primary) {
        Map<String, String> said = new LinkedHashMap<>();
        try (Connection connection = primary.connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet names = statement.executeQuery("show synchronous_standby_names")) {
                names.next();
                said.put(STANDBY_NAMES, names.getString(1));
            }
            try (ResultSet streaming = statement.executeQuery("select count(*) from pg_stat_replication"
                    + " where state = 'streaming' and sync_state in ('quorum', 'sync')")) {
                streaming.next();
                said.put(STREAMING, streaming.getString(1));
            }
        } catch (SQLException e) {
            said.put("postgres.standbys", "not to be asked: " + e.getSQLState());
        }
        return said;
    }

    private static Map<String, String> postgres(Addresses.Database server) {
        Map<String, String> versions = new LinkedHashMap<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (String setting : new String[] {"server_version", "fsync", "synchronous_commit", "wal_level"}) {
                try (ResultSet answer = statement.executeQuery("show " + setting)) {
                    if (answer.next()) {
                        versions.put("postgres." + setting, answer.getString(1));
                    }
                }
            }
        } catch (SQLException e) {
            versions.put("postgres", "not to be asked: " + e.getSQLState());
        }
        return versions;
    }

    private static Map<String, String> redis(String url) {
        Map<String, String> versions = new LinkedHashMap<>();
        RedisClient client = RedisPatience.client(url);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            connection
                    .sync()
                    .info("server")
                    .lines()
                    .filter(line -> line.startsWith("redis_version:"))
                    .forEach(line -> versions.put(
                            "redis.version",
                            line.substring("redis_version:".length()).strip()));
        } catch (RedisException e) {
            versions.put("redis", "not to be asked: " + e.getClass().getSimpleName());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        }
        return versions;
    }

    private static Map<String, String> topic(String bootstrapServers, String name) {
        Map<String, String> said = new LinkedHashMap<>();
        said.put(TOPIC, name);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            TopicDescription topic =
                    answer(admin.describeTopics(List.of(name)).allTopicNames()).get(name);
            Config config =
                    answer(admin.describeConfigs(List.of(resource)).all()).get(resource);
            if (topic == null || config == null) {
                return Map.of();
            }
            topic.partitions().stream()
                    .mapToInt(partition -> partition.replicas().size())
                    .min()
                    .ifPresent(copies -> said.put(COPIES, Integer.toString(copies)));
            said.put(
                    LEAST_IN_SYNC,
                    config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value());
            said.put(
                    FLUSH_EACH,
                    config.get(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG).value());
            return said;
        } catch (ExecutionException | TimeoutException e) {
            return Map.of("kafka.topic", "not to be asked: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    private static <T> T answer(KafkaFuture<T> asked)
            throws ExecutionException, TimeoutException, InterruptedException {
        return asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
