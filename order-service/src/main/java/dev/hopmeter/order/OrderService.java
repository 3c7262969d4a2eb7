package dev.hopmeter.order;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** The service that stores orders. */
@SpringBootApplication
@EnableConfigurationProperties(OrderProperties.class)
class OrderService {

    static void main(String[] arguments) {
        SpringApplication.run(OrderService.class, arguments);
    }
}
