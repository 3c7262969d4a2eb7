package dev.hopmeter.notifier;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Pushes each order and each message to the subscribers connected here whose filters it matches. */
@SpringBootApplication
@EnableConfigurationProperties(NotifierProperties.class)
class NotifierService {

    static void main(String[] args) {
        SpringApplication.run(NotifierService.class, args);
    }
}
