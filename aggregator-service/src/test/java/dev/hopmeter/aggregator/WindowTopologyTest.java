package dev.hopmeter.aggregator;

import static dev.hopmeter.aggregator.TopologyRun.DEAD_LETTERS;
import static dev.hopmeter.aggregator.TopologyRun.NOON;
import static dev.hopmeter.aggregator.TopologyRun.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.aggregator.Orders.Cell;
import dev.hopmeter.aggregator.Orders.Expected;
import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Limits;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.PoisonRecords;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TopicProperties;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.Watchers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTopologyTest {

    private static final String CHANGES = "orders-topic";
    private static final Duration RETENTION = Duration.ofHours(1);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final WireFormat format = new WireFormat();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Watchers watchers = new Watchers(TestSettings.of().limits(), "hopmeter.aggregator", registry);
    private final OpenTasks open = new OpenTasks();
    private final WindowTopology topology = topology("orders");

    @TempDir
    private Path stateDir;

    private TopologyRun run;
    private TestInputTopic<byte[], byte[]> changes;
    private TestOutputTopic<byte[], byte[]> deadLetters;

    private WindowTopology topology(String sources) {
        return new WindowTopology(
                TestSettings.of(
                        "hopmeter.aggregator.sources=" + sources,
                        "hopmeter.aggregator.retention=" + RETENTION,
                        "hopmeter.aggregator.grace=" + GRACE),
                new TopicProperties(CHANGES, "m", "e", "w", DEAD_LETTERS, 1, (short) 1, (short) 1),
                format,
                new Stamps(EpochClock.system(), registry, Backend.CONVENTIONAL),
                open,
                watchers,
                registry);
    }

    @BeforeEach
    void start() {
        run = new TopologyRun(Source.ORDERS, topology, stateDir, Map.of(), registry);
        changes = run.driver().createInputTopic(CHANGES, new ByteArraySerializer(), new ByteArraySerializer());
        deadLetters = run.deadLetters();
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @Test
    void theTopologyHasTwoSubTopologiesAndEveryPartOfItIsNamed() {
        TopologyDescription description = topology.get().describe();

        assertThat(description.subtopologies()).hasSize(2);
        assertThat(description.globalStores()).isEmpty();
        assertThat(description.toString()).contains("amounts-repartition").doesNotContainPattern("KSTREAM-[A-Z]+-\\d+");
        assertThat(run.driver().getAllStateStores().keySet()).containsExactlyInAnyOrder("windows-10s", "windows-1m");
    }

    @Test
    void bothSourcesTogetherHaveThreeSubTopologiesAndThoseOfOrdersKeepTheirNumbers() {
        TopologyDescription both = topology("orders,events").get().describe();

        assertThat(both.subtopologies()).hasSize(3);
        assertThat(both.toString()).doesNotContainPattern("KSTREAM-[A-Z]+-\\d+");
        assertThat(both.subtopologies().stream()
                        .filter(one -> one.id() < 2)
                        .flatMap(one -> one.nodes().stream())
                        .map(TopologyDescription.Node::name))
                .contains("orders", "sum-windows-10s", "sum-windows-1m")
                .doesNotContain("events");
    }

    @Test
    void aTaskIsOpenFromItsStartToItsEnd() {
        assertThat(open.partitions(Source.ORDERS)).containsExactly(0);
        assertThat(open.partitions(Source.EVENTS)).isEmpty();
        var opening = open.opening(Source.ORDERS, 0);
        assertThat(opening).isPresent().isEqualTo(open.opening(Source.ORDERS, 0));

        run.close();

        assertThat(open.partitions(Source.ORDERS)).isEmpty();
        assertThat(open.opening(Source.ORDERS, 0)).isEmpty();
        start();
    }

    @Test
    void windowsStartWhereTheContractSaysAndNotAMillisecondBesides() {
        Orders orders = new Orders(1);
        for (long moment : new long[] {NOON - 1, NOON, NOON + 9_999, NOON + 10_000, NOON + 59_999, NOON + 60_000}) {
            send(orders.order("eu-west", "retail", 1), moment);
        }

        assertThat(starts(WindowSize.TEN_SECONDS))
                .containsExactlyInAnyOrder(NOON - 10_000, NOON, NOON + 10_000, NOON + 50_000, NOON + 60_000);
        assertThat(starts(WindowSize.ONE_MINUTE)).containsExactlyInAnyOrder(NOON - 60_000, NOON, NOON + 60_000);
        for (WindowSize size : WindowSize.values()) {
            assertThat(starts(size))
                    .allSatisfy(start -> assertThat(size.startOf(start)).isEqualTo(start));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void countAndSumOfRandomOrdersAreThoseOfTheContractsArithmetic(long seed) {
        Orders orders = new Orders(seed);
        Expected expected = new Expected();
        long now = NOON;
        for (int i = 0; i < 2_000; i++) {
            now += orders.between(0, 300);
            long committed = now - orders.between(0, GRACE.toMillis());
            Order order = orders.next();
            send(order, committed);
            expected.add(order, committed);
        }

        assertThat(run.totals()).isEqualTo(expected.totals());
        assertThat(run.late(WindowSize.TEN_SECONDS) + run.late(WindowSize.ONE_MINUTE))
                .isZero();
        assertThat(droppedByKafkaStreams()).isZero();
    }

    @Test
    void anOrderIsAddedUntilItsWindowsEndAndGraceAreReachedAndCountedAsLateAfterwards() {
        Orders orders = new Orders(1);
        Expected expected = new Expected();
        send(expected, orders.order("eu-west", "retail", 1), NOON);
        send(expected, orders.order("eu-west", "retail", 2), NOON + 19_999);
        send(expected, orders.order("eu-west", "retail", 4), NOON + 9_999);
        assertThat(run.totals()).isEqualTo(expected.totals());
        assertThat(run.late(WindowSize.TEN_SECONDS)).isZero();

        send(expected, orders.order("eu-west", "retail", 8), NOON + 20_000);
        Order late = orders.order("eu-west", "retail", 16);
        send(late, NOON + 9_999);
        expected.add(WindowSize.ONE_MINUTE, late, NOON + 9_999);

        assertThat(run.totals()).isEqualTo(expected.totals());
        assertThat(run.late(WindowSize.TEN_SECONDS)).isEqualTo(1);
        assertThat(run.late(WindowSize.ONE_MINUTE)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyRandomlyDelayedOrderIsEitherInItsWindowOrCountedAsLate(long seed) {
        Orders orders = new Orders(seed);
        long now = NOON;
        int sent = 2_000;
        for (int i = 0; i < sent; i++) {
            now += orders.between(0, 500);
            send(orders.next(), now - orders.between(0, 120_000));
        }

        Map<Cell, WindowTotal> totals = run.totals();
        for (WindowSize size : WindowSize.values()) {
            long counted = totals.entrySet().stream()
                    .filter(entry -> entry.getKey().size() == size)
                    .mapToLong(entry -> entry.getValue().count())
                    .sum();
            assertThat(run.late(size)).isPositive();
            assertThat(counted + run.late(size)).isEqualTo(sent);
        }
        assertThat(droppedByKafkaStreams()).isZero();
    }

    @Test
    void anOrderWithoutATrailIsSummedLikeOneWithIt() {
        Orders orders = new Orders(1);
        Expected expected = new Expected();
        Order timed = orders.order("eu-west", "retail", 100);
        Headers trail = new RecordHeaders();
        trail.add("Hopmeter-Trail", "journey;intended=1".getBytes(StandardCharsets.US_ASCII));
        changes.pipeInput(new TestRecord<>(id(timed), format.write(timed), trail, NOON));
        expected.add(timed, NOON);
        send(expected, orders.order("eu-west", "retail", 11), NOON);

        assertThat(run.totals()).isEqualTo(expected.totals());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{", "[]", "12", "not json", "{\"id\":\"x\"}", "\u0000"})
    void whatIsNoOrderGoesToTheDeadLettersUnchangedAndTheRestIsCounted(String poison) {
        Orders orders = new Orders(1);
        Expected expected = new Expected();
        send(expected, orders.order("eu-west", "retail", 1), NOON);
        byte[] bytes = poison.getBytes(StandardCharsets.UTF_8);
        Headers trail = new RecordHeaders();
        trail.add("Hopmeter-Trail", "journey".getBytes(StandardCharsets.US_ASCII));
        changes.pipeInput(new TestRecord<>("k".getBytes(StandardCharsets.UTF_8), bytes, trail, NOON + 5));
        send(expected, orders.order("eu-west", "retail", 2), NOON + 10);

        TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
        assertThat(dead.value()).isEqualTo(bytes);
        assertThat(dead.key()).asString().isEqualTo("k");
        assertThat(dead.timestamp()).isEqualTo(NOON + 5);
        assertThat(header(dead, "Hopmeter-Trail")).isEqualTo("journey");
        assertThat(header(dead, PoisonRecords.CONSUMER)).isEqualTo("aggregator-service");
        assertThat(header(dead, PoisonRecords.REASON)).isNotBlank();
        assertThat(deadLetters.isEmpty()).isTrue();
        assertThat(run.totals()).isEqualTo(expected.totals());
        assertThat(run.deadLettersCounted()).isEqualTo(1);
    }

    @Test
    void aRecordWithoutAValueIsPoison() {
        changes.pipeInput(new TestRecord<>("k".getBytes(StandardCharsets.UTF_8), null, new RecordHeaders(), NOON));

        TestRecord<byte[], byte[]> dead = deadLetters.readRecord();
        assertThat(dead.value()).isNull();
        assertThat(header(dead, PoisonRecords.REASON)).isEqualTo("a record on the change topic has a value");
        assertThat(run.deadLettersCounted()).isEqualTo(1);
    }

    @Test
    void anOrderOutOfTheContractsBoundsIsPoisonWithTheBoundAsReason() {
        String tooMuch = new String(format.write(new Orders(1).order("eu-west", "retail", 77)), StandardCharsets.UTF_8)
                .replace("\"amount\":77", "\"amount\":" + (Limits.MAX_AMOUNT + 1));
        changes.pipeInput("k".getBytes(StandardCharsets.UTF_8), tooMuch.getBytes(StandardCharsets.UTF_8));

        assertThat(header(deadLetters.readRecord(), PoisonRecords.REASON))
                .isEqualTo("amount is between 1 and " + Limits.MAX_AMOUNT + ", not " + (Limits.MAX_AMOUNT + 1));
        assertThat(run.totals()).isEmpty();
    }

    @Test
    void aRepartitionedAmountThatCannotBeReadStopsTheStreamAsItIsNoPoisonOrder() {
        TestInputTopic<byte[], byte[]> amounts = run.driver()
                .createInputTopic(
                        "topology-test-amounts-repartition", new ByteArraySerializer(), new ByteArraySerializer());

        assertThatThrownBy(() -> amounts.pipeInput(new byte[] {'k'}, new byte[3]))
                .isInstanceOf(StreamsException.class);
        assertThat(run.deadLettersCounted()).isZero();
    }

    private void send(Expected expected, Order order, long committed) {
        send(order, committed);
        expected.add(order, committed);
    }

    private void send(Order order, long committed) {
        changes.pipeInput(id(order), format.write(order), committed);
    }

    private static byte[] id(Order order) {
        return order.id().toString().getBytes(StandardCharsets.UTF_8);
    }

    private Set<Long> starts(WindowSize size) {
        return run.totals().keySet().stream()
                .filter(cell -> cell.size() == size)
                .map(Cell::startMillis)
                .collect(Collectors.toSet());
    }

    private double droppedByKafkaStreams() {
        return run.driver().metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("dropped-records-total"))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .sum();
    }
}
