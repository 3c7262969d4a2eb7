package dev.hopmeter.unified;

import dev.hopmeter.spring.orders.OrderIntakeConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** The service that does all of it. */
@SpringBootApplication
@EnableConfigurationProperties(UnifiedProperties.class)
@Import(OrderIntakeConfiguration.class)
class UnifiedBackend {

    static void main(String[] arguments) {
        SpringApplication.run(UnifiedBackend.class, arguments);
    }
}
