package dev.hopmeter.load;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.sql.Connection;
import java.sql.DriverManager;
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
    static final String COPIES = "kafka.changes.copies";
    static final String LEAST_IN_SYNC = "kafka.changes." + TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
    static final String FLUSH_EACH = "kafka.changes." + TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG;

    /** The change topic, unless the services are told otherwise. */
    private static final String CHANGES = "hopmeter.orders";

    private static final int PATIENCE_SECONDS = 10;

    private Versions() {}

    /**
     * Version and settings of Postgres that matter, version of Redis and of the Kafka client, copies and settings of the
     * change topic; what a part does not tell is not there.
     */
    static Map<String, String> of(Endpoints stack) {
        Map<String, String> versions = new LinkedHashMap<>();
        try (Connection connection = DriverManager.getConnection(
                        stack.postgresUrl(), stack.postgresUser(), stack.postgresPassword());
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
        RedisClient client = RedisClient.create(stack.redisUrl());
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
        versions.put("kafka.client", AppInfoParser.getVersion());
        versions.putAll(changeTopic(stack.kafka()));
        return versions;
    }

    private static Map<String, String> changeTopic(String bootstrapServers) {
        Map<String, String> said = new LinkedHashMap<>();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, CHANGES);
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            TopicDescription topic = answer(
                            admin.describeTopics(List.of(CHANGES)).allTopicNames())
                    .get(CHANGES);
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
            return Map.of("kafka.changes", "not to be asked: " + e);
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
