package dev.hopmeter.spring;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.DefaultClientResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** The client of Redis, by the options that it works with. */
final class RedisParts implements EffectiveParts {

    private final ObjectProvider<LettuceConnectionFactory> factories;

    RedisParts(ObjectProvider<LettuceConnectionFactory> factories) {
        this.factories = factories;
    }

    @Override
    public List<EffectivePart> parts() {
        List<EffectivePart> parts = new ArrayList<>();
        factories.orderedStream().forEach(factory -> parts.add(part(factory)));
        return parts;
    }

    private static EffectivePart part(LettuceConnectionFactory factory) {
        EffectivePart part = new EffectivePart("redis client");
        AbstractRedisClient client = factory.getNativeClient();
        if (client == null) {
            return part.untold("settings", "the client is not started");
        }
        ClientOptions options = client.getOptions();
        ClientOptions usual = ClientOptions.create();
        BeanSettings.read(part, "", ClientOptions.class, options, usual, Set.of());
        BeanSettings.read(
                part, "socket.", SocketOptions.class, options.getSocketOptions(), usual.getSocketOptions(), Set.of());
        BeanSettings.read(
                part,
                "timeout.",
                TimeoutOptions.class,
                options.getTimeoutOptions(),
                usual.getTimeoutOptions(),
                Set.of());
        part.setting(
                "command-timeout",
                factory.getClientConfiguration().getCommandTimeout(),
                RedisURI.DEFAULT_TIMEOUT_DURATION);
        part.setting(
                "io-thread-pool-size",
                client.getResources().ioThreadPoolSize(),
                DefaultClientResources.DEFAULT_IO_THREADS);
        part.setting(
                "computation-thread-pool-size",
                client.getResources().computationThreadPoolSize(),
                DefaultClientResources.DEFAULT_COMPUTATION_THREADS);
        return part.untold("reconnect-delay", "Lettuce's delay does not tell its bounds");
    }
}
