package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.Limits;
import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.load.Event;
import dev.hopmeter.load.Interest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What a client may rely on, whatever the backend: with orders, with messages and events that are published, and with windowed
 * aggregates that are read and watched. A backend passes by extending this class; where it is known to differ, it overrides the
 * test with its reason and says so in the documents.
 */
public abstract class BackendContract extends OrderContract {

    private static final int MANY = 200;
    private static final Duration SOON = Duration.ofMillis(5);
    /** So many of them are more than the sockets of one subscriber have room for, and fewer than those that may wait for it. */
    private static final int BULK = 800;

    private static final String LONG = "x".repeat(Limits.MAX_TEXT - 100);

    private final Map<Cell, WindowTotal> truth = new HashMap<>();
    private int next;

    @Test
    void exactlyTheMatchingSubscribersGetEachMessageAtLeastOnce() throws Exception {
        subscribe(FILTERS);

        List<Event> messages = publish(MANY);

        assertDelivered(messages);
        assertThat(witness.acknowledged()).hasSameSizeAs(messages);
        assertNoTrouble();
    }

    @Test
    void aMessageIsDeliveredAsItWasPublishedWithEveryStampOfItsRoute() throws Exception {
        subscribe(List.of(Filter.ALL));

        List<Event> messages = publish(20);

        assertDelivered(messages);
        assertThat(witness.framesOf(0)).allSatisfy(frame -> {
            Event published = messages.stream()
                    .filter(message ->
                            message.key().equals(frame.at("/message/id").asString()))
                    .findFirst()
                    .orElseThrow();
            assertThat(frame.get("message")).isEqualTo(mapper.readTree(published.json()));
            assertCarried(frame.get("trail").asString(), route(Workload.FAN_OUT));
        });
    }

    @Test
    void messagesOfOneKeyComeInTheirOrder() throws Exception {
        subscribe(List.of(Filter.ALL));
        Map<String, List<Long>> published = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            String key = run + "-key-" + i % 5;
            var _ = send(message(key, new WindowKey("north", "retail"), 1, i + 1, ""), Workload.FAN_OUT);
            published.computeIfAbsent(key, any -> new ArrayList<>()).add(i + 1L);
        }

        await().atMost(AT_MOST)
                .untilAsserted(() -> assertThat(firstTimes(witness.framesOf(0))).isEqualTo(published));
        assertThat(witness.troubles()).isEmpty();
    }

    /** The sequence numbers under each id, in the order in which they came for the first time. */
    private static Map<String, List<Long>> firstTimes(List<JsonNode> frames) {
        Map<String, List<Long>> came = new HashMap<>();
        for (JsonNode frame : frames) {
            List<Long> sequences = came.computeIfAbsent(frame.at("/message/id").asString(), any -> new ArrayList<>());
            long sequence = frame.at("/message/sequence").asLong();
            if (!sequences.contains(sequence)) {
                sequences.add(sequence);
            }
        }
        return came;
    }

    @Test
    void aSubscriberThatDoesNotReadHoldsUpNobodyElseAndIsToldWhatItDidNotGet() throws Exception {
        int slow = 1;
        subscribe(List.of(Filter.ALL, Filter.ALL));
        Set<String> published = new HashSet<>();
        Runnable release = witness.hold(slow);
        try {
            for (int i = 0; i < BULK; i++) {
                Event message = message(key(next), new WindowKey("north", "retail"), 1, i, LONG);
                var _ = send(message, Workload.FAN_OUT);
                published.add(message.key());
            }
            await().atMost(AT_MOST)
                    .untilAsserted(
                            () -> assertThat(Set.copyOf(witness.keysOf(0))).isEqualTo(published));
            assertThat(witness.keysOf(slow)).isEmpty();
        } finally {
            release.run();
        }

        await().atMost(AT_MOST)
                .until(() -> witness.isDisconnected(slow)
                        || Set.copyOf(witness.keysOf(slow)).size() + witness.dropped(slow) >= BULK);
        assertThat(witness.isDisconnected(0)).isFalse();
        assertThat(witness.dropped(0)).isZero();
    }

    @Test
    void whatWasAnsweredIsThereAfterACrashOfWhatStoresIt() throws Exception {
        subscribe(List.of(Filter.ALL));
        List<Event> before = place(20);
        await().atMost(AT_MOST).until(() -> witness.acknowledged().size() == before.size());

        crash();
        int[] number = {before.size()};
        await().atMost(AT_MOST).until(() -> isAcknowledged(event(number[0]++)));
        Event after = event(number[0] - 1);

        await().atMost(AT_MOST)
                .untilAsserted(() -> assertThat(witness.keysOf(0))
                        .containsAll(before.stream().map(Event::key).toList())
                        .contains(after.key()));
        Event first = before.getFirst();
        Event last = event(number[0]);
        place(first);
        place(last);
        await().atMost(AT_MOST).until(() -> witness.keysOf(0).contains(last.key()));
        assertThat(witness.framesOf(0).stream()
                        .map(frame -> frame.get("order"))
                        .filter(order -> order.get("idempotencyKey").asString().equals(first.key()))
                        .map(order -> order.get("id").asString())
                        .distinct())
                .hasSize(1);
    }

    /** Places it, and waits for its answer. */
    private boolean isAcknowledged(Event order) {
        place(order);
        await().pollInterval(SOON).atMost(AT_MOST).until(() -> witness.isAnswered(order.number()));
        return witness.acknowledged().contains(order.number());
    }

    @Test
    void aggregatesAreExactOverARestart() {
        WindowKey key = windowKey("retail");
        sum(List.of(key), 50);

        restart();
        closeDriver();
        openDriver();
        sum(List.of(key), 50);

        for (WindowSize size : WindowSize.values()) {
            await().atMost(AT_MOST)
                    .untilAsserted(
                            () -> assertThat(windowsOf(ask(key, size.word()))).isEqualTo(expected(size, key)));
        }
    }

    /** Kills what stores the orders, with SIGKILL, and starts it again. */
    protected void crash() {
        throw new UnsupportedOperationException("nothing is stored");
    }

    /** Stops the service that sums, and starts it again; returns once it is ready. */
    protected void restart() {
        throw new UnsupportedOperationException("there is no service");
    }

    @Test
    void anAggregateIsExactlyWhatItsEventsAddUpTo() {
        List<WindowKey> keys = List.of(windowKey("retail"), windowKey("gift"));

        sum(keys, MANY);

        for (WindowSize size : WindowSize.values()) {
            for (WindowKey key : keys) {
                await().atMost(AT_MOST)
                        .untilAsserted(() ->
                                assertThat(windowsOf(ask(key, size.word()))).isEqualTo(expected(size, key)));
            }
        }
        assertThat(witness.acknowledged()).hasSize(MANY);
        assertThat(witness.troubles()).isEmpty();
    }

    @Test
    void anAnswerSaysHowFarItGoesWithEveryStampOfItsRoute() {
        WindowKey key = windowKey("retail");

        sum(List.of(key), 1);

        WindowTotal only =
                expected(WindowSize.TEN_SECONDS, key).values().iterator().next();
        Witness.Returned returned = answered(key, WindowSize.TEN_SECONDS.word());
        JsonNode answer = mapper.readTree(returned.reply().body());
        assertThat(answer.get("through").asLong()).isEqualTo(only.through());
        assertThat(millis(answer.get("newest"))).isEqualTo(only.newestMillis());
        assertCarried(returned.trail().text(), route(Workload.POINT_QUERY));
    }

    @Test
    void aKeyWithoutAnyWindowIsUnknownAndOthersAreNamedThatHaveOne() {
        List<WindowKey> keys = IntStream.range(0, 30)
                .mapToObj(number -> windowKey("kind-" + number))
                .toList();

        sum(keys, keys.size());
        keys.forEach(key -> answered(key, WindowSize.TEN_SECONDS.word()));

        Witness.Refusal refused = refused(windowKey("nothing"), WindowSize.TEN_SECONDS.word());
        assertThat(refused.status()).isEqualTo(404);
        List<WindowKey> known = mapper.readTree(refused.body())
                .get("known")
                .valueStream()
                .map(key -> WindowKey.parse(key.asString()))
                .toList();
        assertThat(known).isNotEmpty().doesNotContain(windowKey("nothing"));
        answered(known.getFirst(), WindowSize.TEN_SECONDS.word());
    }

    @Test
    void aWindowThatDoesNotExistIsRefused() {
        WindowKey key = windowKey("retail");

        assertThat(refused(key, "7s").status()).isEqualTo(404);
        assertThat(refused(key, "10s?from=yesterday").status()).isIn(400, 404);
    }

    @Test
    void aWatcherIsToldOfEachEventOfItsKeyInOrderAndWhatItsWindowsThenComeTo() throws Exception {
        List<WindowKey> keys = List.of(windowKey("retail"), windowKey("gift"));
        attach(keys.stream().map(Interest.Watching::new).toList());

        List<Event> events = sum(keys, MANY);

        for (int watcher = 0; watcher < keys.size(); watcher++) {
            WindowKey key = keys.get(watcher);
            List<String> published = events.stream()
                    .filter(event -> event.windowKey().equals(key))
                    .map(Event::key)
                    .toList();
            int told = watcher;
            await().atMost(AT_MOST)
                    .untilAsserted(() -> assertThat(new LinkedHashSet<>(idsIn(witness.framesOf(told))))
                            .containsExactlyElementsOf(published));
            assertUpdates(witness.framesOf(told), key);
        }
        assertThat(witness.acknowledged()).hasSameSizeAs(events);
        assertNoTrouble();
    }

    /** How far each goes is not behind the one before, nor behind the events that it tells of; the last of a window is exact. */
    private void assertUpdates(List<JsonNode> updates, WindowKey key) {
        Map<Long, WindowTotal> last = new TreeMap<>();
        long through = 0;
        for (JsonNode update : updates) {
            JsonNode window = update.get("window");
            WindowTotal total = total(window);
            assertThat(total.through()).isGreaterThanOrEqualTo(through);
            through = total.through();
            last.put(millis(window.get("start")), total);
            for (JsonNode event : update.get("events")) {
                assertThat(through)
                        .isGreaterThanOrEqualTo(sequence(event.get("id").asString()));
                assertCarried(event.get("trail").asString(), route(Workload.FRESHNESS));
            }
        }
        assertThat(last).isEqualTo(expected(WindowSize.TEN_SECONDS, key));
    }

    private List<Event> publish(int count) {
        List<Event> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SplittableRandom random = new SplittableRandom(next);
            WindowKey cell =
                    new WindowKey(REGIONS.get(random.nextInt(REGIONS.size())), KINDS.get(random.nextInt(KINDS.size())));
            Event message = message(cell, random.nextLong(1, 1_001));
            var _ = send(message, Workload.FAN_OUT);
            messages.add(message);
        }
        return messages;
    }

    /** Publishes that many events, to one key after the other, and adds them up. */
    private List<Event> sum(List<WindowKey> keys, int count) {
        List<Event> events = new ArrayList<>();
        int before = witness.acknowledged().size();
        for (int i = 0; i < count; i++) {
            WindowKey key = keys.get(i % keys.size());
            Event event = message(key, new SplittableRandom(next).nextLong(1, 1_001));
            long millis = send(event, Workload.FRESHNESS) / 1_000_000;
            for (WindowSize size : WindowSize.values()) {
                truth.merge(
                        new Cell(size, key, size.startOf(millis)),
                        WindowTotal.EMPTY.plus(event.amount(), event.sequence(), millis),
                        (total, first) -> total.plus(event.amount(), event.sequence(), millis));
            }
            events.add(event);
        }
        await().atMost(AT_MOST).until(() -> witness.acknowledged().size() >= before + count);
        return events;
    }

    private Event message(WindowKey cell, long amount) {
        String id = key(next);
        return message(id, cell, amount, sequence(id), "text " + next);
    }

    private Event message(String id, WindowKey cell, long amount, long sequence, String text) {
        int number = next++;
        Message message = new Message(id, cell.region(), cell.kind(), amount, sequence, text);
        return new Event(
                number,
                message.id(),
                message.region(),
                message.kind(),
                amount,
                message.sequence(),
                mapper.writeValueAsString(message));
    }

    /** Asks until there is an answer. */
    private Witness.Returned answered(WindowKey key, String asked) {
        return await().pollInterval(SOON)
                .atMost(AT_MOST)
                .until(() -> witness.returned(ask(key, asked)), Optional::isPresent)
                .orElseThrow();
    }

    /** Asks until what is wrong is the query; how it is refused. */
    private Witness.Refusal refused(WindowKey key, String asked) {
        return await().pollInterval(SOON)
                .atMost(AT_MOST)
                .until(() -> refusal(ask(key, asked)), refusal -> refusal.status() != 503);
    }

    private Witness.Refusal refusal(int query) {
        return Objects.requireNonNull(witness.refusals().get(query), "the query was answered");
    }

    /** Asks once and waits for the answer or the refusal; the number of the query. */
    private int ask(WindowKey key, String asked) {
        int number = next++;
        var _ = send(new Event(number, key(number), key.region(), key.kind(), 0, 0, asked), Workload.POINT_QUERY);
        await().pollInterval(SOON)
                .atMost(AT_MOST)
                .until(() -> witness.returned(number).isPresent()
                        || witness.refusals().containsKey(number));
        return number;
    }

    private Map<Long, WindowTotal> windowsOf(int query) {
        Map<Long, WindowTotal> windows = new TreeMap<>();
        witness.returned(query)
                .ifPresent(returned -> mapper.readTree(returned.reply().body())
                        .get("windows")
                        .forEach(window -> windows.put(millis(window.get("start")), total(window))));
        return windows;
    }

    private Map<Long, WindowTotal> expected(WindowSize size, WindowKey key) {
        Map<Long, WindowTotal> windows = new TreeMap<>();
        truth.forEach((cell, total) -> {
            if (cell.size() == size && cell.key().equals(key)) {
                windows.put(cell.startMillis(), total);
            }
        });
        return windows;
    }

    private Route route(Workload workload) {
        return Route.of(route().backend(), workload).orElseThrow();
    }

    /** A key that no other test has. */
    private WindowKey windowKey(String kind) {
        return new WindowKey(run, kind);
    }

    private long sequence(String key) {
        return 1 + Long.parseLong(key.substring(run.length() + 1));
    }

    private static List<String> idsIn(List<JsonNode> updates) {
        return updates.stream()
                .flatMap(update -> update.get("events").valueStream())
                .map(event -> event.get("id").asString())
                .toList();
    }

    private static WindowTotal total(JsonNode window) {
        return new WindowTotal(
                window.get("count").asLong(),
                window.get("sum").asLong(),
                window.get("through").asLong(),
                millis(window.get("newest")));
    }

    private static long millis(JsonNode instant) {
        return Instant.parse(instant.asString()).toEpochMilli();
    }

    private record Cell(WindowSize size, WindowKey key, long startMillis) {}
}
