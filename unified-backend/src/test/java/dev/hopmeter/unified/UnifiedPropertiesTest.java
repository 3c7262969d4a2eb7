package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

class UnifiedPropertiesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Properties.class);

    @Test
    void nothingIsAnsweredBeforeTwoCopiesByDefault() {
        runner.run(context -> assertThat(context.getBean(UnifiedProperties.class))
                .returns(Notify.QUORUM, UnifiedProperties::notifies)
                .returns("hopmeter_u_1", UnifiedProperties::slot)
                .returns(SlotLost.FAIL, UnifiedProperties::slotLost)
                .returns(5, UnifiedProperties::commitLimitSeconds));
    }

    @Test
    void limitsAreWholeSecondsRoundedUp() {
        runner.withPropertyValues("hopmeter.unified.commit-limit=1001ms", "hopmeter.unified.notify=local")
                .run(context -> assertThat(context.getBean(UnifiedProperties.class))
                        .returns(2, UnifiedProperties::commitLimitSeconds)
                        .returns(Notify.LOCAL, UnifiedProperties::notifies)
                        .returns(Duration.ofMillis(1_001), UnifiedProperties::commitLimit));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hopmeter.unified.notify=both",
                "hopmeter.unified.notifies=quorum",
                "hopmeter.unified.instance=U-1",
                "hopmeter.unified.standbys=0",
                "hopmeter.unified.grace=61m",
                "hopmeter.unified.retry-after=-1s",
                "hopmeter.unified.status-interval=1m",
                "hopmeter.unified.silence=2s",
                "hopmeter.unified.advertised-address=nowhere",
                "hopmeter.unified.no-such-thing=1"
            })
    void aWrongOrUnknownPropertyStopsTheStart(String property) {
        runner.withPropertyValues(property).run(context -> assertThat(context).hasFailed());
    }

    @EnableConfigurationProperties(UnifiedProperties.class)
    static class Properties {}
}
