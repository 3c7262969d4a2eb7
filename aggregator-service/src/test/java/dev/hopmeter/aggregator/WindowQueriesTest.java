package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.spring.Reception;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.windows.Forwarding;
import dev.hopmeter.spring.windows.WindowQueries;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class WindowQueriesTest {

    private final Aggregation notStarted = new Aggregation(
            () -> new HostInfo("127.0.0.1", 1),
            () -> {
                throw new AssertionError("not to be started");
            },
            new OpenTasks(),
            new KeyOwners(),
            Duration.ZERO);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EpochClock clock = () -> 1_780_920_000_000_000_000L;

    private final Stamps stamps = new Stamps(clock, registry, Backend.CONVENTIONAL);

    private final MockMvc queries = queries("hopmeter.aggregator.retry-after=1200ms");

    private MockMvc queries(String... settings) {
        return MockMvcBuilders.standaloneSetup(new WindowQueries(
                        notStarted,
                        new Forwarding(Duration.ofSeconds(1)),
                        stamps,
                        new Reception(stamps),
                        clock,
                        TestSettings.of(settings).limits()))
                .build();
    }

    @Test
    void beforeTheStartTheAnswerIsUnavailableAndSaysWhenToComeBack() throws Exception {
        queries.perform(get("/windows/10s/eu-west/retail"))
                .andExpect(status().isServiceUnavailable())
                .andExpect(header().string("Retry-After", "2"))
                .andExpect(jsonPath("$.detail").value("Kafka Streams is not started"));
    }

    @Test
    void whatIsNotSummedIsNotFound() throws Exception {
        queries("hopmeter.aggregator.sources=orders")
                .perform(get("/events/10s/eu-west/retail"))
                .andExpect(status().isNotFound());
    }

    @Test
    void beforeTheStartTheServiceIsOutOfService() {
        assertThat(new StreamsHealth(notStarted).health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    }
}
