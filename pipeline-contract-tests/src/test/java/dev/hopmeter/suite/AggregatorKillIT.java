package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.ServicePart;
import dev.hopmeter.stack.StackFolder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An aggregator of its own is killed with SIGKILL while events flow, and started again. */
@ExtendWith(RunningStack.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AggregatorKillIT {

    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final List<String> KINDS = List.of("retail", "gift", "wholesale", "spare");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final LocalStack stack;
    private final StackFolder folder = StackFolder.create();
    private final HttpClient http = HttpClient.newHttpClient();
    private final EpochClock clock = EpochClock.system();
    private final Map<Cell, WindowTotal> truth = new HashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final CompletableFuture<Void> enough = new CompletableFuture<>();
    private final KafkaProducer<String, byte[]> producer;
    private Instant start = Instant.EPOCH;

    AggregatorKillIT(LocalStack stack) {
        this.stack = stack;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.addresses().bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @BeforeEach
    void begin() {
        start = clock.instant();
    }

    @AfterEach
    void end() {
        enough.complete(null);
        producer.close(Duration.ofSeconds(5));
        http.close();
        folder.close();
    }

    @Test
    void withExactlyOnceEveryWindowIsExactAfterAKill() throws Exception {
        assertThat(afterAKill("exactly_once_v2", 100)).isEqualTo(truth);
    }

    @Test
    void withAtLeastOnceNothingIsMissingAfterAKill() throws Exception {
        Map<Cell, WindowTotal> summed = afterAKill("at_least_once", 1_000);

        long counted = summed.values().stream().mapToLong(WindowTotal::count).sum() / WindowSize.values().length;
        assertThat(summed.keySet()).isEqualTo(truth.keySet());
        assertThat(truth)
                .as(
                        "%d events were sent and %d summed: %d were summed again after the kill",
                        sent.get(), counted, counted - sent.get())
                .allSatisfy((cell, least) -> {
                    WindowTotal total = summed.getOrDefault(cell, WindowTotal.EMPTY);
                    assertThat(total.count()).isGreaterThanOrEqualTo(least.count());
                    assertThat(total.sum()).isGreaterThanOrEqualTo(least.sum());
                    assertThat(total.through()).isEqualTo(least.through());
                    assertThat(total.newestMillis()).isEqualTo(least.newestMillis());
                });
    }

    /** Every window, once all that was sent before, during and after the kill is summed and committed. */
    private Map<Cell, WindowTotal> afterAKill(String guarantee, int commitMillis) throws Exception {
        String name = "kill-" + guarantee.replace('_', '-');
        ServicePart aggregator = ServicePart.start(
                folder,
                name,
                Path.of(System.getProperty("hopmeter.root", ".."), "aggregator-service/target/aggregator-service.jar"),
                Map.of(
                        "spring.kafka.bootstrap-servers",
                        stack.addresses().bootstrapServers(),
                        "spring.kafka.streams.application-id",
                        name,
                        "spring.kafka.streams.state-dir",
                        folder.path().resolve(name + "-state").toString(),
                        "spring.kafka.streams.properties.processing.guarantee",
                        guarantee,
                        "spring.kafka.streams.properties.commit.interval.ms",
                        Integer.toString(commitMillis),
                        // The least that brokers permit: the group waits so long for the one that was killed.
                        "spring.kafka.streams.properties.session.timeout.ms",
                        "6000",
                        "hopmeter.aggregator.sources",
                        "events",
                        "hopmeter.topics.events",
                        name + "-events",
                        "hopmeter.topics.windows",
                        name + "-windows"));
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(name + "-events"));
        await().atMost(BOUND).until(() -> count(summed(aggregator)) > 4_000);

        aggregator.kill();
        long before = sent.get();
        aggregator.restart();
        await().atMost(BOUND).until(() -> sent.get() > before + 1_000);
        enough.complete(null);
        sending.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        await().atMost(BOUND).until(() -> isAllCommitted(name, name + "-events"));
        return summed(aggregator);
    }

    private void send(String topic) {
        while (!enough.isDone()) {
            // A few at a time, each time until they are acknowledged: that is the pace.
            for (int i = 0; i < 5; i++) {
                long number = sent.incrementAndGet();
                String kind = KINDS.get((int) (number % KINDS.size()));
                Message event =
                        new Message("e-" + number, "eu-west", kind, 1 + number % 97, 1 + number / KINDS.size(), "");
                long millis = clock.instant().toEpochMilli();
                producer.send(new ProducerRecord<>(
                        topic, null, millis, event.windowKey().text(), JSON.writeValueAsBytes(event)));
                for (WindowSize size : WindowSize.values()) {
                    truth.merge(
                            new Cell(size, kind, size.startOf(millis)),
                            WindowTotal.EMPTY.plus(event.amount(), event.sequence(), millis),
                            (total, one) -> total.plus(event.amount(), event.sequence(), millis));
                }
            }
            producer.flush();
        }
    }

    private boolean isAllCommitted(String group, String topic) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", stack.addresses().bootstrapServers()))) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            producer.partitionsFor(topic)
                    .forEach(partition ->
                            latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
            return admin.listOffsets(latest).all().get().entrySet().stream()
                    .allMatch(end -> end.getValue().offset() == 0
                            || (committed.get(end.getKey()) instanceof OffsetAndMetadata offset
                                    && offset.offset() == end.getValue().offset()));
        }
    }

    private Map<Cell, WindowTotal> summed(ServicePart aggregator) throws Exception {
        Map<Cell, WindowTotal> summed = new HashMap<>();
        for (String kind : KINDS) {
            for (WindowSize size : WindowSize.values()) {
                URI address = aggregator
                        .url()
                        .resolve("/events/" + size.word() + "/eu-west/" + kind + "?from=" + start.minusSeconds(60));
                HttpResponse<String> answer =
                        http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
                for (JsonNode window : JSON.readTree(answer.body()).path("windows")) {
                    summed.put(
                            new Cell(
                                    size,
                                    kind,
                                    Instant.parse(window.get("start").asString())
                                            .toEpochMilli()),
                            new WindowTotal(
                                    window.get("count").asLong(),
                                    window.get("sum").asLong(),
                                    window.get("through").asLong(),
                                    Instant.parse(window.get("newest").asString())
                                            .toEpochMilli()));
                }
            }
        }
        return summed;
    }

    private static long count(Map<Cell, WindowTotal> summed) {
        return summed.values().stream().mapToLong(WindowTotal::count).sum();
    }

    private record Cell(WindowSize size, String kind, long startMillis) {}
}
