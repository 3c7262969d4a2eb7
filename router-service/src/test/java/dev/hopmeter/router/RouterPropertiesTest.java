package dev.hopmeter.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

class RouterPropertiesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Bound.class);

    @Test
    void theDefaultsAreWhatTheDocumentationSays() {
        runner.run(context -> assertThat(context.getBean(RouterProperties.class))
                .isEqualTo(new RouterProperties(
                        Set.of(Source.ORDERS, Source.MESSAGES),
                        100_000,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        true,
                        Duration.ZERO)));
    }

    @Test
    void oneSourceIsEnough() {
        runner.withPropertyValues("hopmeter.router.sources=messages")
                .run(context -> assertThat(
                                context.getBean(RouterProperties.class).sources())
                        .containsExactly(Source.MESSAGES));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hopmeter.router.sources=",
                "hopmeter.router.sources=orders,events",
                "hopmeter.router.inbox-length=0",
                "hopmeter.router.reply-timeout=0s",
                "hopmeter.router.reply-timeout=2m",
                "hopmeter.router.injected-delay=11s",
                "hopmeter.router.inbox-lenght=7"
            })
    void aSettingThatIsUnknownOrOutOfItsBoundsFailsTheStart(String setting) {
        runner.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
    }

    @EnableConfigurationProperties(RouterProperties.class)
    static class Bound {}
}
