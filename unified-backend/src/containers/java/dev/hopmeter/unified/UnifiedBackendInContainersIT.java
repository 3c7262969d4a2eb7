package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.stack.ComposeImages;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** One server: with its standbys, `compose-smoke unified` has it. */
@SpringBootTest(
        classes = {UnifiedBackend.class, UnifiedBackendInContainersIT.Containers.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "hopmeter.unified.notify=local")
class UnifiedBackendInContainersIT {

    @Autowired
    private ConfigurableApplicationContext service;

    @TestConfiguration(proxyBeanMethods = false)
    static class Containers {
        @Bean
        @ServiceConnection
        PostgreSQLContainer postgres() {
            return new PostgreSQLContainer(ComposeImages.read().image("POSTGRES_IMAGE"))
                    .withCommand("postgres", "-c", "wal_level=logical");
        }
    }

    @Test
    void anOrderIsStoredAndItsSubscriberTold() {
        try (Client subscriber = Client.subscribe(service, "/notifications?subscriber=me")) {
            assertThat(Client.place(service, Client.DRAFT).statusCode()).isEqualTo(201);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(subscriber.frames()).hasSize(2));
        }
    }
}
