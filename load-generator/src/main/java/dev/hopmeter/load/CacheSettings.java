package dev.hopmeter.load;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Redis says of its settings. It does not tell its defaults: they are those that a Redis of the same version answered
 * that was started without any setting, and for other versions not known.
 */
final class CacheSettings {

    private static final Pattern VERSION = Pattern.compile("redis_version:(\\d+\\.\\d+)");

    private CacheSettings() {}

    static PartSettings of(String url) {
        RedisClient client = RedisPatience.client(url);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            Matcher version = VERSION.matcher(connection.sync().info("server"));
            return settings(connection.sync().configGet("*"), version.find() ? version.group(1) : "unknown");
        } catch (RedisException e) {
            return PartSettings.silent("settings", e.getClass().getSimpleName());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        }
    }

    /** By what it says, and by its version's first two numbers. */
    static PartSettings settings(Map<String, String> said, String version) {
        PartSettings part = new PartSettings();
        Optional<Properties> usual = defaults(version);
        if (usual.isEmpty()) {
            part.untold("defaults", "Redis does not tell them, and of version " + version + " none are recorded here");
        }
        said.forEach((name, value) -> {
            String normal = usual.map(known -> known.getProperty(name)).orElse(null);
            boolean differs = usual.isPresent() && !value.equals(normal);
            part.add(name, new PartSettings.Setting(value, normal, differs, ""));
        });
        return part;
    }

    private static Optional<Properties> defaults(String version) {
        try (InputStream file = CacheSettings.class.getResourceAsStream("redis-" + version + "-defaults.properties")) {
            if (file == null) {
                return Optional.empty();
            }
            Properties defaults = new Properties();
            defaults.load(new InputStreamReader(file, StandardCharsets.UTF_8));
            return Optional.of(defaults);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
