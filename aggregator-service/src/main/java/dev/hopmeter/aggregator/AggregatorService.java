package dev.hopmeter.aggregator;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Sums the change topic's orders in windows of each region and kind, and answers queries for them. */
@SpringBootApplication
public class AggregatorService {

    /** Starts the service; every argument is a Spring property. */
    public static void main(String[] arguments) {
        SpringApplication.run(AggregatorService.class, arguments);
    }
}
