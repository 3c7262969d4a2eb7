package dev.hopmeter.cdc;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.TimerBuckets;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.rows.Change;
import dev.hopmeter.rows.OrderRecords;
import dev.hopmeter.rows.RowReader;
import dev.hopmeter.rows.TopicRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.connect.source.SourceRecord;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.stereotype.Component;

/**
 * Sends orders to the change topic. A row that is no order goes to the dead-letter topic with its reason; what is neither
 * inserted nor read by a snapshot is counted and not sent. Used by one thread at a time; answers come from the producer's.
 */
@Component
class OrderPublisher {

    private final RowReader rows;
    private final OrderRecords records;
    private final EpochClock clock;
    private final DefaultKafkaProducerFactory<String, byte[]> producers;
    private final MeterRegistry registry;
    private final Counter malformedTrails;
    private final Counter deadLetters;
    private final Map<Workload, Annotation> annotations = new ConcurrentHashMap<>();

    OrderPublisher(
            RowReader rows,
            OrderRecords records,
            EpochClock clock,
            DefaultKafkaProducerFactory<String, byte[]> producers,
            MeterRegistry registry,
            @Value("${spring.application.name}") String consumer) {
        this.rows = rows;
        this.records = records;
        this.clock = clock;
        this.producers = producers;
        this.registry = registry;
        this.malformedTrails = Counter.builder("hopmeter.cdc.trails.malformed")
                .description("Orders published without their trail, as it could not be read")
                .register(registry);
        this.deadLetters = Counter.builder("hopmeter.dead.letters")
                .description("Records put aside on the dead-letter topic")
                .tag("consumer", consumer)
                .register(registry);
    }

    /**
     * Sends what the record says, and returns before the brokers answer. Waits only for room in the producer's buffer.
     *
     * @param captured when the batch of the record came in hand, epoch nanoseconds
     * @param acknowledged called once when the brokers have it, or at once when there is nothing to send
     * @param failed called when the producer has given the record up
     * @throws InterruptedException if interrupted while waiting for room
     */
    void publish(SourceRecord record, long captured, Runnable acknowledged, Consumer<Throwable> failed)
            throws InterruptedException {
        switch (rows.read(record)) {
            case Change.Placed placed -> send(placed, captured, acknowledged, failed);
            case Change.Unreadable unreadable -> putAside(unreadable, acknowledged, failed);
            case Change.Other other -> {
                ignored(other.operation()).increment();
                acknowledged.run();
            }
        }
    }

    /** Lets go of the producer and of whatever it still holds, so that the next record starts with a new one. */
    void startAnew() {
        producers.reset();
    }

    private void send(Change.Placed placed, long captured, Runnable acknowledged, Consumer<Throwable> failed)
            throws InterruptedException {
        Optional<Trail> trail = OrderRecords.trail(placed);
        if (trail.isEmpty() && placed.trail().isPresent()) {
            malformedTrails.increment();
        }
        Runnable arrived = () -> {
            trail.ifPresent(known -> annotation(known.workload()).record(clock.nanos() - captured));
            acknowledged.run();
        };
        send(records.published(placed, trail, captured), arrived, failed);
    }

    private void putAside(Change.Unreadable unreadable, Runnable acknowledged, Consumer<Throwable> failed)
            throws InterruptedException {
        Runnable arrived = () -> {
            deadLetters.increment();
            acknowledged.run();
        };
        send(records.putAside(unreadable), arrived, failed);
    }

    private void send(TopicRecord record, Runnable acknowledged, Consumer<Throwable> failed)
            throws InterruptedException {
        Long timestamp =
                record.timestampMillis().isPresent() ? record.timestampMillis().getAsLong() : null;
        ProducerRecord<String, byte[]> message =
                new ProducerRecord<>(record.topic(), null, timestamp, record.key(), record.value());
        record.headers().forEach((name, value) -> message.headers().add(name, value));
        Producer<String, byte[]> producer = producers.createProducer();
        try {
            var _ = producer.send(message, (metadata, error) -> {
                if (error == null) {
                    acknowledged.run();
                } else {
                    failed.accept(error);
                }
            });
        } catch (InterruptException e) {
            InterruptedException interrupted = new InterruptedException(e.getMessage());
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private Counter ignored(String operation) {
        return Counter.builder("hopmeter.cdc.ignored")
                .description("Changes that are neither an insert nor read by a snapshot")
                .tag("op", operation)
                .register(registry);
    }

    private Annotation annotation(Workload workload) {
        return annotations.computeIfAbsent(workload, known -> {
            Tags tags = Tags.of(
                    "workload", known.word(),
                    "backend", Backend.CONVENTIONAL.word(),
                    "annotation", "broker-acknowledged");
            return new Annotation(
                    Timer.builder("hopmeter.annotation")
                            .description("Beside the route: from captured until the brokers acknowledged")
                            .tags(tags)
                            .serviceLevelObjectives(TimerBuckets.forHops())
                            .register(registry),
                    Counter.builder("hopmeter.annotation.negative")
                            .description("Annotations whose end was stamped before their start")
                            .tags(tags)
                            .register(registry));
        });
    }

    private record Annotation(Timer timer, Counter negative) {
        void record(long nanos) {
            if (nanos < 0) {
                negative.increment();
            } else {
                timer.record(nanos, TimeUnit.NANOSECONDS);
            }
        }
    }
}
