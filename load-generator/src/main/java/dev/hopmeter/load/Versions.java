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
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;

/** What the parts of a running stack say of themselves. */
final class Versions {

    private Versions() {}

    /** Version and settings of Postgres that matter, version of Redis and of the Kafka client; a part that is silent lacks. */
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
        return versions;
    }
}
