package dev.hopmeter.router;

import dev.hopmeter.spring.KafkaHealth;
import dev.hopmeter.spring.RedisLink;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TopicProperties;
import dev.hopmeter.spring.WireFormat;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaAdmin.NewTopics;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties.AckMode;

/** The router's parts, put together. */
@Configuration(proxyBeanMethods = false)
class RouterWiring {

    private static final Logger LOG = LoggerFactory.getLogger(RouterWiring.class);

    @Bean
    LettuceClientOptionsBuilderCustomizer failAtOnceWhileDisconnected() {
        return RedisLink.failingAtOnceWhileDisconnected();
    }

    @Bean
    ClientResourcesBuilderCustomizer reconnectSoon(RouterProperties properties) {
        return RedisLink.reconnectingWithin(properties.reconnectDelay());
    }

    @Bean
    RedisPipeline redisPipeline(LettuceConnectionFactory factory, RouterProperties properties) {
        return new RedisPipeline(
                RedisLink.client(factory).connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)),
                properties.replyTimeout());
    }

    /** The change topic is every service's; the messages' is made by the one that reads it. */
    @Bean
    NewTopics messagesTopic(TopicProperties topics, RouterProperties properties) {
        return properties.sources().contains(Source.MESSAGES)
                ? new NewTopics(topics.topic(topics.messages()).build())
                : new NewTopics();
    }

    @Bean
    SourceListener sourceListener(
            RedisPipeline redis,
            WireFormat wireFormat,
            Stamps stamps,
            TopicProperties topics,
            RouterProperties properties,
            MeterRegistry registry) {
        Map<String, Source> sources = new HashMap<>();
        for (Source source : properties.sources()) {
            if (sources.put(source.topic(topics), source) != null) {
                throw new IllegalStateException(
                        "orders and messages are read from topics of their own, not both from " + source.topic(topics));
            }
        }
        if (!properties.injectedDelay().isZero()) {
            LOG.warn(
                    "Every poll's events wait {} before they are looked up: hopmeter.router.injected-delay",
                    DurationStyle.SIMPLE.print(properties.injectedDelay()));
        }
        String router = UUID.randomUUID().toString();
        SubscriptionIndex index = new SubscriptionIndex(redis);
        return new SourceListener(
                sources,
                wireFormat,
                stamps,
                new FanOut(redis, index, stamps, router, properties.inboxLength(), registry),
                properties.injectedDelay());
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> sources(
            ConcurrentKafkaListenerContainerFactory<String, byte[]> factory,
            TopicProperties topics,
            SourceListener listener,
            RouterProperties properties) {
        ConcurrentMessageListenerContainer<String, byte[]> container =
                factory.createContainer(properties.sources().stream()
                        .map(source -> source.topic(topics))
                        .toArray(String[]::new));
        if (container.getConcurrency() != 1) {
            throw new IllegalStateException(
                    "a router has one listener, not " + container.getConcurrency() + ": start more routers instead");
        }
        container.setMainListenerId("sources");
        AckMode mode = container.getContainerProperties().getAckMode();
        if (mode == AckMode.MANUAL || mode == AckMode.MANUAL_IMMEDIATE) {
            throw new IllegalStateException("spring.kafka.listener.ack-mode: " + mode
                    + " would never commit an offset; give batch, or time with spring.kafka.listener.ack-time");
        }
        container.getContainerProperties().setSyncCommits(properties.syncCommits());
        container.setupMessageListener(listener);
        return container;
    }

    @Bean
    KafkaHealth kafkaHealthIndicator(
            KafkaAdmin admin, ConcurrentMessageListenerContainer<String, byte[]> sources, RouterProperties properties) {
        return new KafkaHealth(admin, () -> List.of(sources), properties.healthTimeout());
    }
}
