package dev.hopmeter.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class TopicPropertiesTest {

    private final ApplicationContextRunner context = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void everyPropertyHasADefault() {
        context.run(started -> assertThat(started.getBean(TopicProperties.class))
                .isEqualTo(new TopicProperties(
                        "hopmeter.orders",
                        "hopmeter.messages",
                        "hopmeter.events",
                        "hopmeter.windows",
                        "hopmeter.dead-letters",
                        3,
                        (short) 3,
                        (short) 2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "changes=",
                "messages=",
                "events=",
                "windows=",
                "dead-letters= ",
                "partitions=0",
                "replication=0",
                "min-insync-replicas=0",
                "partitions=many",
                "no-such-property=1"
            })
    void whatIsOutOfBoundsOrUnknownKeepsTheServiceFromStarting(String property) {
        context.withPropertyValues("hopmeter.topics." + property)
                .run(started -> assertThat(started).hasFailed());
    }

    @EnableConfigurationProperties(TopicProperties.class)
    static class Bound {}
}
