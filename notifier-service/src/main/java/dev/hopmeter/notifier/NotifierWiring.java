package dev.hopmeter.notifier;

import dev.hopmeter.spring.EmergencyStop;
import dev.hopmeter.spring.KafkaHealth;
import dev.hopmeter.spring.RedisLink;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TopicProperties;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.push.DeliverySockets;
import dev.hopmeter.spring.push.SubscriptionIndex;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.UUID;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.KafkaAdmin;

/** The notifier's parts, put together. */
@Configuration(proxyBeanMethods = false)
class NotifierWiring {

    @Bean
    LettuceClientOptionsBuilderCustomizer failAtOnceWhileDisconnected() {
        return RedisLink.failingAtOnceWhileDisconnected();
    }

    @Bean
    ClientResourcesBuilderCustomizer reconnectSoon(NotifierProperties properties) {
        return RedisLink.reconnectingWithin(properties.reconnectDelay());
    }

    @Bean
    EmergencyStop emergencyStop(ApplicationContext context) {
        return new EmergencyStop(context);
    }

    @Bean
    InboxPosition inboxPosition() {
        return new InboxPosition();
    }

    @Bean
    SubscriptionRegistry subscriptionRegistry(
            LettuceConnectionFactory factory, InboxPosition position, NotifierProperties properties) {
        SubscriptionRegistry registry = new SubscriptionRegistry(
                RedisLink.client(factory).connect(),
                UUID.randomUUID().toString(),
                position,
                properties.lease(),
                properties.replyTimeout());
        registry.beat();
        return registry;
    }

    @Bean
    SubscriptionIndex<Subscriber> directIndex() {
        return new SubscriptionIndex<>();
    }

    @Bean(destroyMethod = "")
    Subscribers subscribers(
            SubscriptionRegistry registry,
            SubscriptionIndex<Subscriber> direct,
            NotifierProperties properties,
            MeterRegistry meters) {
        return new Subscribers(registry, direct, properties, meters);
    }

    @Bean
    Arrivals arrivals(
            Stamps stamps,
            WireFormat wireFormat,
            Subscribers subscribers,
            SubscriptionIndex<Subscriber> direct,
            MeterRegistry meters) {
        return new Arrivals(stamps, wireFormat, subscribers, direct, meters);
    }

    @Bean
    DeliverySockets<Subscriber> push(
            Subscribers subscribers,
            WireFormat wireFormat,
            Stamps stamps,
            NotifierProperties properties,
            MeterRegistry meters) {
        return new DeliverySockets<>(
                Subscriber.class,
                subscribers::gone,
                wireFormat,
                stamps,
                properties.writeTimeout(),
                properties.ping(),
                Counter.builder("hopmeter.notifier.stalled")
                        .description("Subscribers disconnected as a write or a ping to them got stuck")
                        .register(meters),
                Meters.undeliverable(meters));
    }

    @Bean
    InboxReader inboxHealthIndicator(
            LettuceConnectionFactory factory,
            SubscriptionRegistry registry,
            InboxPosition position,
            Arrivals arrivals,
            EmergencyStop emergencyStop,
            NotifierProperties properties,
            MeterRegistry meters) {
        return new InboxReader(
                RedisLink.client(factory).connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)),
                registry.notifier(),
                position,
                arrivals,
                emergencyStop,
                properties,
                meters);
    }

    @Bean
    Heartbeat heartbeat(
            SubscriptionRegistry registry,
            Subscribers subscribers,
            EmergencyStop emergencyStop,
            NotifierProperties properties,
            MeterRegistry meters) {
        return new Heartbeat(registry, subscribers, emergencyStop, properties.heartbeat(), meters);
    }

    @Bean
    ChangeFeed changeFeed(
            KafkaAdmin admin,
            ConcurrentKafkaListenerContainerFactory<String, byte[]> containers,
            Arrivals arrivals,
            EmergencyStop emergencyStop,
            TopicProperties topics,
            SubscriptionRegistry registry,
            NotifierProperties properties) {
        return new ChangeFeed(
                admin,
                containers,
                arrivals,
                emergencyStop,
                topics.changes(),
                "hopmeter-notifier-" + registry.notifier(),
                properties.partitionCheck());
    }

    @Bean
    KafkaHealth kafkaHealthIndicator(KafkaAdmin admin, ChangeFeed feed, NotifierProperties properties) {
        return new KafkaHealth(admin, feed::listeners, properties.healthTimeout());
    }
}
