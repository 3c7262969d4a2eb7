package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.load.Driver;
import dev.hopmeter.load.Event;
import dev.hopmeter.load.Interest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a client may rely on that places orders and subscribes to them, whatever the way they take. A way is known to differ
 * where it overrides a test, with its reason, and says so in the documents.
 */
public abstract class OrderContract {

    static final Duration AT_MOST = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofSeconds(1);
    static final List<String> REGIONS = List.of("north", "south", "east");
    static final List<String> KINDS = List.of("retail", "gift");
    static final List<Filter> FILTERS = List.of(
            Filter.ALL,
            new Filter(Optional.of("north"), Optional.empty(), 0),
            new Filter(Optional.empty(), Optional.of("gift"), 0),
            new Filter(Optional.of("south"), Optional.of("retail"), 500),
            new Filter(Optional.empty(), Optional.empty(), 990),
            new Filter(Optional.of("nowhere"), Optional.empty(), 0));

    final JsonMapper mapper = JsonMapper.builder().build();
    final Witness witness = new Witness();
    /** A word that regions can have in them. */
    final String run = "run-" + UUID.randomUUID().toString().substring(0, 13);

    private final EpochClock clock = EpochClock.system();
    private @Nullable Driver opened;

    /**
     * A way to the backend that no other test uses, not opened yet.
     *
     * @param runId a word that no other call gives, for the names of subscribers
     */
    protected abstract Driver newDriver(String runId);

    /** The route that the backend's orders take. */
    protected abstract Route route();

    /**
     * Keeps what the answer to an order has to wait for from being done, and leaves everything else running.
     *
     * @return lets it be done again
     */
    protected Runnable withhold() {
        throw new UnsupportedOperationException("there is nothing that an answer waits for");
    }

    @BeforeEach
    void openDriver() {
        opened = newDriver(run);
        opened.open(witness);
    }

    @AfterEach
    void closeDriver() {
        driver().close();
    }

    @Test
    void saysThatItIsReady() throws InterruptedException {
        assertThat(driver().ready()).isTrue();
    }

    @Test
    void exactlyTheMatchingSubscribersGetEachOrderAtLeastOnce() throws Exception {
        subscribe(FILTERS);

        List<Event> events = place(200);

        assertDelivered(events);
        assertNoTrouble();
    }

    @Test
    void whatIsDeliveredIsWhatWasPlaced() throws Exception {
        subscribe(List.of(Filter.ALL));

        List<Event> events = place(20);

        assertDelivered(events);
        for (JsonNode frame : witness.framesOf(0)) {
            JsonNode order = frame.get("order");
            Event event = events.stream()
                    .filter(placed ->
                            placed.key().equals(order.get("idempotencyKey").asString()))
                    .findFirst()
                    .orElseThrow();
            JsonNode placed = mapper.readTree(event.json());
            placed.propertyNames()
                    .forEach(name -> assertThat(order.get(name)).as(name).isEqualTo(placed.get(name)));
            assertThat(UUID.fromString(order.get("id").asString())).isNotNull();
        }
    }

    @Test
    void eachTrailHasEveryStampOfItsRouteButTheLast() throws Exception {
        subscribe(List.of(Filter.ALL));

        List<Event> events = place(20);

        assertDelivered(events);
        assertThat(witness.framesOf(0))
                .allSatisfy(frame -> assertCarried(frame.get("trail").asString(), route()));
    }

    @Test
    void anOrderPlacedTwiceUnderOneKeyIsStoredOnce() throws Exception {
        subscribe(List.of(Filter.ALL));
        Event event = event(0);

        place(event);
        await().atMost(AT_MOST).until(() -> witness.acknowledged().size() == 1);
        place(event);
        await().atMost(AT_MOST).until(() -> witness.acknowledged().size() == 2);
        Event last = event(1);
        place(last);

        await().atMost(AT_MOST).until(() -> witness.keysOf(0).contains(last.key()));
        Set<String> ids = new HashSet<>();
        witness.framesOf(0).stream()
                .map(frame -> frame.get("order"))
                .filter(order -> order.get("idempotencyKey").asString().equals(event.key()))
                .forEach(order -> ids.add(order.get("id").asString()));
        assertThat(ids).hasSize(1);
    }

    @Test
    void aMalformedOrderIsRefusedAndTheNextOneIsDelivered() throws Exception {
        assertAMalformedOrderIsRefused(400);
    }

    @Test
    void anOrderWithoutARegionIsRefusedAndTheNextOneIsDelivered() throws Exception {
        assertRefused("""
            {"customer": "c-1", "kind": "retail", "amount": 100, "currency": "EUR",
             "lines": [{"sku": "sku-1", "quantity": 1}]}\
            """, 400);
    }

    @Test
    void noOrderIsAnsweredNorToldOfBeforeItIsAsDurableAsThatPromises() throws Exception {
        subscribe(List.of(Filter.ALL));
        Event first = event(0);
        place(first);
        await().atMost(AT_MOST).until(() -> witness.acknowledged().contains(0));
        await().atMost(AT_MOST).until(() -> witness.keysOf(0).contains(first.key()));

        Event second = event(1);
        Runnable release = withhold();
        try {
            place(second);
            await().during(A_WHILE)
                    .atMost(AT_MOST)
                    .until(() -> !witness.isAnswered(1) && !witness.keysOf(0).contains(second.key()));
        } finally {
            release.run();
        }

        await().atMost(AT_MOST).until(() -> witness.acknowledged().contains(1));
        await().atMost(AT_MOST).until(() -> witness.keysOf(0).contains(second.key()));
    }

    /** What is no JSON is refused with that status and told to nobody, and the next one is delivered. */
    final void assertAMalformedOrderIsRefused(int status) throws IOException, InterruptedException {
        assertRefused("{\"customer\":", status);
    }

    private void assertRefused(String json, int status) throws IOException, InterruptedException {
        subscribe(List.of(Filter.ALL));
        Event good = event(1);
        Event bad = new Event(0, key(0), good.region(), good.kind(), good.amount(), 0, json);

        place(bad);
        place(good);

        await().atMost(AT_MOST).until(() -> witness.keysOf(0).contains(good.key()));
        await().atMost(AT_MOST).until(() -> witness.refusals().containsKey(0));
        assertThat(witness.refusals())
                .extractingByKey(0)
                .extracting(Witness.Refusal::status)
                .isEqualTo(status);
        assertThat(witness.keysOf(0)).doesNotContain(bad.key());
    }

    /** Attaches a subscriber for each filter, numbered in that order, and waits until all of them are told so. */
    void subscribe(List<Filter> filters) throws IOException, InterruptedException {
        attach(filters.stream().map(Interest.Matching::new).toList());
    }

    /** Attaches a subscriber for each interest, numbered in that order, and waits until all of them are told so. */
    void attach(List<? extends Interest> interests) throws IOException, InterruptedException {
        for (int i = 0; i < interests.size(); i++) {
            driver().attach(i, interests.get(i));
        }
        await().atMost(AT_MOST).until(() -> witness.subscribed() == interests.size());
    }

    List<Event> place(int count) {
        List<Event> events = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            Event event = event(number);
            place(event);
            events.add(event);
        }
        return events;
    }

    void place(Event event) {
        var _ = send(event, route().workload());
    }

    /** Sends the event as one of that workload, due at once; the epoch nanoseconds of that. */
    long send(Event event, Workload workload) {
        long now = clock.nanos();
        driver().send(
                        event,
                        Trail.parse(workload.word() + ";" + Stamp.INTENDED.word() + "=" + now + ";" + Stamp.SENT.word()
                                + "=" + now));
        return now;
    }

    /** Waits until each subscriber has what its filter, the one of that place in the list, lets pass, and nothing else. */
    void assertDelivered(List<Event> events) {
        List<Set<String>> expected = FILTERS.stream()
                .limit(witness.subscribed())
                .map(filter -> events.stream()
                        .filter(event -> matches(filter, event))
                        .map(Event::key)
                        .collect(Collectors.toSet()))
                .toList();
        await().atMost(AT_MOST).untilAsserted(() -> assertThat(delivered()).isEqualTo(expected));
        await().atMost(AT_MOST).until(() -> witness.acknowledged().size() >= events.size());
    }

    /** The keys of what each subscriber has. */
    private List<Set<String>> delivered() {
        return IntStream.range(0, witness.subscribed())
                .mapToObj(subscriber -> Set.copyOf(witness.keysOf(subscriber)))
                .toList();
    }

    /** Each event was acknowledged once, and nothing went wrong. */
    void assertNoTrouble() {
        assertThat(witness.acknowledged()).doesNotHaveDuplicates();
        assertThat(witness.refusals()).isEmpty();
        assertThat(witness.troubles()).isEmpty();
    }

    /** The trail has every stamp of the route but the last, which is the load generator's. */
    static void assertCarried(String trail, Route route) {
        assertThat(Trail.parse(trail).stamps())
                .isEqualTo(route.stamps().stream()
                        .filter(stamp -> stamp != Stamp.DELIVERED)
                        .sorted()
                        .toList());
    }

    private static boolean matches(Filter filter, Event event) {
        return filter.matches(event.region(), event.kind(), event.amount());
    }

    Event event(int number) {
        SplittableRandom random = new SplittableRandom(number);
        OrderDraft draft = new OrderDraft(
                "c-" + number,
                REGIONS.get(random.nextInt(REGIONS.size())),
                KINDS.get(random.nextInt(KINDS.size())),
                random.nextLong(1, 1_001),
                "EUR",
                List.of(new OrderLine("sku-" + number, 1 + random.nextInt(5))));
        return new Event(
                number, key(number), draft.region(), draft.kind(), draft.amount(), 0, mapper.writeValueAsString(draft));
    }

    Driver driver() {
        return Objects.requireNonNull(opened, "JUnit opens the driver before each test");
    }

    String key(int number) {
        return run + "-" + number;
    }
}
