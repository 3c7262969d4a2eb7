package dev.hopmeter.aggregator;

import dev.hopmeter.aggregator.Orders.Cell;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.windows.Source;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.test.TestRecord;

/** A topology that runs on a driver, without brokers and from noon on, and what it makes of one source. */
final class TopologyRun implements AutoCloseable {

    static final String DEAD_LETTERS = "dead-letters-topic";
    static final long NOON = Instant.parse("2026-06-08T12:00:00Z").toEpochMilli();

    private final Source source;
    private final MeterRegistry registry;
    private final TopologyTestDriver driver;

    TopologyRun(
            Source source, WindowTopology topology, Path stateDir, Map<String, ?> settings, MeterRegistry registry) {
        this.source = source;
        this.registry = registry;
        Properties all = new Properties();
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, "topology-test");
        all.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "not-asked:1");
        all.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        all.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        all.putAll(PoisonInput.settings(DEAD_LETTERS, "aggregator-service", registry));
        all.putAll(settings);
        this.driver = new TopologyTestDriver(topology.get(), all, Instant.ofEpochMilli(NOON));
    }

    TopologyTestDriver driver() {
        return driver;
    }

    TestOutputTopic<byte[], byte[]> deadLetters() {
        return driver.createOutputTopic(DEAD_LETTERS, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** What every window of every key adds up to. */
    Map<Cell, WindowTotal> totals() {
        Map<Cell, WindowTotal> totals = new HashMap<>();
        for (WindowSize size : WindowSize.values()) {
            try (KeyValueIterator<Windowed<String>, ValueAndTimestamp<WindowTotal>> found = driver.<String, WindowTotal>
                            getTimestampedWindowStore(source.store(size))
                    .all()) {
                found.forEachRemaining(window -> totals.put(
                        new Cell(
                                size,
                                WindowKey.parse(window.key.key()),
                                window.key.window().start()),
                        window.value.value()));
            }
        }
        return totals;
    }

    double late(WindowSize size) {
        return registry.get("hopmeter.windows.late")
                .tags("size", size.word(), "source", source.word())
                .counter()
                .count();
    }

    double deadLettersCounted() {
        return registry.get("hopmeter.dead.letters")
                .tag("consumer", "aggregator-service")
                .counter()
                .count();
    }

    static String header(TestRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        driver.close();
    }
}
