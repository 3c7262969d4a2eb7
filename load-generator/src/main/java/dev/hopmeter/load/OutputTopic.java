package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Looks at the aggregates of some keys as Kafka Streams lets them out. What ends it before it is told to is a fault. */
final class OutputTopic implements Runnable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final EpochClock clock;
    private final Consumer<String, String> consumer;
    private final List<WindowKey> keys;
    private final Sight sight;
    private final Faults faults;
    private final BooleanSupplier stopping;

    /**
     * A look that has not begun.
     *
     * @param consumer is at the topic's end, and closed when the look ends
     */
    OutputTopic(
            EpochClock clock,
            Consumer<String, String> consumer,
            List<WindowKey> keys,
            Sight sight,
            Faults faults,
            BooleanSupplier stopping) {
        this.clock = clock;
        this.consumer = consumer;
        this.keys = keys;
        this.sight = sight;
        this.faults = faults;
        this.stopping = stopping;
    }

    @Override
    public void run() {
        try (consumer) {
            while (!stopping.getAsBoolean()) {
                for (ConsumerRecord<String, String> each : consumer.poll(POLL)) {
                    long now = clock.nanos();
                    keyOf(each.key())
                            .ifPresent(key ->
                                    sight.saw(key, Windows.parse(each.value()).through(), now));
                }
            }
        } catch (RuntimeException e) {
            faults.add("the output topic was read no further: " + e);
        }
    }

    /** Of {@code size/region/kind}, if it is one of this run's. */
    private Optional<WindowKey> keyOf(String text) {
        String prefix = WindowSize.TEN_SECONDS.word() + "/";
        return Optional.of(text)
                .filter(key -> key.startsWith(prefix))
                .map(key -> WindowKey.parse(key.substring(prefix.length())))
                .filter(keys::contains);
    }
}
