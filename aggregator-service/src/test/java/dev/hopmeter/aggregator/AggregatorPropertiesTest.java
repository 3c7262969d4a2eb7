package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.spring.windows.Source;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
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
                        EnumSet.allOf(Source.class),
                        Duration.ofHours(1),
                        Duration.ofMinutes(59),
                        1000,
                        Duration.ofSeconds(1),
                        null,
                        3,
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(2),
                        10_000,
                        1_000,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        1_024,
                        List.of(),
                        false)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sources=",
                "sources=messages",
                "forward-timeout=0s",
                "watch-queue=0",
                "max-watchers=0",
                "write-timeout=0s",
                "ping=0s",
                "open-timeout=0s",
                "max-incoming-size=1",
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
    @ValueSource(
            strings = {
                "sources=orders",
                "sources=events",
                "sources=events,orders",
                "grace=0s",
                "grace=59m",
                "retention=2h",
                "advertised-address=aggregator-1.example:8084"
            })
    void whatIsWithinBoundsIsAccepted(String property) {
        context.withPropertyValues("hopmeter.aggregator." + property)
                .run(started -> assertThat(started).hasNotFailed());
    }

    @EnableConfigurationProperties(AggregatorProperties.class)
    static class Bound {}
}
