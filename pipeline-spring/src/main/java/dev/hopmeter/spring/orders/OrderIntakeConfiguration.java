package dev.hopmeter.spring.orders;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The HTTP surface that takes orders; for a service that has an {@link OrderStore} and imports this. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OrderProperties.class)
@Import({OrderIntake.class, InFlightLimit.class, UnavailableAnswers.class, LastAnswer.class, Fingerprints.class})
public class OrderIntakeConfiguration {}
