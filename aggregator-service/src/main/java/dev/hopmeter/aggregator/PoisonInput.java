package dev.hopmeter.aggregator;

import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.PoisonRecords;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The policy for a record that is no order or no event: it goes unchanged to the dead-letter topic, with its reason and its
 * consumer as headers, is counted in {@code hopmeter.dead.letters}, and the stream goes on. It is sent by the task's own
 * producer, so that its offset is committed only after the dead letter is acknowledged. Any other failure to read or to
 * process, as of the repartition topic's bytes, fails the stream thread. Orders are read by their deserializer, events by
 * the first processor, which has the key as well: hence the two interfaces.
 *
 * <p>Kafka Streams makes the instance and hands topic, consumer and counter over in its configuration. Its own
 * {@code errors.dead.letter.queue.topic.name} stays unset: its other handlers would follow it, without reason and counter.
 */
public final class PoisonInput implements DeserializationExceptionHandler, ProcessingExceptionHandler {

    private static final String TOPIC = "hopmeter.dead-letters.topic";
    private static final String CONSUMER = "hopmeter.dead-letters.consumer";
    private static final String COUNTER = "hopmeter.dead-letters.counter";

    @SuppressWarnings("NullAway.Init")
    private String deadLetters;

    @SuppressWarnings("NullAway.Init")
    private String consumer;

    @SuppressWarnings("NullAway.Init")
    private Counter counter;

    /** Not yet able to work: Kafka Streams calls {@link #configure} next. */
    public PoisonInput() {}

    /** What must be in Kafka Streams' configuration for this policy to be in force. */
    static Map<String, Object> settings(String deadLetters, String consumer, MeterRegistry registry) {
        return Map.of(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                PoisonInput.class,
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                PoisonInput.class,
                TOPIC,
                deadLetters,
                CONSUMER,
                consumer,
                COUNTER,
                Counter.builder("hopmeter.dead.letters")
                        .description("Records put aside on the dead-letter topic")
                        .tag("consumer", consumer)
                        .register(registry));
    }

    @Override
    public void configure(Map<String, ?> settings) {
        deadLetters = (String) setting(settings, TOPIC);
        counter = (Counter) setting(settings, COUNTER);
        consumer = (String) setting(settings, CONSUMER);
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> poison, Exception e) {
        return e instanceof MalformedException
                ? DeserializationExceptionHandler.Response.resume(
                        List.of(deadLetter(poison.timestamp(), poison.key(), poison.value(), poison.headers(), e)))
                : DeserializationExceptionHandler.Response.fail();
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext context, Record<?, ?> poison, Exception e) {
        return e instanceof MalformedException
                ? ProcessingExceptionHandler.Response.resume(List.of(deadLetter(
                        context.timestamp(), context.sourceRawKey(), context.sourceRawValue(), context.headers(), e)))
                : ProcessingExceptionHandler.Response.fail();
    }

    private ProducerRecord<byte[], byte[]> deadLetter(
            long timestamp, byte[] key, byte[] value, Headers own, Exception e) {
        Headers headers = new RecordHeaders(own);
        headers.add(PoisonRecords.REASON, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
        headers.add(PoisonRecords.CONSUMER, consumer.getBytes(StandardCharsets.UTF_8));
        counter.increment();
        return new ProducerRecord<>(deadLetters, null, timestamp, key, value, headers);
    }

    private static Object setting(Map<String, ?> settings, String name) {
        return Objects.requireNonNull(settings.get(name), name);
    }
}
