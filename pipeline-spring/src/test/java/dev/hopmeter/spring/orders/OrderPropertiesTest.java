package dev.hopmeter.spring.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Limits;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

class OrderPropertiesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Properties.class);

    @Test
    void theDefaultsAreTheContractsLimitAndOneCurrency() {
        runner.run(context -> assertThat(context.getBean(OrderProperties.class))
                .returns(Limits.MAX_BYTES, OrderProperties::maxBytes)
                .returns(Set.of("EUR"), OrderProperties::currencies)
                .returns(Duration.ofSeconds(1), OrderProperties::retryAfter));
    }

    @Test
    void severalCurrenciesArePermittedByName() {
        runner.withPropertyValues("hopmeter.order.currencies=EUR,CHF")
                .run(context -> assertThat(
                                context.getBean(OrderProperties.class).currencies())
                        .containsExactlyInAnyOrder("EUR", "CHF"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hopmeter.order.max-bytes=0",
                "hopmeter.order.max-bytes=-1",
                "hopmeter.order.max-bytes=16777217",
                "hopmeter.order.max-in-flight=0",
                "hopmeter.order.currencies=euro",
                "hopmeter.order.currencies=",
                "hopmeter.order.retry-after=-1s",
                "hopmeter.order.currency=EUR"
            })
    void aWrongOrUnknownPropertyStopsTheStart(String property) {
        runner.withPropertyValues(property).run(context -> assertThat(context).hasFailed());
    }

    @EnableConfigurationProperties(OrderProperties.class)
    static class Properties {}
}
