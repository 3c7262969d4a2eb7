package dev.hopmeter.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.stack.ComposeImages;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.testcontainers.postgresql.PostgreSQLContainer;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(
        classes = {OrderService.class, OrderServiceInContainersIT.Containers.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class OrderServiceInContainersIT {

    @LocalServerPort
    private int port;

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
    void anOrderIsStoredAndFoundAgain() {
        try (OrdersClient client = new OrdersClient(port)) {
            assertThat(client.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
            HttpResponse<String> answer = client.place(OrdersClient.DRAFT);
            assertThat(answer.statusCode()).isEqualTo(201);
            String id = new JsonMapper().readTree(answer.body()).path("id").asString();
            assertThat(client.get("/orders/" + id).body()).contains(id, "eu-west");
        }
    }
}
