package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class AggregatorPropertiesTest {

    private final ApplicationContextRunner context = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void everyPropertyHasADefault() {
        context.run(started -> assertThat(started.getBean(AggregatorProperties.class))
                .isEqualTo(new AggregatorProperties(
                        Duration.ofHours(1),
                        Duration.ofMinutes(59),
                        1000,
                        Duration.ofSeconds(1),
                        null,
                        3,
                        Duration.ofSeconds(4),
                        false)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grace=-1s",
                "grace=59m1s",
                "retention=59m59s",
                "retention=soon",
                "most-windows=0",
                "most-windows=100001",
                "retry-after=-1s",
                "close-timeout=-1s",
                "thread-replacements=-1",
                "advertised-address=8084",
                "advertised-address=host",
                "advertised-address=host:0",
                "advertised-address=http://host:8084",
                "no-such-property=1"
            })
    void whatIsOutOfBoundsOrUnknownKeepsTheServiceFromStarting(String property) {
        context.withPropertyValues("hopmeter.aggregator." + property)
                .run(started -> assertThat(started).hasFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"grace=0s", "grace=59m", "retention=2h", "advertised-address=aggregator-1.example:8084"})
    void whatIsWithinBoundsIsAccepted(String property) {
        context.withPropertyValues("hopmeter.aggregator." + property)
                .run(started -> assertThat(started).hasNotFailed());
    }

    @EnableConfigurationProperties(AggregatorProperties.class)
    static class Bound {}
}
