package dev.hopmeter.router;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Hands each order and each live message to the notifiers whose subscribers it matches. */
@SpringBootApplication
@EnableConfigurationProperties(RouterProperties.class)
class RouterService {

    static void main(String[] args) {
        SpringApplication.run(RouterService.class, args);
    }
}
