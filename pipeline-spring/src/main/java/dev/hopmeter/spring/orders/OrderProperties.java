package dev.hopmeter.spring.orders;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the order service accepts. How many orders are written at a time is {@code spring.datasource.hikari.maximum-pool-size},
 * and how long one waits for its turn before it is refused {@code spring.datasource.hikari.connection-timeout}.
 *
 * @param maxBytes the most bytes that a request's body has; each request in flight may hold that much memory. A body that
 *     goes on for more than {@code server.tomcat.max-swallow-size} (2 MB) beyond ends the connection with the refusal
 * @param maxInFlight requests for orders that are let in at a time; more are refused at once with 503. Higher rides out
 *     longer stalls of the database with more memory, lower refuses sooner
 * @param currencies ISO 4217; with more than one, sums over orders of one region and kind add up unlike things
 * @param retryAfter what a client is told to wait when there is no room or the database is unavailable, rounded up to
 *     seconds; longer spreads the load of the return, shorter finds the database sooner
 */
@Validated
@ConfigurationProperties(prefix = "hopmeter.order", ignoreUnknownFields = false)
record OrderProperties(
        @DefaultValue("65536") @Min(1024) @Max(16 * 1024 * 1024)
        int maxBytes,

        @DefaultValue("500") @Min(1) int maxInFlight,
        @DefaultValue("EUR") @NotEmpty Set<@Pattern(regexp = "[A-Z]{3}") String> currencies,
        @DefaultValue("1s") Duration retryAfter) {

    OrderProperties {
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "hopmeter.order.retry-after is not negative, as in 1s, not " + retryAfter);
        }
        currencies = Set.copyOf(currencies);
    }
}
