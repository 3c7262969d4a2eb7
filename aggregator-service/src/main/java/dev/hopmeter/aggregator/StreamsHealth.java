package dev.hopmeter.aggregator;

import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams.State;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/** Up while Kafka Streams is running, out of service while it starts, moves or restores its stores, down otherwise. */
@Component("streams")
final class StreamsHealth implements HealthIndicator {

    private final Aggregation aggregation;

    StreamsHealth(Aggregation aggregation) {
        this.aggregation = aggregation;
    }

    @Override
    public Health health() {
        Optional<State> state = aggregation.state();
        return Health.status(state.map(StreamsHealth::status).orElse(Status.OUT_OF_SERVICE))
                .withDetail("state", state.map(State::name).orElse("NOT_STARTED"))
                .build();
    }

    private static Status status(State state) {
        return switch (state) {
            case RUNNING -> Status.UP;
            case CREATED, REBALANCING -> Status.OUT_OF_SERVICE;
            case PENDING_SHUTDOWN, NOT_RUNNING, PENDING_ERROR, ERROR -> Status.DOWN;
        };
    }
}
