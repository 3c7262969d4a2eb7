package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.Message;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.stack.ComposeImages;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.testcontainers.kafka.KafkaContainer;

@SpringBootTest(
        classes = {AggregatorService.class, AggregatorServiceInContainersIT.Containers.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "hopmeter.topics.replication=1",
            "hopmeter.topics.min-insync-replicas=1",
            "spring.kafka.streams.replication-factor=1"
        })
// Closed with its folder, which cannot go while Kafka Streams writes there.
@DirtiesContext
class AggregatorServiceInContainersIT {

    @TempDir
    private static Path scratch;

    @LocalServerPort
    private int port;

    @Autowired
    private KafkaContainer kafka;

    @DynamicPropertySource
    static void state(DynamicPropertyRegistry registry) {
        registry.add("spring.kafka.streams.state-dir", scratch::toString);
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Containers {
        @Bean
        @ServiceConnection
        KafkaContainer kafka() {
            return new KafkaContainer(ComposeImages.read().image("KAFKA_IMAGE"));
        }
    }

    @Test
    void anEventIsInTheWindowOfItsKey() {
        Message event = new Message("e-1", "eu-west", "retail", 5, 1, "");
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.getBootstrapServers()),
                        new StringSerializer(),
                        new ByteArraySerializer());
                HttpClient client = HttpClient.newHttpClient()) {
            producer.send(new ProducerRecord<>(
                    "hopmeter.events", event.windowKey().text(), new WireFormat().writeValue(event)));
            producer.flush();
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
                assertThat(get(client, "/actuator/health/readiness").statusCode())
                        .isEqualTo(200);
                assertThat(get(client, "/events/1m/eu-west/retail").body()).contains("\"count\":1", "\"sum\":5");
            });
        }
    }

    private HttpResponse<String> get(HttpClient client, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }
}
