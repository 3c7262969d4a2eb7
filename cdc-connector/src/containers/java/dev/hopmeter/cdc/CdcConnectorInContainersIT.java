package dev.hopmeter.cdc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Order;
import dev.hopmeter.stack.ComposeImages;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

@SpringBootTest(
        classes = {CdcConnector.class, CdcConnectorInContainersIT.Containers.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"hopmeter.topics.replication=1", "hopmeter.topics.min-insync-replicas=1"})
// Closed with its folder, into which it writes its position.
@DirtiesContext
class CdcConnectorInContainersIT {

    @TempDir
    private static Path scratch;

    @Autowired
    private KafkaContainer kafka;

    @Autowired
    private PostgreSQLContainer postgres;

    @DynamicPropertySource
    static void offsets(DynamicPropertyRegistry registry) {
        registry.add("hopmeter.cdc.offsets-file", () -> scratch.resolve("offsets"));
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Containers {
        @Bean
        @ServiceConnection
        KafkaContainer kafka() {
            return new KafkaContainer(ComposeImages.read().image("KAFKA_IMAGE"));
        }

        @Bean
        @ServiceConnection
        PostgreSQLContainer postgres() {
            return new PostgreSQLContainer(ComposeImages.read().image("POSTGRES_IMAGE"))
                    .withCommand("postgres", "-c", "wal_level=logical");
        }
    }

    @Test
    void ordersArriveOnTheirTopic() {
        OrdersTable table = new OrdersTable(JdbcClient.create(
                new DriverManagerDataSource(postgres.getJdbcUrl(), postgres.getUsername(), postgres.getPassword())));
        table.create();
        List<Order> orders = table.insert(3);
        try (ChangeTopic changes = new ChangeTopic(kafka.getBootstrapServers(), "hopmeter.orders")) {
            assertThat(changes.awaitKeys(OrdersTable.ids(orders))).hasSize(3);
        }
    }
}
