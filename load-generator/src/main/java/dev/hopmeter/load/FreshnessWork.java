package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.WindowKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Freshness: events go in, watchers of their keys are told, and beside that the same aggregates are looked at in other ways: by
 * asking again and again and, where there is one, on the output topic.
 */
final class FreshnessWork implements Work, Trial.Surroundings {

    /** The word of what was seen on the output topic. */
    static final String SEEN_ON_OUTPUT_TOPIC = "seen-on-output-topic";

    private static final String OUTPUT = "hopmeter.windows";
    private static final Duration POLL = Duration.ofMillis(500);
    /** Kafka Streams commits, and lets its cache out, every 30 s by default. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(35);
    /** Of who asks, after the watchers have been told; what was never summed is never seen. */
    private static final Duration WAIT_OF_ASKING = POLL.multipliedBy(6);

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final EpochClock clock;
    private final Progress progress;
    private final PublishingDriver driver;
    private final List<WindowKey> keys;
    private final URI aggregator;
    private final Optional<String> bootstrapServers;
    private final Optional<String> guarantee;
    private final Truth truth;
    private final Optional<Sight> byTopic;
    private final Sight byAsking;
    private final HttpClient client = Http.client();
    private final Faults faults = new Faults();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private long endNanos;

    /**
     * Work that has not begun.
     *
     * @param aggregator who is asked
     * @param bootstrapServers of the brokers with an output topic, if there is one
     * @param guarantee of the totals, by {@link Totals}
     */
    private FreshnessWork(
            EpochClock clock,
            Progress progress,
            PublishingDriver driver,
            Truth truth,
            List<WindowKey> keys,
            URI aggregator,
            Optional<String> bootstrapServers,
            Optional<String> guarantee) {
        this.clock = clock;
        this.progress = progress;
        this.driver = driver;
        this.truth = truth;
        this.keys = keys;
        this.aggregator = aggregator;
        this.bootstrapServers = bootstrapServers;
        this.guarantee = guarantee;
        this.byTopic = bootstrapServers.map(brokers -> new Sight(truth));
        this.byAsking = new Sight(truth);
    }

    /** Opens the driver that tells the truth of what it publishes. */
    @FunctionalInterface
    interface Opening {
        PublishingDriver of(Truth truth) throws IOException, InterruptedException;
    }

    /**
     * Work of that run.
     *
     * @throws IOException if the driver cannot be opened; the message says why
     */
    static FreshnessWork of(
            EpochClock clock,
            Progress progress,
            TrialPlan plan,
            String runId,
            Opening driver,
            URI aggregator,
            Optional<String> bootstrapServers,
            Optional<String> guarantee)
            throws IOException, InterruptedException {
        List<WindowKey> keys = new EventMix(runId, plan.seed(), true).keys();
        Truth truth = new Truth(keys);
        return new FreshnessWork(
                clock, progress, driver.of(truth), truth, keys, aggregator, bootstrapServers, guarantee);
    }

    @Override
    public Driver driver() {
        return driver;
    }

    @Override
    public Trial.Surroundings surroundings() {
        return this;
    }

    @Override
    public void trialBegins() throws IOException {
        if (byTopic.isPresent()) {
            KafkaConsumer<String, String> consumer = consumer(bootstrapServers.orElseThrow());
            Thread.ofPlatform()
                    .daemon()
                    .name("output-topic")
                    .start(new OutputTopic(
                            clock, consumer, keys, byTopic.get(), faults, () -> stopping.getCount() == 0));
        }
        Thread.ofPlatform()
                .daemon()
                .name("asking")
                .start(new Asking(clock, client, aggregator, keys, POLL, byAsking, faults, stopping));
    }

    @Override
    public void measurementBegins(int first) {
        byTopic.ifPresent(sight -> sight.measureFrom(first + 1L));
        byAsking.measureFrom(first + 1L);
    }

    @Override
    public void measurementEnds() {
        endNanos = clock.nanos();
    }

    /** Ends the looking: what is told is not seen any more. */
    @Override
    public List<Annotation> beside() {
        stopping.countDown();
        long now = clock.nanos();
        List<Annotation> beside = new ArrayList<>(List.of(Annotation.of(
                "seen-by-asking", "seen by asking every " + POLL.toMillis() + " ms", byAsking.lengths(keys, now))));
        byTopic.ifPresent(sight ->
                beside.add(Annotation.of(SEEN_ON_OUTPUT_TOPIC, "seen on the output topic", sight.lengths(keys, now))));
        return beside;
    }

    @Override
    public List<Finding> findings(TrialResult trial) throws InterruptedException {
        if (!isSeenOnTopic()) {
            progress.say("waiting for the output topic, " + Durations.text(LONGEST_WAIT) + " at most");
        }
        await(this::isSeenOnTopic, endNanos + LONGEST_WAIT.toNanos());
        await(() -> byAsking.complete(keys), clock.nanos() + WAIT_OF_ASKING.toNanos());
        List<Finding> findings = new ArrayList<>();
        findings.add(new Totals(clock, client, aggregator, truth, keys, guarantee).finding());
        findings.addAll(faults.findings());
        return findings;
    }

    @Override
    public void close() {
        stopping.countDown();
        driver.close();
        Http.close(client, CLOSING);
    }

    private void await(BooleanSupplier seen, long untilNanos) throws InterruptedException {
        while (!seen.getAsBoolean() && clock.nanos() < untilNanos) {
            Thread.sleep(POLL);
        }
    }

    private boolean isSeenOnTopic() {
        return byTopic.map(sight -> sight.complete(keys)).orElse(true);
    }

    private static KafkaConsumer<String, String> consumer(String bootstrapServers) throws IOException {
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        "false"),
                new StringDeserializer(),
                new StringDeserializer());
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(OUTPUT).stream()
                    .map(each -> new TopicPartition(OUTPUT, each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            return consumer;
        } catch (KafkaException e) {
            consumer.close();
            throw new IOException("the topic " + OUTPUT + " cannot be read: " + e.getMessage(), e);
        }
    }
}
