package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.WindowAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AggregationTest {

    private static final WindowKey KEY = new WindowKey("eu-west", "retail");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void streamsThatStopBetweenTheOwnersNameAndTheReadMakeTheStoreUnreadableAndNoError() {
        OpenTasks open = new OpenTasks();
        try (KafkaStreams streams = new NeverConnected(folder)) {
            Aggregation aggregation = new Aggregation(
                    () -> new HostInfo("127.0.0.1", 1), () -> streams, open, new KeyOwners(), Duration.ofSeconds(1));
            aggregation.start();
            for (Source source : Source.values()) {
                open.opened(source, 0);
            }
            assertThatNothingCanBeRead(aggregation);

            streams.close();

            assertThatNothingCanBeRead(aggregation);
        }
    }

    private static void assertThatNothingCanBeRead(Aggregation aggregation) {
        for (Source source : Source.values()) {
            assertThat(aggregation.windows(source, WindowSize.TEN_SECONDS, 0, KEY, Instant.EPOCH, Instant.EPOCH))
                    .isInstanceOf(WindowAnswer.NotReadable.class);
            assertThat(aggregation.keys(source, WindowSize.TEN_SECONDS, 10)).isEmpty();
        }
    }

    private static final class NeverConnected extends KafkaStreams {

        NeverConnected(Path folder) {
            super(topology(), settings(folder));
        }

        @Override
        public synchronized void start() {}

        private static Topology topology() {
            Topology topology = new Topology();
            topology.addSource("source", "topic");
            return topology;
        }

        private static Properties settings(Path folder) {
            Properties settings = new Properties();
            settings.put("application.id", "never-connected");
            settings.put("bootstrap.servers", "127.0.0.1:1");
            settings.put("state.dir", folder.toString());
            return settings;
        }
    }
}
