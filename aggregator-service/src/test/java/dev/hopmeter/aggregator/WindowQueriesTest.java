package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

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
            Duration.ZERO);

    private final AggregatorProperties settings = new AggregatorProperties(
            Duration.ofHours(1), Duration.ofSeconds(10), 1000, Duration.ofMillis(1_200), null, 3, Duration.ZERO, false);

    private final MockMvc queries = MockMvcBuilders.standaloneSetup(
                    new WindowQueries(notStarted, () -> 1_780_920_000_000_000_000L, settings))
            .build();

    @Test
    void beforeTheStartTheAnswerIsUnavailableAndSaysWhenToComeBack() throws Exception {
        queries.perform(get("/windows/10s/eu-west/retail"))
                .andExpect(status().isServiceUnavailable())
                .andExpect(header().string("Retry-After", "2"))
                .andExpect(jsonPath("$.detail").value("Kafka Streams is not started"));
    }

    @Test
    void aSpanBeforeAllTimeIsAnsweredWithoutAskingTheStore() throws Exception {
        queries.perform(get("/windows/10s/eu-west/retail?to=1970-01-01T00:00:00Z"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.windows").isEmpty());
    }

    @Test
    void beforeTheStartTheServiceIsOutOfService() {
        assertThat(new StreamsHealth(notStarted).health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    }
}
