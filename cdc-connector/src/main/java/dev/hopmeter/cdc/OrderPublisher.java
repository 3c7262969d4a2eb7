package dev.hopmeter.cdc;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.TimerBuckets;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.spring.PoisonRecords;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TopicProperties;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
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
    private final WireFormat wireFormat;
    private final Stamps stamps;
    private final EpochClock clock;
    private final DefaultKafkaProducerFactory<String, byte[]> producers;
    private final TopicProperties topics;
    private final MeterRegistry registry;
    private final byte[] consumer;
    private final Counter malformedTrails;
    private final Counter deadLetters;
    private final Map<Workload, Annotation> annotations = new ConcurrentHashMap<>();

    OrderPublisher(
            RowReader rows,
            WireFormat wireFormat,
            Stamps stamps,
            EpochClock clock,
            DefaultKafkaProducerFactory<String, byte[]> producers,
            TopicProperties topics,
            MeterRegistry registry,
            @Value("${spring.application.name}") String consumer) {
        this.rows = rows;
        this.wireFormat = wireFormat;
        this.stamps = stamps;
        this.clock = clock;
        this.producers = producers;
        this.topics = topics;
        this.registry = registry;
        this.consumer = consumer.getBytes(StandardCharsets.UTF_8);
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
        long committed = placed.committedNanos();
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(
                topics.changes(),
                null,
                TimeUnit.NANOSECONDS.toMillis(committed),
                placed.order().id().toString(),
                wireFormat.write(placed.order()));
        Optional<Trail> trail = placed.trail().flatMap(this::parsed).map(read -> {
            Trail stamped = stamps.at(read, Stamp.COMMITTED, committed);
            return stamps.at(stamped, Stamp.CAPTURED, captured);
        });
        trail.ifPresent(
                known -> message.headers().add(Trail.HEADER, known.text().getBytes(StandardCharsets.US_ASCII)));
        Runnable arrived = () -> {
            trail.ifPresent(known -> annotation(known.workload()).record(clock.nanos() - captured));
            acknowledged.run();
        };
        send(message, arrived, failed);
    }

    private void putAside(Change.Unreadable unreadable, Runnable acknowledged, Consumer<Throwable> failed)
            throws InterruptedException {
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(
                topics.deadLetters(), unreadable.id(), unreadable.row().getBytes(StandardCharsets.UTF_8));
        message.headers()
                .add(PoisonRecords.REASON, unreadable.reason().getBytes(StandardCharsets.UTF_8))
                .add(PoisonRecords.CONSUMER, consumer);
        Runnable arrived = () -> {
            deadLetters.increment();
            acknowledged.run();
        };
        send(message, arrived, failed);
    }

    private void send(ProducerRecord<String, byte[]> message, Runnable acknowledged, Consumer<Throwable> failed)
            throws InterruptedException {
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

    private Optional<Trail> parsed(String text) {
        try {
            return Optional.of(Trail.parse(text));
        } catch (IllegalArgumentException e) {
            malformedTrails.increment();
            return Optional.empty();
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
