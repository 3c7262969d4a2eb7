package dev.hopmeter.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.stack.ComposeImages;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;

@SpringBootTest(
        classes = {NotifierService.class, NotifierServiceInContainersIT.Containers.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"hopmeter.topics.replication=1", "hopmeter.topics.min-insync-replicas=1"})
class NotifierServiceInContainersIT {

    @Autowired
    private ConfigurableApplicationContext notifier;

    @Autowired
    private StringRedisTemplate redis;

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
    void aSubscriptionIsInRedisOnceItIsInEffect() throws Exception {
        assertThat(Client.statusOf(notifier, "/actuator/health/readiness")).isEqualTo(200);
        try (Client client = Client.subscribe(notifier, "/notifications?subscriber=me&region=eu-west")) {
            assertThat(client.frames()).singleElement().asString().contains("\"subscriber\":\"me\"");
            assertThat(redis.opsForZSet().zCard("hopmeter:subscriptions:eu-west:*"))
                    .isEqualTo(1);
        }
    }
}
