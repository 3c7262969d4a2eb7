package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceSettingsTest {

    @Test
    void everyInstanceHasANameOfItsOwn() {
        URI first = URI.create("http://127.0.0.1:1");
        URI second = URI.create("http://127.0.0.1:2");
        URI third = URI.create("http://127.0.0.1:3");
        assertThat(ServiceSettings.instances("aggregator-service", List.of(first, second, third)))
                .containsEntry("aggregator-service", first)
                .containsEntry("aggregator-service-2", second)
                .containsEntry("aggregator-service-3", third)
                .hasSize(3);
    }
}
