package dev.hopmeter.aggregator;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Sums orders and events in windows of each region and kind, answers queries for them, and tells watchers. */
@SpringBootApplication
public class AggregatorService {

    /** Starts the service; every argument is a Spring property. */
    public static void main(String[] arguments) {
        SpringApplication.run(AggregatorService.class, arguments);
    }
}
