package dev.hopmeter.spring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * The policy for a record that a listener fails on. One that throws {@link MalformedException} goes to the dead-letter
 * topic at once, with its reason and its consumer as headers, is counted in {@code hopmeter.dead.letters}, and the consumer
 * goes on. Any other failure is retried without end, as what cannot be handed on now must not be lost. As the one bean of
 * its type it is picked up by Boot's listener containers; a batch listener names the record by throwing
 * {@code BatchListenerFailedException} with the cause.
 */
public final class PoisonRecords extends DefaultErrorHandler {

    /** The header that says, in UTF-8, why the record was put aside. */
    public static final String REASON = "Hopmeter-Reason";

    /** The header that names the service that put the record aside. */
    public static final String CONSUMER = "Hopmeter-Consumer";

    PoisonRecords(KafkaTemplate<String, byte[]> template, String deadLetters, MeterRegistry registry, String consumer) {
        super(recoverer(template, deadLetters, counter(registry, consumer), consumer), unendingBackOff());
        addNotRetryableExceptions(MalformedException.class);
        setCommitRecovered(true);
    }

    private static DeadLetterPublishingRecoverer recoverer(
            KafkaTemplate<String, byte[]> template, String deadLetters, Counter counter, String consumer) {
        DeadLetterPublishingRecoverer recoverer =
                new DeadLetterPublishingRecoverer(template, (poison, e) -> new TopicPartition(deadLetters, -1)) {
                    @Override
                    public void accept(ConsumerRecord<?, ?> poison, @Nullable Consumer<?, ?> from, Exception e) {
                        super.accept(poison, from, e);
                        counter.increment();
                    }
                };
        recoverer.setFailIfSendResultIsError(true);
        recoverer.setHeadersFunction((poison, e) -> headers(reason(e), consumer));
        return recoverer;
    }

    private static Headers headers(String reason, String consumer) {
        Headers headers = new RecordHeaders();
        headers.add(REASON, reason.getBytes(StandardCharsets.UTF_8));
        headers.add(CONSUMER, consumer.getBytes(StandardCharsets.UTF_8));
        return headers;
    }

    private static String reason(Throwable e) {
        Throwable deepest = e;
        while (!(deepest instanceof MalformedException) && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    }

    private static Counter counter(MeterRegistry registry, String consumer) {
        return Counter.builder("hopmeter.dead.letters")
                .description("Records put aside on the dead-letter topic")
                .tag("consumer", consumer)
                .register(registry);
    }

    private static ExponentialBackOff unendingBackOff() {
        ExponentialBackOff backOff = new ExponentialBackOff(100, 2);
        backOff.setMaxInterval(5_000);
        backOff.setMaxElapsedTime(Long.MAX_VALUE);
        return backOff;
    }
}
