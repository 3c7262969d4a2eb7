package dev.hopmeter.order;

import dev.hopmeter.spring.orders.OrderIntakeConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/** The service that stores orders. */
@SpringBootApplication
@Import(OrderIntakeConfiguration.class)
class OrderService {

    static void main(String[] arguments) {
        SpringApplication.run(OrderService.class, arguments);
    }
}
