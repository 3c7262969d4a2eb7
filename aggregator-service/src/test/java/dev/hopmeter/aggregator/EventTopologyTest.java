package dev.hopmeter.aggregator;

import static dev.hopmeter.aggregator.TopologyRun.DEAD_LETTERS;
import static dev.hopmeter.aggregator.TopologyRun.NOON;
import static dev.hopmeter.aggregator.TopologyRun.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.aggregator.Orders.Cell;
import dev.hopmeter.aggregator.Orders.Expected;
import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.spring.PoisonRecords;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TopicProperties;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.UpdateQueue;
import dev.hopmeter.spring.windows.UpdateQueue.Update;
import dev.hopmeter.spring.windows.Watcher;
import dev.hopmeter.spring.windows.Watchers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTopologyTest {

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final WindowKey KEY = new WindowKey("eu-west", "retail");

    private final WireFormat format = new WireFormat();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong(1_000);
    private final Watchers watchers = new Watchers(TestSettings.of().limits(), "hopmeter.aggregator", registry);
    private final OpenTasks open = new OpenTasks();
    private final WindowTopology topology = new WindowTopology(
            TestSettings.of("hopmeter.aggregator.sources=events", "hopmeter.aggregator.grace=" + GRACE),
            new TopicProperties(
                    "orders", "messages", "events-topic", "windows-topic", DEAD_LETTERS, 1, (short) 1, (short) 1),
            format,
            new Stamps(nanos::getAndIncrement, registry, Backend.CONVENTIONAL),
            open,
            watchers,
            registry);
    private final Orders source = new Orders(1);
    private final Expected expected = new Expected();

    @TempDir
    private Path stateDir;

    private TopologyRun run;
    private TestInputTopic<String, byte[]> events;
    private TestOutputTopic<String, String> windows;
    private TestOutputTopic<byte[], byte[]> deadLetters;

    /** The driver commits after each record, which empties a cache: what the cache holds back is seen with real brokers. */
    @BeforeEach
    void startWithoutCache() {
        run = new TopologyRun(
                Source.EVENTS,
                topology,
                stateDir,
                Map.of(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0),
                registry);
        events = run.driver().createInputTopic("events-topic", new StringSerializer(), new ByteArraySerializer());
        windows = run.driver().createOutputTopic("windows-topic", new StringDeserializer(), new StringDeserializer());
        deadLetters = run.deadLetters();
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @Test
    void eventsAloneAreOneSubTopologyWithoutARepartitionAndEveryPartOfItIsNamed() {
        TopologyDescription description = topology.get().describe();

        assertThat(description.subtopologies()).hasSize(1);
        assertThat(description.globalStores()).isEmpty();
        assertThat(description.toString())
                .doesNotContain("repartition")
                .doesNotContainPattern("K(?:STREAM|TABLE)-[A-Z]+-\\d+");
        assertThat(run.driver().getAllStateStores().keySet())
                .containsExactlyInAnyOrder("events-10s", "events-1m", "events-out");
    }

    /** The description's successors are a sorted set: the order is seen by what a watcher is told of its first event. */
    @ParameterizedTest
    @CsvSource({"TEN_SECONDS", "ONE_MINUTE"})
    void watchersAreToldAfterTheStoreIsUpdated(WindowSize size) throws Exception {
        Watcher watcher = watchers.admit(size, KEY, 0).orElseThrow();

        send(source.event("eu-west", "retail", 70), NOON + 1, null);

        assertThat(watcher.queue().take(Duration.ofSeconds(10)))
                .isEqualTo(new Update(NOON, new WindowTotal(1, 70, 1, NOON + 1), List.of(), 0));
    }

    @Test
    void aWatcherIsToldEachTimedEventWithItsStampsAndWhatTheStoreShows() throws Exception {
        Watcher watcher = watchers.admit(WindowSize.TEN_SECONDS, KEY, 0).orElseThrow();
        Trail sent = Trail.of(Workload.FRESHNESS).with(Stamp.INTENDED, 10).with(Stamp.SENT, 20);

        send(source.event("eu-west", "retail", 70), NOON + 1, sent);
        send(source.event("eu-west", "gift", 5), NOON + 2, sent);
        send(source.event("eu-west", "retail", 30), NOON + 3, sent);
        send(source.event("eu-west", "retail", 1), NOON + 10_000, null);

        Update update = take(watcher);
        assertThat(update.startMillis()).isEqualTo(NOON);
        assertThat(update.total()).isEqualTo(new WindowTotal(2, 100, 2, NOON + 3));
        assertThat(update.events()).extracting(UpdateQueue.Told::id).containsExactly("e-1", "e-3");
        assertThat(update.events()).allSatisfy(told -> {
            assertThat(told.trail().stamps()).containsExactly(Stamp.INTENDED, Stamp.SENT, Stamp.TAKEN, Stamp.SUMMED);
            assertThat(told.trail().at(Stamp.SUMMED).orElseThrow())
                    .isGreaterThan(told.trail().at(Stamp.TAKEN).orElseThrow());
        });
        assertThat(take(watcher).total()).isEqualTo(new WindowTotal(1, 1, 3, NOON + 10_000));
    }

    @Test
    void nothingIsStampedWhereNobodyWatches() {
        send(source.event("eu-west", "retail", 70), NOON, Trail.of(Workload.FRESHNESS));

        assertThat(nanos.get()).isEqualTo(1_001);
    }

    @Test
    void watchersOfAPartitionAreDoneWhenItsTaskEnds() {
        Watcher here = watchers.admit(WindowSize.TEN_SECONDS, KEY, 0).orElseThrow();
        Watcher elsewhere = watchers.admit(WindowSize.TEN_SECONDS, KEY, 1).orElseThrow();
        assertThat(open.partitions(Source.EVENTS)).containsExactly(0);

        run.close();

        assertThat(open.partitions(Source.EVENTS)).isEmpty();
        assertThat(here.queue().isDrained()).isTrue();
        assertThat(elsewhere.queue().isDrained()).isFalse();
        startWithoutCache();
    }

    @Test
    void countSumSequenceAndNewestAreThoseOfTheContractsArithmetic() {
        long now = NOON;
        for (int i = 0; i < 2_000; i++) {
            now += source.between(0, 300);
            long happened = now - source.between(0, GRACE.toMillis());
            Message event = source.nextEvent();
            send(event, happened, null);
            expected.add(event, happened);
        }

        assertThat(run.totals()).isEqualTo(expected.totals());
        assertThat(run.late(WindowSize.TEN_SECONDS) + run.late(WindowSize.ONE_MINUTE))
                .isZero();
    }

    @Test
    void anEventAfterItsWindowsEndAndGraceIsCountedAsLateAndInNoWindow() {
        send(source.event("eu-west", "retail", 1), NOON + 20_000, null);
        Map<Cell, WindowTotal> before = run.totals();

        send(source.event("eu-west", "retail", 2), NOON + 9_999, null);

        assertThat(run.late(WindowSize.TEN_SECONDS)).isEqualTo(1);
        assertThat(run.late(WindowSize.ONE_MINUTE)).isZero();
        Map<Cell, WindowTotal> changed = new HashMap<>(run.totals());
        changed.entrySet().removeAll(before.entrySet());
        assertThat(changed.keySet()).containsExactly(new Cell(WindowSize.ONE_MINUTE, KEY, NOON));
    }

    @Test
    void withoutACacheEachChangeOfATenSecondWindowIsWrittenAtOnce() {
        send(source.event("eu-west", "retail", 70), NOON + 1, null);
        send(source.event("eu-west", "retail", 30), NOON + 2, null);

        assertThat(windows.readKeyValuesToList())
                .containsExactly(
                        KeyValue.pair("10s/eu-west/retail", json(1, 70, 1, "2026-06-08T12:00:00.001Z")),
                        KeyValue.pair("10s/eu-west/retail", json(2, 100, 2, "2026-06-08T12:00:00.002Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{", "[]", "12", "{\"id\":\"x\"}"})
    void whatIsNoEventGoesToTheDeadLettersUnchangedAndTheRestIsSummed(String poison) {
        byte[] bytes = poison.getBytes(StandardCharsets.UTF_8);
        events.pipeInput(new TestRecord<>("eu-west/retail", bytes, trail("journey"), NOON + 5));

        Message good = source.event("eu-west", "retail", 2);
        send(good, NOON + 10, null);
        expected.add(good, NOON + 10);

        TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
        assertThat(dead.value()).isEqualTo(bytes);
        assertThat(dead.key()).asString().isEqualTo("eu-west/retail");
        assertThat(dead.timestamp()).isEqualTo(NOON + 5);
        assertThat(header(dead, "Hopmeter-Trail")).isEqualTo("journey");
        assertThat(header(dead, PoisonRecords.CONSUMER)).isEqualTo("aggregator-service");
        assertThat(header(dead, PoisonRecords.REASON)).isNotBlank();
        assertThat(deadLetters.isEmpty()).isTrue();
        assertThat(run.totals()).isEqualTo(expected.totals());
        assertThat(run.deadLettersCounted()).isEqualTo(1);
    }

    @Test
    void anEventUnderAnotherKeyOrNoneIsPoison() {
        byte[] event = format.writeValue(source.event("eu-west", "retail", 2));
        events.pipeInput("eu-west/gift", event, NOON);
        events.pipeInput(new TestRecord<>(null, event, new RecordHeaders(), NOON));
        events.pipeInput(new TestRecord<>("eu-west/retail", null, new RecordHeaders(), NOON));
        events.pipeInput(new TestRecord<>("eu-west/retail", event, trail("nonsense"), NOON));

        assertThat(deadLetters.readRecordsToList())
                .extracting(dead -> header(dead, PoisonRecords.REASON))
                .satisfiesExactly(
                        reason -> assertThat(reason)
                                .isEqualTo("the key of this event is its region and kind, eu-west/retail, not"
                                        + " 'eu-west/gift'"),
                        reason -> assertThat(reason).endsWith("not 'null'"),
                        reason -> assertThat(reason).isEqualTo("a record on the topic of events has a value"),
                        reason -> assertThat(reason).startsWith("a trail starts with a workload"));
        assertThat(run.totals()).isEmpty();
        assertThat(run.deadLettersCounted()).isEqualTo(4);
    }

    private void send(Message event, long millis, @Nullable Trail trail) {
        Headers headers = trail == null ? new RecordHeaders() : trail(trail.text());
        events.pipeInput(new TestRecord<>(event.windowKey().text(), format.writeValue(event), headers, millis));
    }

    private static Headers trail(String text) {
        return new RecordHeaders().add(Trail.HEADER, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Update take(Watcher watcher) throws InterruptedException {
        Update update = watcher.queue().take(Duration.ofSeconds(10));
        if (update == null) {
            throw new AssertionError("nothing was told");
        }
        return update;
    }

    private static String json(int count, int sum, int through, String newest) {
        return ("{\"size\":\"10s\",\"region\":\"eu-west\",\"kind\":\"retail\",\"start\":\"2026-06-08T12:00:00Z\","
                        + "\"end\":\"2026-06-08T12:00:10Z\",\"count\":%d,\"sum\":%d,\"through\":%d,\"newest\":\"%s\"}")
                .formatted(count, sum, through, newest);
    }
}
