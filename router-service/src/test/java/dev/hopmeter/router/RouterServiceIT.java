package dev.hopmeter.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.Limits;
import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.spring.PoisonRecords;
import dev.hopmeter.spring.RedisKeys;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.stack.BrokerLayout;
import dev.hopmeter.stack.BrokersPart;
import dev.hopmeter.stack.RedisPart;
import dev.hopmeter.stack.StackFolder;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RouterServiceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<String> REGIONS = List.of("eu-west", "us-east", "ap-south");
    private static final List<String> KINDS = List.of("retail", "wholesale");
    private static final Filter CONTRADICTORY =
            new Filter(Optional.of("no-such-region"), Optional.of("retail"), Limits.MAX_AMOUNT);
    private static final List<String> NOTIFIERS = List.of("n-1", "n-2", "n-3");
    private static final String ONE_KEY = "one-partition";
    private static final WireFormat WIRE_FORMAT = new WireFormat();

    private static StackFolder folder;
    private static RedisPart redis;
    private static BrokersPart brokers;
    private static RedisClient client;
    private static StatefulRedisConnection<String, byte[]> connection;
    private static RedisCommands<String, byte[]> commands;
    private static KafkaProducer<String, byte[]> producer;

    private final Random random = new Random(20_260_608);
    private String topic = "";

    @BeforeAll
    static void startParts() {
        folder = StackFolder.create();
        redis = RedisPart.start(folder, Map.of("appendonly", "yes", "appendfsync", "always"));
        brokers = BrokersPart.start(folder, Map.of(), BrokerLayout.TOGETHER);
        client = RedisClient.create(redis.url());
        connection = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        commands = connection.sync();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stopParts() {
        producer.close();
        client.close();
        folder.close();
    }

    @BeforeEach
    void startClean(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
        commands.flushall();
        NOTIFIERS.forEach(RouterServiceIT::makeInbox);
    }

    @Test
    void eachOrderAndEachMessageReachesExactlyTheSubscribersWhoseFiltersItMatches() {
        Map<String, Filter> filters = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            Filter filter = i == 0 ? CONTRADICTORY : randomFilter();
            String member = NOTIFIERS.get(random.nextInt(NOTIFIERS.size())) + "/s-" + i;
            filters.put(member, filter);
            subscribe(member, filter);
        }
        List<Order> orders = randomOrders(200);
        List<Message> messages = randomMessages(300);
        Map<String, Set<String>> expected = new HashMap<>();
        orders.forEach(order -> expected.put(order.id().toString(), matching(filters, order)));
        messages.forEach(message -> expected.put(message.id(), matching(filters, message)));
        expected.values().removeIf(Set::isEmpty);
        int deliveries = expected.values().stream().mapToInt(Set::size).sum();
        assertThat(expected.size()).isBetween(200, 499);

        try (ConfigurableApplicationContext router = startRouter()) {
            orders.forEach(order -> publish(order, null));
            messages.forEach(message -> publish(message, null));
            await().atMost(PATIENCE).until(() -> counted(router, "hopmeter.router.matches") >= deliveries);
            assertThat(handedOver()).isEqualTo(expected);
            await().atMost(PATIENCE)
                    .until(() ->
                            counted(router, "hopmeter.router.matches") + counted(router, "hopmeter.router.unmatched")
                                    == deliveries + 500 - expected.size());
        }
        for (String notifier : NOTIFIERS) {
            List<StreamMessage<String, byte[]>> entries = inbox(notifier);
            assertThat(entries)
                    .extracting(entry -> field(entry, RedisKeys.ROUTER))
                    .containsOnly(field(entries.getFirst(), RedisKeys.ROUTER));
            for (int i = 0; i < entries.size(); i++) {
                assertThat(field(entries.get(i), RedisKeys.SEQUENCE)).isEqualTo(Integer.toString(i + 1));
            }
        }
    }

    @Test
    void theBytesAreHandedOnUntouchedAndTheTrailWithTakenAndRouted() {
        subscribe("n-1/s-1", Filter.ALL);
        byte[] order = spaced(WIRE_FORMAT.write(randomOrder()));
        byte[] message = spaced(WIRE_FORMAT.writeValue(randomMessage()));
        Trail journey = Trail.of(Workload.JOURNEY).with(Stamp.INTENDED, 1).with(Stamp.CAPTURED, 2);
        Trail fanOut = Trail.of(Workload.FAN_OUT).with(Stamp.INTENDED, 1).with(Stamp.SENT, 2);

        try (ConfigurableApplicationContext router = startRouter()) {
            publish(topic, "with", order, journey.text());
            await().atMost(PATIENCE).until(() -> inbox("n-1").size() == 1);
            publish(topic, "without", order, null);
            await().atMost(PATIENCE).until(() -> inbox("n-1").size() == 2);
            publish(messagesTopic(), "with", message, fanOut.text());
            await().atMost(PATIENCE).until(() -> inbox("n-1").size() == 3);
            publish(messagesTopic(), "without", message, null);
            await().atMost(PATIENCE).until(() -> inbox("n-1").size() == 4);
            assertThat(timed(router, "journey", "captured-taken")).isEqualTo(1);
            assertThat(timed(router, "journey", "taken-routed")).isEqualTo(1);
            assertThat(timed(router, "fan-out", "sent-taken")).isEqualTo(1);
            assertThat(timed(router, "fan-out", "taken-routed")).isEqualTo(1);
        }

        List<StreamMessage<String, byte[]>> entries = inbox("n-1");
        assertThat(entries.getFirst().getBody()).doesNotContainKey(RedisKeys.MESSAGE);
        assertThat(entries.getFirst().getBody().get(RedisKeys.ORDER)).isEqualTo(order);
        assertThat(entries.getLast().getBody()).doesNotContainKey(RedisKeys.ORDER);
        assertThat(entries.getLast().getBody().get(RedisKeys.MESSAGE)).isEqualTo(message);
        Trail routed = Trail.parse(field(entries.getFirst(), RedisKeys.TRAIL));
        assertThat(routed.stamps()).containsExactly(Stamp.INTENDED, Stamp.CAPTURED, Stamp.TAKEN, Stamp.ROUTED);
        assertThat(routed.at(Stamp.ROUTED).orElseThrow())
                .isGreaterThanOrEqualTo(routed.at(Stamp.TAKEN).orElseThrow());
        assertThat(Trail.parse(field(entries.get(2), RedisKeys.TRAIL)).stamps())
                .containsExactly(Stamp.INTENDED, Stamp.SENT, Stamp.TAKEN, Stamp.ROUTED);
        assertThat(field(entries.get(1), RedisKeys.TRAIL)).isEmpty();
        assertThat(field(entries.getLast(), RedisKeys.TRAIL)).isEmpty();
    }

    @Test
    void aRestartedRouterFindsTheSubscriptionsAndGoesOnWhereTheLastOneStopped() {
        subscribe("n-1/s-1", Filter.ALL);
        List<Order> orders = randomOrders(60);

        try (ConfigurableApplicationContext router = startRouter()) {
            orders.subList(0, 20).forEach(order -> publish(order, null));
            await().atMost(PATIENCE).until(() -> inbox("n-1").size() == 20);
            assertThat(router.isRunning()).isTrue();
        }
        orders.subList(20, 40).forEach(order -> publish(order, null));
        try (ConfigurableApplicationContext router = startRouter()) {
            orders.subList(40, 60).forEach(order -> publish(order, null));
            await().atMost(PATIENCE).until(() -> inbox("n-1").size() >= 60);
            assertThat(router.isRunning()).isTrue();
        }

        assertThat(ordersIn("n-1")).containsExactlyInAnyOrderElementsOf(ids(orders));
        assertThat(inbox("n-1"))
                .extracting(entry -> field(entry, RedisKeys.ROUTER))
                .satisfies(routers -> assertThat(Set.copyOf(routers)).hasSize(2));
    }

    @Test
    void aNewGroupTakesOrdersThatWereAcknowledgedBeforeTheFirstRouterStarted() {
        subscribe("n-1/s-1", Filter.ALL);
        startRouter().close(); // makes the topic
        List<Order> orders = randomOrders(5);
        orders.forEach(order -> publish(order, null));

        try (ConfigurableApplicationContext router = startRouter("--spring.kafka.consumer.group-id=another")) {
            await().atMost(PATIENCE).until(() -> inbox("n-1").size() >= 5);
            assertThat(router.isRunning()).isTrue();
        }
        assertThat(ordersIn("n-1")).containsExactlyInAnyOrderElementsOf(ids(orders));
    }

    @Test
    void aPoisonRecordIsPutAsideWithItsReasonAndWhatLiesAroundItIsRouted() {
        subscribe("n-1/s-1", Filter.ALL);
        startRouter().close(); // makes the topics, so that one poll gets all of these from one partition of each
        List<Order> orders = randomOrders(10);
        List<Message> messages = randomMessages(10);
        byte[] garbage = "{\"id\":7}".getBytes(StandardCharsets.UTF_8);
        byte[] fine = WIRE_FORMAT.write(randomOrder());
        byte[] odd = "{\"id\":\"m\",\"region\":\"EU\",\"kind\":\"k\",\"amount\":1,\"sequence\":0,\"text\":\"\"}"
                .getBytes(StandardCharsets.UTF_8);
        orders.subList(0, 5).forEach(order -> publish(topic, ONE_KEY, WIRE_FORMAT.write(order), null));
        messages.subList(0, 5).forEach(message -> publish(messagesTopic(), ONE_KEY, json(message), null));
        publish(topic, ONE_KEY, garbage, null);
        publish(topic, ONE_KEY, fine, "no trail at all");
        publish(topic, ONE_KEY, null, null);
        publish(messagesTopic(), ONE_KEY, fine, null);
        publish(messagesTopic(), ONE_KEY, odd, null);
        publish(messagesTopic(), ONE_KEY, null, null);
        orders.subList(5, 10).forEach(order -> publish(topic, ONE_KEY, WIRE_FORMAT.write(order), null));
        messages.subList(5, 10).forEach(message -> publish(messagesTopic(), ONE_KEY, json(message), null));

        try (ConfigurableApplicationContext router = startRouter()) {
            await().atMost(PATIENCE).until(() -> Set.copyOf(idsIn("n-1")).size() == 20);
            assertThat(ordersIn("n-1")).containsExactlyElementsOf(ids(orders));
            assertThat(messagesIn("n-1"))
                    .containsExactlyElementsOf(
                            messages.stream().map(Message::id).toList());
            await().atMost(PATIENCE).until(() -> counted(router, "hopmeter.dead.letters") == 6);
        }

        List<ConsumerRecord<String, byte[]>> letters = deadLetters(6);
        assertThat(letters)
                .extracting(ConsumerRecord::value)
                .containsExactlyInAnyOrder(garbage, fine, null, fine, odd, null);
        assertThat(letters).extracting(ConsumerRecord::key).containsOnly(ONE_KEY);
        for (ConsumerRecord<String, byte[]> letter : letters) {
            assertThat(header(letter, PoisonRecords.CONSUMER)).isEqualTo("router-service");
            assertThat(header(letter, PoisonRecords.REASON)).isNotBlank();
        }
        assertThat(letters)
                .filteredOn(letter -> letter.headers().lastHeader(Trail.HEADER) != null)
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.value()).isEqualTo(fine);
                    assertThat(header(letter, Trail.HEADER)).isEqualTo("no trail at all");
                    assertThat(header(letter, PoisonRecords.REASON)).contains("a trail starts with a workload");
                });
        assertThat(letters)
                .extracting(letter -> header(letter, PoisonRecords.REASON))
                .anyMatch(reason -> reason.contains("region"));
    }

    @Test
    void noOrderIsLostAndNoGapIsShownWhenRedisIsKilledAndComesBack() {
        subscribe("n-1/s-1", Filter.ALL);
        List<Order> orders = randomOrders(300);

        try (ConfigurableApplicationContext router = startRouter("--hopmeter.router.reply-timeout=2s")) {
            orders.subList(0, 100).forEach(order -> publish(order, null));
            await().atMost(PATIENCE).until(() -> inbox("n-1").size() >= 10);
            redis.kill();
            publish(topic, "poison", "among them".getBytes(StandardCharsets.UTF_8), null);
            orders.subList(100, 200).forEach(order -> publish(order, null));
            await().atMost(PATIENCE).until(() -> healthOf(router).statusCode() == 503);
            redis.restart();
            orders.subList(200, 300).forEach(order -> publish(order, null));
            await().atMost(PATIENCE).ignoreExceptions().until(() -> new HashSet<>(ordersIn("n-1")).size() == 300);
            await().atMost(PATIENCE).until(() -> healthOf(router).statusCode() == 200);
            assertThat(counted(router, "hopmeter.dead.letters")).isEqualTo(1);
        }

        assertThat(Set.copyOf(ordersIn("n-1"))).isEqualTo(Set.copyOf(ids(orders)));
        long last = 0;
        for (StreamMessage<String, byte[]> entry : inbox("n-1")) {
            long sequence = Long.parseLong(field(entry, RedisKeys.SEQUENCE));
            assertThat(sequence).isBetween(1L, last + 1);
            last = Math.max(last, sequence);
        }
    }

    @Test
    void ordersWhoseHandOverWasNotConfirmedAreHandedOverAgainUnderTheSameNumbers() {
        subscribe("n-1/s-1", Filter.ALL);
        List<Order> orders = randomOrders(20);

        try (ConfigurableApplicationContext router = startRouter("--hopmeter.router.reply-timeout=500ms")) {
            orders.subList(0, 10).forEach(order -> publish(order, null));
            await().atMost(PATIENCE).until(() -> inbox("n-1").size() == 10);
            RedisCodec<String, byte[]> codec = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
            commands.dispatch(
                    CommandType.CLIENT,
                    new StatusOutput<>(codec),
                    new CommandArgs<>(codec).add("PAUSE").add(3_000).add("WRITE"));
            orders.subList(10, 20).forEach(order -> publish(order, null));
            await().atMost(PATIENCE).until(() -> new HashSet<>(ordersIn("n-1")).size() == 20);
            await().atMost(PATIENCE).until(() -> counted(router, "hopmeter.router.matches") == 20);
        }

        List<Long> sequences = inbox("n-1").stream()
                .map(entry -> Long.valueOf(field(entry, RedisKeys.SEQUENCE)))
                .toList();
        assertThat(sequences).as("some of them twice").hasSizeGreaterThan(20);
        assertThat(new TreeSet<>(sequences)).as("no more numbers than orders").hasSize(20);
    }

    @Test
    void ordersThatWereNotHandedOverAreTakenAgainByTheNextRouter() {
        subscribe("n-1/s-1", Filter.ALL);
        List<Order> orders = randomOrders(20);

        try (ConfigurableApplicationContext router = startRouter("--hopmeter.router.reply-timeout=1s")) {
            redis.kill();
            orders.forEach(order -> publish(order, null));
            await().atMost(PATIENCE).until(() -> healthOf(router).statusCode() == 503);
        } finally {
            redis.restart();
        }
        try (ConfigurableApplicationContext router = startRouter()) {
            await().atMost(PATIENCE).ignoreExceptions().until(() -> new HashSet<>(ordersIn("n-1")).size() == 20);
            assertThat(router.isRunning()).isTrue();
        }
        assertThat(Set.copyOf(ordersIn("n-1"))).isEqualTo(Set.copyOf(ids(orders)));
    }

    @Test
    void everyMessageIsAccountedForWhenRedisLosesItsMemoryInTheMiddle() {
        subscribe("n-1/s-1", Filter.ALL);
        List<Message> messages = randomMessages(300);

        try (ConfigurableApplicationContext router = startRouter("--hopmeter.router.reply-timeout=2s")) {
            messages.subList(0, 100).forEach(message -> publish(message, null));
            await().atMost(PATIENCE).until(() -> counted(router, "hopmeter.router.matches") >= 10);
            redis.kill();
            messages.subList(100, 150).forEach(message -> publish(message, null));
            redis.restart();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> "OK".equals(commands.flushall()));
            messages.subList(150, 200).forEach(message -> publish(message, null));
            await().atMost(PATIENCE).until(() -> accountedFor(router) >= 200);
            subscribe("n-1/s-1", Filter.ALL); // the notifier mends: first its subscriptions here, then its inbox
            messages.subList(200, 220).forEach(message -> publish(message, null));
            await().atMost(PATIENCE).until(() -> counted(router, "hopmeter.router.undeliverable") >= 20);
            makeInbox("n-1");
            messages.subList(220, 300).forEach(message -> publish(message, null));
            await().atMost(PATIENCE).until(() -> inbox("n-1").size() == 80);

            assertThat(accountedFor(router)).isEqualTo(300);
            assertThat(counted(router, "hopmeter.router.unmatched")).isGreaterThanOrEqualTo(50);
        }
        assertThat(Set.copyOf(messagesIn("n-1"))).hasSize(80);
        long first = Long.parseLong(field(inbox("n-1").getFirst(), RedisKeys.SEQUENCE));
        assertThat(first).as("numbers that show the gap").isBetween(31L, 221L);
    }

    @Test
    void aRouterOfOneSourceTakesNothingOfTheOther() throws Exception {
        subscribe("n-1/s-1", Filter.ALL);
        Message message = randomMessage();

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            try (ConfigurableApplicationContext router = startRouter("--hopmeter.router.sources=orders")) {
                publish(randomOrder(), null);
                await().atMost(PATIENCE).until(() -> inbox("n-1").size() == 1);
                assertThat(admin.listTopics().names().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .contains(topic)
                        .doesNotContain(messagesTopic());
                assertThat(router.isRunning()).isTrue();
            }
            try (ConfigurableApplicationContext router = startRouter("--hopmeter.router.sources=messages")) {
                publish(randomOrder(), null);
                publish(message, null);
                await().atMost(PATIENCE).until(() -> inbox("n-1").size() == 2);
                assertThat(messagesIn("n-1")).containsExactly(message.id());
                assertThat(router.getBean(ConcurrentMessageListenerContainer.class)
                                .getContainerProperties()
                                .getTopics())
                        .containsExactly(messagesTopic());
            }
        }
    }

    @Test
    void ordersAndMessagesFromOneTopicAreRefused() {
        assertThatThrownBy(() -> startRouter("--hopmeter.topics.messages=" + topic))
                .hasRootCauseMessage("orders and messages are read from topics of their own, not both from " + topic);
    }

    @Test
    void anInboxIsBoundedAndTheInboxOfADeadNotifierIsNotMadeAgain() {
        subscribe("n-1/s-1", Filter.ALL);
        subscribe("gone/s-1", Filter.ALL);
        subscribe("gone/s-2", Filter.ALL);

        try (ConfigurableApplicationContext router = startRouter("--hopmeter.router.inbox-length=50")) {
            randomOrders(400).forEach(order -> publish(order, null));
            await().atMost(PATIENCE).until(() -> counted(router, "hopmeter.router.matches") == 400);
            assertThat(counted(router, "hopmeter.router.undeliverable")).isEqualTo(800);
        }

        assertThat(commands.xlen(RedisKeys.inbox("n-1"))).isBetween(50L, 200L);
        assertThat(commands.exists(RedisKeys.inbox("gone"))).isZero();
    }

    @Test
    void healthIsDownOnceTheListenerHasDied() {
        try (ConfigurableApplicationContext router = startRouter()) {
            await().atMost(PATIENCE).until(() -> healthOf(router).statusCode() == 200);
            router.getBean(ConcurrentMessageListenerContainer.class).stop();
            HttpResponse<String> health = healthOf(router);
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("sources");
        }
    }

    @Test
    void infoTellsWhatTheClientsRunWithAndWhatNobodyReads() {
        try (ConfigurableApplicationContext router = startRouter(
                "--spring.kafka.listener.ack-mode=time",
                "--hopmeter.router.sync-commits=false",
                "--spring.kafka.consumer.properties.session.timeout.ms=10000",
                "--spring.kafka.consumer.properties.sesion.timeout.ms=10000",
                "--spring.kafka.lisener.ack-mode=time")) {
            String info = answerOf(router, "/actuator/info").body();

            JsonNode told = JsonMapper.builder().build().readTree(info).path("effective");
            assertThat(told.at("/listener sources/settings/ack-mode"))
                    .hasToString("{\"value\":\"TIME\",\"default\":\"BATCH\",\"differs\":true}");
            assertThat(told.at("/listener sources/settings/sync-commits/differs")
                            .asBoolean())
                    .isTrue();
            assertThat(told.at("/consumer of listener sources/settings/session.timeout.ms"))
                    .hasToString("{\"value\":\"10000\",\"default\":\"45000\",\"differs\":true}");
            assertThat(told.at("/consumer of listener sources/unknown")).hasToString("[\"sesion.timeout.ms\"]");
            assertThat(told.at("/spring/unknown")).hasToString("[\"spring.kafka.lisener.ack-mode\"]");
            assertThat(told.at("/producer/unknown")).isEmpty();
            assertThat(told.at("/redis client/settings/disconnected-behavior/differs")
                            .asBoolean())
                    .isTrue();
            assertThat(told.at("/properties/settings/hopmeter.router.sync-commits"))
                    .hasToString("{\"value\":\"false\",\"default\":\"true\",\"differs\":true}");
            assertThat(info).doesNotContain(redis.password());
        }
    }

    @Test
    void moreThanOneListenerIsRefused() {
        assertThatThrownBy(() -> startRouter("--spring.kafka.listener.concurrency=2"))
                .hasRootCauseMessage("a router has one listener, not 2: start more routers instead");
    }

    private ConfigurableApplicationContext startRouter(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.kafka.bootstrap-servers=" + brokers.bootstrapServers(),
                "--spring.data.redis.url=" + redis.url(),
                "--hopmeter.topics.changes=" + topic,
                "--hopmeter.topics.messages=" + messagesTopic(),
                "--hopmeter.topics.dead-letters=" + topic + ".dead-letters",
                "--spring.kafka.consumer.group-id=" + topic));
        for (String setting : settings) {
            all.removeIf(given -> given.startsWith(setting.substring(0, setting.indexOf('=') + 1)));
            all.add(setting);
        }
        return new SpringApplicationBuilder(RouterService.class).run(all.toArray(String[]::new));
    }

    private static void makeInbox(String notifier) {
        commands.xgroupCreate(
                StreamOffset.from(RedisKeys.inbox(notifier), "$"), "none", new XGroupCreateArgs().mkstream(true));
        commands.xgroupDestroy(RedisKeys.inbox(notifier), "none");
    }

    private static void subscribe(String member, Filter filter) {
        commands.zadd(
                RedisKeys.subscriptions(filter.region(), filter.kind()),
                (double) filter.leastAmount(),
                member.getBytes(StandardCharsets.US_ASCII));
    }

    private Filter randomFilter() {
        return new Filter(
                random.nextBoolean() ? Optional.of(one(REGIONS)) : Optional.empty(),
                random.nextBoolean() ? Optional.of(one(KINDS)) : Optional.empty(),
                random.nextBoolean() ? amount() : 9_000 + random.nextLong(2_000));
    }

    private Order randomOrder() {
        return new Order(
                new UUID(random.nextLong(), random.nextLong()),
                Optional.empty(),
                "c-" + random.nextInt(100),
                random.nextInt(4) == 0 ? "elsewhere" : one(REGIONS),
                random.nextInt(4) == 0 ? "sample" : one(KINDS),
                amount(),
                "EUR",
                List.of(new OrderLine("A-1", 2)),
                Instant.parse("2026-06-08T12:00:00.000000001Z"));
    }

    private Message randomMessage() {
        Order like = randomOrder();
        return new Message(
                like.id().toString(),
                like.region(),
                like.kind(),
                like.amount(),
                0,
                "Zo\u00eb \ud83d\ude00 \"" + like.customer());
    }

    private List<Message> randomMessages(int count) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(randomMessage());
        }
        return messages;
    }

    private static Set<String> matching(Map<String, Filter> filters, Message message) {
        Set<String> members = new TreeSet<>();
        filters.forEach((member, filter) -> {
            if (filter.matches(message)) {
                members.add(member);
            }
        });
        return members;
    }

    private static Set<String> matching(Map<String, Filter> filters, Order order) {
        Set<String> members = new TreeSet<>();
        filters.forEach((member, filter) -> {
            if (filter.matches(order)) {
                members.add(member);
            }
        });
        return members;
    }

    private List<Order> randomOrders(int count) {
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(randomOrder());
        }
        return orders;
    }

    private long amount() {
        return 1 + random.nextLong(10_000);
    }

    private String one(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    private void publish(Order order, @Nullable String trail) {
        publish(topic, order.id().toString(), WIRE_FORMAT.write(order), trail);
    }

    private void publish(Message message, @Nullable String trail) {
        publish(messagesTopic(), message.id(), json(message), trail);
    }

    private String messagesTopic() {
        return topic + ".messages";
    }

    private static byte[] json(Message message) {
        return WIRE_FORMAT.writeValue(message);
    }

    private static byte[] spaced(byte[] json) {
        return new String(json, StandardCharsets.UTF_8).replace(",\"", " ,\n\"").getBytes(StandardCharsets.UTF_8);
    }

    private static void publish(String topic, String key, byte @Nullable [] value, @Nullable String trail) {
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(topic, key, value);
        if (trail != null) {
            message.headers().add(Trail.HEADER, trail.getBytes(StandardCharsets.US_ASCII));
        }
        try {
            producer.send(message).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static List<StreamMessage<String, byte[]>> inbox(String notifier) {
        return commands.xrange(RedisKeys.inbox(notifier), Range.unbounded());
    }

    private static List<UUID> ordersIn(String notifier) {
        return inbox(notifier).stream()
                .filter(entry -> entry.getBody().containsKey(RedisKeys.ORDER))
                .map(entry -> orderIn(entry).id())
                .toList();
    }

    private static List<String> messagesIn(String notifier) {
        return inbox(notifier).stream()
                .filter(entry -> entry.getBody().containsKey(RedisKeys.MESSAGE))
                .map(RouterServiceIT::idIn)
                .toList();
    }

    private static List<String> idsIn(String notifier) {
        return inbox(notifier).stream().map(RouterServiceIT::idIn).toList();
    }

    private static Map<String, Set<String>> handedOver() {
        Map<String, Set<String>> handedOver = new HashMap<>();
        for (String notifier : NOTIFIERS) {
            Set<String> seen = new HashSet<>();
            for (StreamMessage<String, byte[]> entry : inbox(notifier)) {
                String id = idIn(entry);
                assertThat(seen.add(id)).as("one entry for each notifier").isTrue();
                for (String subscriber : field(entry, RedisKeys.SUBSCRIBERS).split(",", -1)) {
                    assertThat(handedOver
                                    .computeIfAbsent(id, event -> new TreeSet<>())
                                    .add(notifier + "/" + subscriber))
                            .isTrue();
                }
            }
        }
        return handedOver;
    }

    private static Order orderIn(StreamMessage<String, byte[]> entry) {
        return WIRE_FORMAT.readOrder(Objects.requireNonNull(entry.getBody().get(RedisKeys.ORDER)));
    }

    private static String idIn(StreamMessage<String, byte[]> entry) {
        byte[] message = entry.getBody().get(RedisKeys.MESSAGE);
        return message == null
                ? orderIn(entry).id().toString()
                : WIRE_FORMAT.read(message, Message.class).id();
    }

    private static List<UUID> ids(List<Order> orders) {
        return orders.stream().map(Order::id).toList();
    }

    private static String field(StreamMessage<String, byte[]> entry, String name) {
        return new String(entry.getBody().get(name), StandardCharsets.US_ASCII);
    }

    private static String header(ConsumerRecord<String, byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static double accountedFor(ConfigurableApplicationContext router) {
        return counted(router, "hopmeter.router.matches")
                + counted(router, "hopmeter.router.undeliverable")
                + counted(router, "hopmeter.router.unmatched");
    }

    private static long timed(ConfigurableApplicationContext router, String workload, String hop) {
        return router.getBean(MeterRegistry.class)
                .get("hopmeter.hop")
                .tags("workload", workload, "hop", hop)
                .timer()
                .count();
    }

    private static double counted(ConfigurableApplicationContext router, String name) {
        return router.getBean(MeterRegistry.class).get(name).counter().count();
    }

    private static HttpResponse<String> healthOf(ConfigurableApplicationContext router) {
        return answerOf(router, "/actuator/health");
    }

    private static HttpResponse<String> answerOf(ConfigurableApplicationContext router, String path) {
        String port = router.getEnvironment().getRequiredProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private List<ConsumerRecord<String, byte[]>> deadLetters(int count) {
        List<ConsumerRecord<String, byte[]>> letters = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic + ".dead-letters").stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(letters::add);
                return letters.size() >= count;
            });
        }
        return letters;
    }
}
