package dev.hopmeter.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.Message;
import dev.hopmeter.spring.RedisKeys;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.stack.ComposeImages;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;

@SpringBootTest(
        classes = {RouterService.class, RouterServiceInContainersIT.Containers.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"hopmeter.topics.replication=1", "hopmeter.topics.min-insync-replicas=1"})
class RouterServiceInContainersIT {

    @Autowired
    private StringRedisTemplate redis;

    @Autowired
    private KafkaContainer kafka;

    @TestConfiguration(proxyBeanMethods = false)
    static class Containers {
        @Bean
        @ServiceConnection
        KafkaContainer kafka() {
            return new KafkaContainer(ComposeImages.read().image("KAFKA_IMAGE"));
        }

        @Bean
        @ServiceConnection("redis")
        GenericContainer<?> redisServer() {
            return new GenericContainer<>(ComposeImages.read().image("REDIS_IMAGE")).withExposedPorts(6379);
        }
    }

    @Test
    void aMessageReachesTheInboxOfASubscribersNotifier() {
        redis.opsForStream().add(RedisKeys.inbox("n-1"), Map.of("made", "now"));
        redis.opsForZSet().add(RedisKeys.subscriptions(Optional.of("eu-west"), Optional.of("retail")), "n-1/s-1", 1);
        Message message = new Message("m-1", "eu-west", "retail", 5, 1, "hello");
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.getBootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("hopmeter.messages", "m-1", new WireFormat().writeValue(message)));
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(redis.opsForStream().size(RedisKeys.inbox("n-1")))
                        .isEqualTo(2));
    }
}
