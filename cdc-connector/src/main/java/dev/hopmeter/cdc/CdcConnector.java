package dev.hopmeter.cdc;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Publishes every order that Postgres commits on the change topic, at least once. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class CdcConnector {

    /** Starts the connector. */
    public static void main(String[] arguments) {
        SpringApplication.run(CdcConnector.class, arguments);
    }
}
