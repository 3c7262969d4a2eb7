package dev.hopmeter.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

class BackendProfileTest {

    @ParameterizedTest
    @ValueSource(strings = {"unifed", "Unified", "unified,local"})
    void aProfileThatIsNoBackendEndsTheStartAndThePermittedOnesAreNamed(String profiles) {
        assertThatThrownBy(() -> start("--spring.profiles.active=" + profiles))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("conventional, unified, harper, in-memory");
    }

    @Test
    void aBackendsWordIsAProfileAndNoneIsNeeded() {
        try (ConfigurableApplicationContext named = start("--spring.profiles.active=unified");
                ConfigurableApplicationContext unnamed = start()) {
            assertThat(named.getEnvironment().getActiveProfiles()).containsExactly("unified");
            assertThat(unnamed.getEnvironment().getActiveProfiles()).isEmpty();
        }
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        SpringApplication application = new SpringApplication(Nothing.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(arguments);
    }

    static class Nothing {}
}
