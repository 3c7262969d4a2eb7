package dev.hopmeter.notifier;

import static dev.hopmeter.notifier.Client.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.Limits;
import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.spring.RedisKeys;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.push.Subscription;
import dev.hopmeter.stack.BrokerLayout;
import dev.hopmeter.stack.BrokersPart;
import dev.hopmeter.stack.RedisPart;
import dev.hopmeter.stack.StackFolder;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

class NotifierServiceIT {

    private static final String TOPIC = "hopmeter.orders";
    private static final String FRIEND = "http://friend.example";
    private static final WireFormat WIRE_FORMAT = new WireFormat();
    private static final List<String> REGIONS = List.of("eu-west", "us-east");
    private static final List<String> KINDS = List.of("retail", "wholesale");

    private static StackFolder folder;
    private static RedisPart redis;
    private static BrokersPart brokers;
    private static RedisClient client;
    private static RedisCommands<String, String> commands;
    private static KafkaProducer<String, byte[]> producer;
    private static ConfigurableApplicationContext notifier;

    private final Random random = new Random(20_260_608);
    private final String router = UUID.randomUUID().toString();
    private final Map<ConfigurableApplicationContext, Integer> handedOver = new HashMap<>();

    @BeforeAll
    static void startParts() {
        folder = StackFolder.create();
        redis = RedisPart.start(folder, Map.of("appendonly", "yes", "appendfsync", "always"));
        brokers = BrokersPart.start(folder, Map.of(), BrokerLayout.TOGETHER);
        client = RedisClient.create(redis.url());
        commands = client.connect().sync();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer());
        notifier = startNotifier("--hopmeter.notifier.allowed-origins=" + FRIEND);
    }

    @AfterAll
    static void stopParts() {
        notifier.close();
        producer.close();
        client.close();
        folder.close();
    }

    @Test
    void aSubscriberGetsTheOrdersThatAreHandedOverForItAndNoOther() {
        try (Client one = Client.subscribe(notifier, "/notifications?subscriber=one&region=eu-west&leastAmount=100");
                Client other = Client.subscribe(notifier, "/notifications?subscriber=other")) {
            assertThat(one.frames())
                    .containsExactly("{\"subscribed\":{\"subscriber\":\"one\","
                            + "\"filter\":{\"region\":\"eu-west\",\"kind\":null,\"leastAmount\":100}}}");
            assertThat(commands.zscore("hopmeter:subscriptions:eu-west:*", id(notifier) + "/" + visit(notifier, "one")))
                    .isEqualTo(100.0);
            Order first = randomOrder();
            Order second = randomOrder();
            handOver(notifier, first, Trail.of(Workload.JOURNEY).with(Stamp.ROUTED, 7), "one", "other");
            handOver(notifier, second, null, "other");

            await().atMost(PATIENCE).until(() -> other.deliveries().size() == 2);
            assertThat(one.deliveries()).hasSize(1);
            assertThat(orderIn(one.deliveries().getFirst())).isEqualTo(first);
            Trail trail =
                    Trail.parse(frame(one.deliveries().getFirst()).get("trail").asString());
            assertThat(trail.stamps()).containsExactly(Stamp.ROUTED, Stamp.FETCHED, Stamp.PUSHED);
            assertThat(trail.at(Stamp.PUSHED).orElseThrow())
                    .isGreaterThanOrEqualTo(trail.at(Stamp.FETCHED).orElseThrow());
            assertThat(other.deliveries().getLast())
                    .isEqualTo("{\"trail\":null,\"order\":"
                            + new String(WIRE_FORMAT.write(second), StandardCharsets.UTF_8) + "}");
        }
        await().atMost(PATIENCE).until(() -> commands.hlen(subscriptions(notifier)) == 0);
        assertThat(commands.exists("hopmeter:subscriptions:eu-west:*", "hopmeter:subscriptions:*:*"))
                .isZero();
    }

    @Test
    void aThousandSubscribersEachGetExactlyTheMessagesThatTheirFiltersMatch() {
        List<Filter> filters = new ArrayList<>(List.of(new Filter(Optional.of("nowhere"), Optional.empty(), 0)));
        List<String> connections = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            filters.add(randomFilter());
            connections.add("/notifications?subscriber=m-" + i + query(filters.get(i)));
        }
        List<Client> clients = Client.subscribeAll(notifier, connections);
        try (Client direct = Client.subscribe(notifier, "/orders?subscriber=orders-alone")) {
            List<Message> messages = new ArrayList<>();
            Message last = new Message("last", "nowhere", "retail", 1, 0, "");
            for (int i = 0; i < 40; i++) {
                Message message = randomMessage();
                messages.add(message);
                handOver(
                        notifier,
                        message,
                        Trail.of(Workload.FAN_OUT).with(Stamp.SENT, 1).with(Stamp.ROUTED, 2),
                        lookUp(notifier, message));
            }
            String[] all = new String[1_000];
            Arrays.setAll(all, i -> "m-" + i);
            for (int i = 0; i < 10; i++) {
                handOver(notifier, i == 9 ? last : randomMessage(), null, all);
            }
            await().atMost(PATIENCE)
                    .until(() -> clients.stream()
                            .allMatch(client -> client.frames().getLast().contains("\"id\":\"last\"")));
            for (int i = 0; i < 1_000; i++) {
                List<String> frames = clients.get(i).deliveries();
                assertThat(frames.subList(0, frames.size() - 10))
                        .extracting(NotifierServiceIT::messageIn)
                        .containsExactlyElementsOf(messages.stream()
                                .filter(filters.get(i)::matches)
                                .toList());
                for (String frame : frames.subList(0, frames.size() - 10)) {
                    assertThat(Trail.parse(frame(frame).get("trail").asString()).stamps())
                            .containsExactly(Stamp.SENT, Stamp.ROUTED, Stamp.FETCHED, Stamp.PUSHED);
                }
                assertThat(frames.getLast())
                        .isEqualTo("{\"trail\":null,\"message\":"
                                + new String(WIRE_FORMAT.writeValue(last), StandardCharsets.UTF_8) + "}");
            }
            assertThat(clients.getFirst().deliveries())
                    .as("of a filter that nothing passes")
                    .hasSize(10);
            assertThat(direct.deliveries()).isEmpty();
        } finally {
            clients.forEach(Client::close);
        }
        await().atMost(PATIENCE).until(() -> commands.hlen(subscriptions(notifier)) == 0);
    }

    @Test
    void subscribersThatComeAndGoGetWhatIsPublishedWhileTheyAreThereAndNothingOfAnEarlierVisit() throws Exception {
        List<Message> messages = new CopyOnWriteArrayList<>();
        AtomicInteger handedOver = new AtomicInteger();
        try (ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> visiting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String id = "visitor-" + i;
                visiting.add(visitors.submit(() -> {
                    for (int visit = 0; visit < 12; visit++) {
                        Filter filter = new Filter(Optional.of(REGIONS.get(visit % 2)), Optional.empty(), 0);
                        visit(id, filter, messages, handedOver);
                    }
                }));
            }
            while (!visiting.stream().allMatch(Future::isDone)) {
                Message message = randomMessage();
                messages.add(message);
                List<String> visits = lookUp(notifier, message);
                if (!visits.isEmpty()) {
                    handOver(notifier, message, null, visits);
                }
                handedOver.incrementAndGet();
            }
            for (Future<?> visit : visiting) {
                visit.get();
            }
        }
        await().atMost(PATIENCE).until(() -> commands.hlen(subscriptions(notifier)) == 0);
    }

    /** Connects until at least 20 messages have been published meanwhile, and checks what came. */
    private static void visit(String id, Filter filter, List<Message> messages, AtomicInteger handedOver) {
        Client[] connected = new Client[1];
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .ignoreExceptions()
                .until(() -> {
                    connected[0] = Client.subscribe(notifier, "/notifications?subscriber=" + id + query(filter));
                    return true;
                });
        try (Client client = connected[0]) {
            int from = messages.size();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> handedOver.get() >= from + 20);
            int to = handedOver.get();
            List<Message> due = List.copyOf(messages).subList(from, to).stream()
                    .filter(filter::matches)
                    .toList();
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> messagesIn(client).containsAll(due));
            assertThat(messagesIn(client)).allMatch(filter::matches).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatWasMeantForAnEarlierVisitIsNotDeliveredToTheNext() {
        String before;
        try (Client _ = Client.subscribe(notifier, "/notifications?subscriber=returning&region=eu-west")) {
            before = visit(notifier, "returning");
        }
        await().atMost(PATIENCE).until(() -> commands.hlen(subscriptions(notifier)) == 0);
        try (Client again = Client.subscribe(notifier, "/notifications?subscriber=returning&region=us-east")) {
            double undeliverable = counted(notifier, "hopmeter.notifier.undeliverable");
            Message now = randomMessage();
            handOver(notifier, randomMessage(), null, List.of(before));
            handOver(notifier, now, null, "returning");

            await().atMost(PATIENCE).until(() -> !again.deliveries().isEmpty());
            assertThat(messagesIn(again)).containsExactly(now);
            assertThat(counted(notifier, "hopmeter.notifier.undeliverable")).isEqualTo(undeliverable + 1);
        }
    }

    @Test
    void subscriptionsSurviveARedisThatLosesItsMemoryInAFanOutAndWhatIsLostShowsAsAGap() {
        List<String> connections = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            connections.add("/notifications?subscriber=survivor-" + i);
        }
        try (ConfigurableApplicationContext second =
                startNotifier("--hopmeter.notifier.heartbeat=5m", "--hopmeter.notifier.lease=10m")) {
            List<Client> clients = Client.subscribeAll(second, connections);
            double gaps = counted(second, "hopmeter.notifier.gaps");
            double mended = counted(second, "hopmeter.notifier.mended");
            double undeliverable = counted(second, "hopmeter.notifier.undeliverable");
            List<Message> kept = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                kept.add(fanOut(second));
            }
            await().atMost(PATIENCE)
                    .until(() -> clients.stream()
                            .allMatch(client -> client.deliveries().size() == 20));
            List<String> all = lookUp(second, randomMessage());
            commands.multi();
            for (int i = 0; i < 5; i++) {
                handOver(second, randomMessage(), null, all);
            }
            commands.flushall();
            commands.exec();
            redis.kill();
            redis.restart();

            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> lookUp(second, randomMessage()).size() == 20);
            for (int i = 0; i < 20; i++) {
                kept.add(fanOut(second));
            }
            await().atMost(PATIENCE)
                    .until(() -> clients.stream()
                            .allMatch(client -> client.deliveries().size() >= 40));
            assertThat(clients)
                    .allSatisfy(client -> assertThat(messagesIn(client)).containsExactlyElementsOf(kept));
            assertThat(counted(second, "hopmeter.notifier.gaps")).isEqualTo(gaps + 5);
            await().atMost(PATIENCE).until(() -> counted(second, "hopmeter.notifier.mended") == mended + 20);
            assertThat(counted(second, "hopmeter.notifier.undeliverable")).isEqualTo(undeliverable);
            clients.forEach(Client::close);
        }
    }

    private Message fanOut(ConfigurableApplicationContext to) {
        Message message = randomMessage();
        handOver(to, message, null, lookUp(to, message));
        return message;
    }

    @Test
    void aSubscriberToTheChangeTopicGetsExactlyTheOrdersThatItsFilterMatches() throws Exception {
        Map<Filter, Client> clients = new HashMap<>();
        try {
            for (int i = 0; i < 20; i++) {
                Filter filter = randomFilter();
                clients.computeIfAbsent(
                        filter,
                        wanted -> Client.subscribe(notifier, "/orders?subscriber=d-" + clients.size() + query(wanted)));
            }
            List<Order> orders = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Order order = randomOrder();
                orders.add(order);
                publish(order, Trail.of(Workload.WRITE_NOTIFY).with(Stamp.CAPTURED, 1));
            }
            for (Map.Entry<Filter, Client> entry : clients.entrySet()) {
                List<Order> expected =
                        orders.stream().filter(entry.getKey()::matches).toList();
                await().atMost(PATIENCE)
                        .until(() -> entry.getValue().deliveries().size() >= expected.size());
            }
            for (Map.Entry<Filter, Client> entry : clients.entrySet()) {
                List<String> frames = entry.getValue().deliveries();
                assertThat(frames)
                        .extracting(NotifierServiceIT::orderIn)
                        .containsExactlyInAnyOrderElementsOf(
                                orders.stream().filter(entry.getKey()::matches).toList());
                for (String frame : frames) {
                    assertThat(Trail.parse(frame(frame).get("trail").asString()).stamps())
                            .containsExactly(Stamp.CAPTURED, Stamp.FETCHED, Stamp.PUSHED);
                }
            }
        } finally {
            clients.values().forEach(Client::close);
        }
    }

    @Test
    void anOrderPlacedRightAfterASubscriberWasToldIsNeverMissed() throws Exception {
        for (int i = 0; i < 20; i++) {
            Order before = randomOrder();
            publish(before, null);
            try (Client client = Client.subscribe(notifier, "/orders?subscriber=prompt-" + i)) {
                Order order = randomOrder();
                publish(order, null);
                await().atMost(PATIENCE)
                        .until(() -> client.deliveries().stream()
                                .anyMatch(frame -> orderIn(frame).equals(order)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "region=eu-west",
                "subscriber=%2F",
                "subscriber=a&region=EU",
                "subscriber=a&leastAmount=-1",
                "subscriber=a&colour=red",
                "subscriber=a&subscriber=b",
                "subscriber=a&kind=retail&kind=retail",
                "subscriber=a&region="
            })
    void aFilterThatCannotBeReadIsRefusedWithAProblem(String query) {
        for (String endpoint : List.of("/notifications?", "/orders?")) {
            HttpResponse<?> refusal = Client.refused(notifier, endpoint + query);
            assertThat(refusal.statusCode()).isEqualTo(400);
            assertProblem(refusal, 400);
        }
        // Those of tests before may be on their way out.
        await().atMost(PATIENCE).until(() -> commands.hlen(subscriptions(notifier)) == 0);
    }

    @Test
    void anIdThatIsConnectedIsRefusedOnEveryNotifierUntilItIsFreeAgain() {
        try (ConfigurableApplicationContext second = startNotifier()) {
            try (Client _ = Client.subscribe(notifier, "/notifications?subscriber=twin")) {
                assertProblem(Client.refused(notifier, "/notifications?subscriber=twin&kind=retail"), 409);
                assertProblem(Client.refused(second, "/notifications?subscriber=twin"), 409);
                assertProblem(Client.refused(notifier, "/orders?subscriber=twin"), 409);
                assertThat(commands.hkeys(subscriptions(second))).isEmpty();
                assertThat(commands.hkeys(subscriptions(notifier))).containsExactly("twin");
            }
            await().atMost(PATIENCE).until(() -> commands.hlen(subscriptions(notifier)) == 0);
            try (Client again = Client.subscribe(second, "/notifications?subscriber=twin")) {
                handOver(second, randomOrder(), null, "twin");
                await().atMost(PATIENCE).until(() -> again.deliveries().size() == 1);
            }
        }
    }

    @Test
    void aSubscriberThatStopsReadingHoldsUpNoOtherAndIsDisconnected() throws Exception {
        try (ConfigurableApplicationContext second =
                        startNotifier("--hopmeter.notifier.write-timeout=2s", "--hopmeter.notifier.queue-length=100");
                DeafClient _ = new DeafClient(second, "/notifications?subscriber=deaf");
                Client quick = Client.subscribe(second, "/notifications?subscriber=quick")) {
            int sent = 0;
            while (counted(second, "hopmeter.notifier.dropped") == 0) {
                assertThat(sent)
                        .as("orders that fit into a deaf subscriber's buffers")
                        .isLessThan(5_000);
                handOver(second, bulkyOrder(), null, "deaf", "quick");
                sent++;
                int expected = sent;
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> quick.deliveries().size() == expected);
            }
            await().atMost(PATIENCE).until(() -> counted(second, "hopmeter.notifier.stalled") == 1);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(commands.hkeys(subscriptions(second))).containsExactly("quick"));
            double undeliverable = counted(second, "hopmeter.notifier.undeliverable");
            assertThat(undeliverable).as("what waited for it").isPositive();
            handOver(second, randomOrder(), null, "deaf", "quick");
            int expected = sent + 1;
            await().atMost(PATIENCE).until(() -> quick.deliveries().size() == expected);
            assertThat(counted(second, "hopmeter.notifier.undeliverable")).isEqualTo(undeliverable + 1);
            assertThat(quick.frames()).noneMatch(frame -> frame.startsWith("{\"dropped\""));
        }
    }

    @Test
    void aSubscriberThatWasTooSlowIsToldHowManyWereDropped() throws Exception {
        try (ConfigurableApplicationContext second =
                        startNotifier("--hopmeter.notifier.write-timeout=90s", "--hopmeter.notifier.queue-length=10");
                Client slow = Client.subscribe(second, "/notifications?subscriber=slow")) {
            slow.pause();
            int sent = 0;
            while (counted(second, "hopmeter.notifier.dropped") < 5) {
                assertThat(sent)
                        .as("messages that fit into a paused subscriber's buffers")
                        .isLessThan(5_000);
                handOver(second, bulkyMessage(), null, "slow");
                sent++;
            }
            int total = sent;
            await().atMost(PATIENCE)
                    .until(() -> commands.xinfoStream(inbox(second)).contains(lastEntry(second)));
            slow.resume();
            await().atMost(PATIENCE).until(() -> slow.deliveries().size() + droppedIn(slow) == total);
            assertThat((double) droppedIn(slow)).isEqualTo(counted(second, "hopmeter.notifier.dropped"));
            assertThat(counted(second, "hopmeter.notifier.stalled")).isZero();
        }
    }

    @Test
    void aSubscriberThatDoesNotAnswerPingsIsDisconnectedAndOneThatDoesStays() throws Exception {
        try (ConfigurableApplicationContext second = startNotifier("--hopmeter.notifier.ping=500ms");
                DeafClient _ = new DeafClient(second, "/notifications?subscriber=vanished");
                Client present = Client.subscribe(second, "/notifications?subscriber=present")) {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(commands.hkeys(subscriptions(second))).containsExactly("present"));
            assertThat(counted(second, "hopmeter.notifier.stalled")).isEqualTo(1);
            handOver(second, randomOrder(), null, "present");
            await().atMost(PATIENCE).until(() -> present.deliveries().size() == 1);
        }
    }

    @Test
    void aSubscriberThatDoesNotReadHoldsUpNoEnd() throws Exception {
        ConfigurableApplicationContext second =
                startNotifier("--hopmeter.notifier.write-timeout=90s", "--hopmeter.notifier.queue-length=10");
        try (DeafClient _ = new DeafClient(second, "/notifications?subscriber=deaf-to-the-end")) {
            int sent = 0;
            while (counted(second, "hopmeter.notifier.dropped") == 0) {
                assertThat(sent++).as("orders that fit into its buffers").isLessThan(5_000);
                handOver(second, bulkyOrder(), null, "deaf-to-the-end");
            }
            assertTimeout(Duration.ofSeconds(30), second::close);
        } finally {
            second.close();
        }
    }

    @Test
    void healthIsDownWhileRedisIsOrOnceAListenerHasDied() throws Exception {
        try (ConfigurableApplicationContext second = startNotifier()) {
            await().atMost(PATIENCE).until(() -> Client.statusOf(second, "/actuator/health") == 200);
            redis.kill();
            await().atMost(PATIENCE).until(() -> Client.statusOf(second, "/actuator/health") == 503);
            redis.restart();
            await().atMost(PATIENCE).until(() -> Client.statusOf(second, "/actuator/health") == 200);
            second.getBean(ChangeFeed.class).listeners().getFirst().stop();
            assertThat(Client.statusOf(second, "/actuator/health")).isEqualTo(503);
            assertThat(Client.statusOf(second, "/actuator/prometheus")).isEqualTo(200);
        }
    }

    @Test
    void subscriptionsThatRedisLostAreThereAgainAndServedAgain() {
        try (Client one = Client.subscribe(notifier, "/notifications?subscriber=kept&kind=retail&leastAmount=5")) {
            handOver(notifier, randomOrder(), null, "kept");
            await().atMost(PATIENCE).until(() -> one.deliveries().size() == 1);
            double mended = counted(notifier, "hopmeter.notifier.mended");

            commands.flushall();

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(commands.zscore(
                                "hopmeter:subscriptions:*:retail", id(notifier) + "/" + visit(notifier, "kept")))
                        .isEqualTo(5.0);
                assertThat(commands.sismember(RedisKeys.NOTIFIERS, id(notifier)))
                        .isTrue();
                assertThat(commands.exists(inbox(notifier))).isEqualTo(1);
            });
            assertThatThrownBy(() -> commands.xadd(inbox(notifier), new XAddArgs().id("1-1"), Map.of("order", "early")))
                    .hasMessageContaining("equal or smaller");
            handOver(notifier, randomOrder(), null, "kept");
            await().atMost(PATIENCE).until(() -> one.deliveries().size() == 2);
            assertThat(counted(notifier, "hopmeter.notifier.mended")).isEqualTo(mended + 1);
        }
    }

    @Test
    void theInboxIsReadOnFromTheLastEntryAfterRedisWasKilled() {
        try (Client one = Client.subscribe(notifier, "/notifications?subscriber=patient")) {
            Order first = randomOrder();
            handOver(notifier, first, null, "patient");
            await().atMost(PATIENCE).until(() -> one.deliveries().size() == 1);

            redis.kill();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertProblem(Client.refused(notifier, "/notifications?subscriber=newcomer"), 503));
            try (Client direct = Client.subscribe(notifier, "/orders?subscriber=newcomer")) {
                assertThat(direct.frames()).hasSize(1);
            }
            redis.restart();

            Order second = randomOrder();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> commands.exists(inbox(notifier)) == 1);
            handOver(notifier, second, null, "patient");
            await().atMost(PATIENCE).until(() -> one.deliveries().size() == 2);
            assertThat(one.deliveries()).extracting(NotifierServiceIT::orderIn).containsExactly(first, second);
        }
    }

    @Test
    void whatADeadNotifierLeftIsTakenAwayAndNothingOfALiveOne() {
        try (ConfigurableApplicationContext second = startNotifier();
                Client _ = Client.subscribe(notifier, "/notifications?subscriber=alive");
                Client _ = Client.subscribe(second, "/notifications?subscriber=alive-too")) {
            String index = "hopmeter:subscriptions:*:*";
            commands.hset(
                    RedisKeys.notifierSubscriptions("dead"),
                    Map.of("alive", index + " alive:1", "gone", index + " gone:2"));
            commands.zadd(index, 0.0, "dead/alive:1");
            commands.zadd(index, 0.0, "dead/gone:2");
            commands.xadd(RedisKeys.inbox("dead"), Map.of("order", "late"));
            commands.sadd(RedisKeys.NOTIFIERS, "dead");

            await().atMost(PATIENCE).until(() -> !commands.sismember(RedisKeys.NOTIFIERS, "dead"));

            assertThat(commands.exists(RedisKeys.inbox("dead"), RedisKeys.notifierSubscriptions("dead")))
                    .isZero();
            assertThat(commands.zrange(index, 0, -1))
                    .containsExactlyInAnyOrder(
                            id(notifier) + "/" + visit(notifier, "alive"),
                            id(second) + "/" + visit(second, "alive-too"));
            assertThat(counted(notifier, "hopmeter.notifier.reaped") + counted(second, "hopmeter.notifier.reaped"))
                    .isEqualTo(2);
        }
    }

    @Test
    void aNotifierThatEndsTellsItsSubscribersAndLeavesNothingBehind() {
        ConfigurableApplicationContext second = startNotifier();
        String id = id(second);
        try (Client routed = Client.subscribe(second, "/notifications?subscriber=left&region=us-east");
                Client direct = Client.subscribe(second, "/orders?subscriber=left-too")) {
            second.close();

            await().atMost(PATIENCE).until(() -> routed.ended() && direct.ended());
            assertThat(routed.closeCode()).isEqualTo(1001);
            assertThat(direct.closeCode()).isEqualTo(1001);
        }
        assertThat(commands.sismember(RedisKeys.NOTIFIERS, id)).isFalse();
        assertThat(commands.exists(
                        RedisKeys.notifier(id),
                        RedisKeys.notifierSubscriptions(id),
                        RedisKeys.inbox(id),
                        "hopmeter:subscriptions:us-east:*"))
                .isZero();
    }

    @Test
    void aSubscriberThatSendsIsDisconnected() {
        try (Client talker = Client.subscribe(notifier, "/notifications?subscriber=talker");
                Client bawler = Client.subscribe(notifier, "/orders?subscriber=bawler")) {
            talker.send("hello");
            bawler.send("hello ".repeat(1_000));

            await().atMost(PATIENCE).until(() -> talker.ended() && bawler.ended());
            assertThat(talker.closeCode()).isEqualTo(1003);
            assertThat(bawler.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void aSubscriberThatThereIsNoPlaceForIsRefusedUntilThereIsOne() {
        try (ConfigurableApplicationContext second = startNotifier("--hopmeter.notifier.max-subscribers=2");
                Client _ = Client.subscribe(second, "/orders?subscriber=a")) {
            try (Client _ = Client.subscribe(second, "/notifications?subscriber=b")) {
                assertProblem(Client.refused(second, "/notifications?subscriber=c"), 503);
                assertProblem(Client.refused(second, "/orders?subscriber=c"), 503);
                assertProblem(Client.refused(second, "/orders?subscriber=b"), 409);
            }
            await().atMost(PATIENCE).until(() -> counted(second, "hopmeter.notifier.subscribers") == 1);
            try (Client c = Client.subscribe(second, "/orders?subscriber=c")) {
                assertThat(c.frames()).hasSize(1);
            }
        }
    }

    @Test
    void anAdmissionThatNoConnectionFollowsIsTakenBack() throws Exception {
        try (ConfigurableApplicationContext second = startNotifier("--hopmeter.notifier.open-timeout=500ms")) {
            Subscription subscription = new Subscription("stillborn", Filter.ALL);
            second.getBean(Subscribers.class).admit(subscription, Way.ROUTED);
            assertThat(commands.hexists(subscriptions(second), "stillborn")).isTrue();

            await().atMost(PATIENCE).until(() -> !commands.hexists(subscriptions(second), "stillborn"));
        }
    }

    @Test
    void aPageFromElsewhereIsRefusedUnlessItsOriginIsAllowed() {
        for (String endpoint : List.of("/notifications?", "/orders?")) {
            assertThat(Client.refused(notifier, endpoint + "subscriber=page", "Origin", "http://elsewhere.example")
                            .statusCode())
                    .isEqualTo(403);
            try (Client page = Client.subscribe(notifier, endpoint + "subscriber=page", "Origin", FRIEND)) {
                assertThat(page.frames()).hasSize(1);
            }
            await().atMost(PATIENCE).until(() -> counted(notifier, "hopmeter.notifier.subscribers") == 0);
        }
    }

    @Test
    void entriesThatAreMissingUnreadableOrForNobodyAreCounted() {
        try (Client one = Client.subscribe(notifier, "/notifications?subscriber=counted")) {
            double gaps = counted(notifier, "hopmeter.notifier.gaps");
            double unreadable = counted(notifier, "hopmeter.notifier.unreadable");
            double undeliverable = counted(notifier, "hopmeter.notifier.undeliverable");
            commands.xadd(inbox(notifier), Map.of("colour", "red"));
            commands.xadd(
                    inbox(notifier),
                    Map.of(
                            "message",
                            "{}",
                            "trail",
                            "no trail",
                            "subscribers",
                            visit(notifier, "counted"),
                            "router",
                            "r",
                            "sequence",
                            "1"));
            commands.xadd(inbox(notifier), Map.of("order", "{}", "router", "r", "sequence", "two"));
            commands.xadd(inbox(notifier), Map.of("order", "{}", "message", "{}", "router", "r", "sequence", "1"));
            handedOver.put(notifier, 4);
            handOver(notifier, randomOrder(), null, "nobody", "counted");

            await().atMost(PATIENCE).until(() -> one.deliveries().size() == 1);
            assertThat(counted(notifier, "hopmeter.notifier.gaps")).isEqualTo(gaps + 4);
            assertThat(counted(notifier, "hopmeter.notifier.unreadable")).isEqualTo(unreadable + 4);
            assertThat(counted(notifier, "hopmeter.notifier.undeliverable")).isEqualTo(undeliverable + 1);
            await().atMost(PATIENCE).until(() -> commands.xlen(inbox(notifier)) <= 1);
        }
    }

    @Test
    void aPoisonRecordIsPutAsideAndTheNextOrderIsPushed() throws Exception {
        try (Client one = Client.subscribe(notifier, "/orders?subscriber=tough")) {
            double letters = counted(notifier, "hopmeter.dead.letters");
            publish("k", "garbage".getBytes(StandardCharsets.UTF_8), null);
            publish("k", WIRE_FORMAT.write(randomOrder()), "no trail");
            publish("k", null, null);
            Order order = randomOrder();
            publish("k", WIRE_FORMAT.write(order), null);

            await().atMost(PATIENCE).until(() -> one.deliveries().size() == 1);
            assertThat(orderIn(one.deliveries().getFirst())).isEqualTo(order);
            assertThat(counted(notifier, "hopmeter.dead.letters")).isEqualTo(letters + 3);
        }
    }

    @Test
    void aPartitionThatIsAddedIsReadFromItsBeginning() throws Exception {
        try (ConfigurableApplicationContext second = startNotifier(
                        "--hopmeter.topics.changes=growing",
                        "--hopmeter.topics.partitions=1",
                        "--hopmeter.notifier.partition-check=5s");
                Client one = Client.subscribe(second, "/orders?subscriber=grower");
                Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()))) {
            admin.createPartitions(Map.of("growing", NewPartitions.increaseTo(3)))
                    .all()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            List<Order> orders = new ArrayList<>();
            for (int partition = 0; partition < 3; partition++) {
                Order order = randomOrder();
                orders.add(order);
                int to = partition;
                await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                    send(new ProducerRecord<>("growing", to, "k", WIRE_FORMAT.write(order)));
                    return true;
                });
            }
            await().atMost(PATIENCE).until(() -> one.deliveries().size() == 3);
            assertThat(one.deliveries())
                    .extracting(NotifierServiceIT::orderIn)
                    .containsExactlyInAnyOrderElementsOf(orders);
        }
    }

    @Test
    void infoTellsWhatTheClientsRunWith() throws IOException {
        try (InputStream info = URI.create("http://127.0.0.1:" + Client.port(notifier) + "/actuator/info")
                .toURL()
                .openStream()) {
            String text = new String(info.readAllBytes(), StandardCharsets.UTF_8);

            JsonNode told = frame(text).path("effective");
            assertThat(told.at("/listener changes-0/settings/ack-mode"))
                    .hasToString("{\"value\":\"MANUAL\",\"default\":\"BATCH\",\"differs\":true}");
            assertThat(told.at("/consumer of listener changes-0/settings/enable.auto.commit"))
                    .hasToString("{\"value\":\"false\",\"default\":\"true\",\"differs\":true}");
            assertThat(told.at("/properties/settings/hopmeter.notifier.heartbeat/value")
                            .asString())
                    .isEqualTo("200ms");
            assertThat(told).allSatisfy(part -> assertThat(part.path("unknown")).isEmpty());
            assertThat(text).doesNotContain(redis.password());
        }
    }

    private static ConfigurableApplicationContext startNotifier(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.kafka.bootstrap-servers=" + brokers.bootstrapServers(),
                "--spring.data.redis.url=" + redis.url(),
                "--hopmeter.notifier.heartbeat=200ms",
                "--hopmeter.notifier.lease=5s"));
        for (String setting : settings) {
            all.removeIf(given -> given.startsWith(setting.substring(0, setting.indexOf('=') + 1)));
            all.add(setting);
        }
        return new SpringApplicationBuilder(NotifierService.class).run(all.toArray(String[]::new));
    }

    private void handOver(
            ConfigurableApplicationContext to, Order order, @Nullable Trail trail, String... subscribers) {
        handOver(to, RedisKeys.ORDER, WIRE_FORMAT.write(order), trail, visits(to, subscribers));
    }

    private void handOver(
            ConfigurableApplicationContext to, Message message, @Nullable Trail trail, String... subscribers) {
        handOver(to, message, trail, visits(to, subscribers));
    }

    private void handOver(
            ConfigurableApplicationContext to, Message message, @Nullable Trail trail, List<String> visits) {
        handOver(to, RedisKeys.MESSAGE, WIRE_FORMAT.writeValue(message), trail, visits);
    }

    private void handOver(
            ConfigurableApplicationContext to, String field, byte[] json, @Nullable Trail trail, List<String> visits) {
        commands.xadd(inbox(to), entry(to, field, json, trail, visits));
    }

    private Map<String, String> entry(
            ConfigurableApplicationContext to, String field, byte[] json, @Nullable Trail trail, List<String> visits) {
        return Map.of(
                field,
                new String(json, StandardCharsets.UTF_8),
                RedisKeys.TRAIL,
                trail == null ? "" : trail.text(),
                RedisKeys.SUBSCRIBERS,
                String.join(",", visits),
                RedisKeys.ROUTER,
                router,
                RedisKeys.SEQUENCE,
                Integer.toString(handedOver.merge(to, 1, Integer::sum)));
    }

    /** As a router does: what the index in Redis holds for that message, of that notifier. */
    private static List<String> lookUp(ConfigurableApplicationContext of, Message message) {
        String prefix = id(of) + "/";
        List<String> visits = new ArrayList<>();
        for (String key : RedisKeys.subscriptionsOf(message.region(), message.kind())) {
            for (String member : commands.zrangebyscore(key, Range.create(0L, message.amount()))) {
                if (member.startsWith(prefix)) {
                    visits.add(member.substring(prefix.length()));
                }
            }
        }
        return visits;
    }

    private static String visit(ConfigurableApplicationContext of, String subscriber) {
        return visits(of, subscriber).getFirst();
    }

    private static List<String> visits(ConfigurableApplicationContext of, String... subscribers) {
        return commands.hmget(subscriptions(of), subscribers).stream()
                .map(place -> place.hasValue()
                        ? place.getValue().substring(place.getValue().indexOf(' ') + 1)
                        : place.getKey() + ":0")
                .toList();
    }

    private static void publish(Order order, @Nullable Trail trail) throws Exception {
        publish(order.id().toString(), WIRE_FORMAT.write(order), trail == null ? null : trail.text());
    }

    private static void publish(String key, byte @Nullable [] value, @Nullable String trail) throws Exception {
        ProducerRecord<String, byte[]> message = new ProducerRecord<>(TOPIC, key, value);
        if (trail != null) {
            message.headers().add(Trail.HEADER, trail.getBytes(StandardCharsets.US_ASCII));
        }
        send(message);
    }

    private static void send(ProducerRecord<String, byte[]> message)
            throws ExecutionException, InterruptedException, TimeoutException {
        producer.send(message).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private Filter randomFilter() {
        return new Filter(
                random.nextBoolean() ? Optional.of(one(REGIONS)) : Optional.empty(),
                random.nextBoolean() ? Optional.of(one(KINDS)) : Optional.empty(),
                random.nextBoolean() ? 0 : random.nextLong(10_000));
    }

    private static String query(Filter filter) {
        return filter.region().map(region -> "&region=" + region).orElse("")
                + filter.kind().map(kind -> "&kind=" + kind).orElse("")
                + "&leastAmount=" + filter.leastAmount();
    }

    private Order randomOrder() {
        return order(List.of(new OrderLine("A-1", 2)));
    }

    private Order bulkyOrder() {
        List<OrderLine> lines = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            lines.add(new OrderLine("x".repeat(64), 1));
        }
        return order(lines);
    }

    private Order order(List<OrderLine> lines) {
        return new Order(
                new UUID(random.nextLong(), random.nextLong()),
                Optional.empty(),
                "c-1",
                one(REGIONS),
                one(KINDS),
                1 + random.nextLong(10_000),
                "EUR",
                lines,
                Instant.parse("2026-06-08T12:00:00.000000001Z"));
    }

    private Message randomMessage() {
        return message("Zo\u00eb \ud83d\ude00");
    }

    private Message bulkyMessage() {
        return message("x".repeat(Limits.MAX_TEXT));
    }

    private Message message(String text) {
        return new Message(
                new UUID(random.nextLong(), random.nextLong()).toString(),
                one(REGIONS),
                one(KINDS),
                1 + random.nextLong(10_000),
                0,
                text);
    }

    private static Message messageIn(String frame) {
        return WIRE_FORMAT.read(WIRE_FORMAT.writeValue(frame(frame).get("message")), Message.class);
    }

    private static List<Message> messagesIn(Client client) {
        return client.deliveries().stream().map(NotifierServiceIT::messageIn).toList();
    }

    private String one(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    private static Order orderIn(String frame) {
        return WIRE_FORMAT.readOrder(WIRE_FORMAT.writeValue(frame(frame).get("order")));
    }

    private static JsonNode frame(String frame) {
        return WIRE_FORMAT.readTree(frame.getBytes(StandardCharsets.UTF_8));
    }

    private static int droppedIn(Client client) {
        return client.frames().stream()
                .map(NotifierServiceIT::frame)
                .filter(frame -> frame.has("dropped"))
                .mapToInt(frame -> frame.get("dropped").asInt())
                .sum();
    }

    private static void assertProblem(HttpResponse<?> refusal, int status) {
        assertThat(refusal.statusCode()).isEqualTo(status);
        assertThat(refusal.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = frame(String.valueOf(refusal.body()));
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asString()).isNotBlank();
        assertThat(problem.get("detail").asString()).isNotBlank();
    }

    private static double counted(ConfigurableApplicationContext of, String name) {
        return of.getBean(MeterRegistry.class).get(name).meters().stream()
                .mapToDouble(meter -> meter.measure().iterator().next().getValue())
                .sum();
    }

    private static String id(ConfigurableApplicationContext of) {
        return of.getBean(SubscriptionRegistry.class).notifier();
    }

    private static String inbox(ConfigurableApplicationContext of) {
        return RedisKeys.inbox(id(of));
    }

    private static String lastEntry(ConfigurableApplicationContext of) {
        return of.getBean(InboxPosition.class).last();
    }

    private static String subscriptions(ConfigurableApplicationContext of) {
        return RedisKeys.notifierSubscriptions(id(of));
    }
}
