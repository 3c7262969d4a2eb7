package dev.hopmeter.spring;

import dev.hopmeter.contract.Backend;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;

/** A service's profile is the word of its backend, so that a mistyped one ends the start and is not a profile of that name. */
public final class BackendProfile implements EnvironmentPostProcessor {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        for (String profile : environment.getActiveProfiles()) {
            if (Backend.of(profile).isEmpty()) {
                throw new IllegalArgumentException("spring.profiles.active: there is no backend '" + profile
                        + "'; there are " + String.join(", ", Backend.words()));
            }
        }
    }
}
