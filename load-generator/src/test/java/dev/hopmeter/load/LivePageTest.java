package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LivePageTest {

    private static final EpochClock CLOCK = EpochClock.system();

    private final HttpClient client = HttpClient.newHttpClient();
    private final StringWriter told = new StringWriter();
    private LivePage page;
    private PageView view;
    private LoadSwitch loads;

    @BeforeEach
    void serve() throws IOException {
        page = LivePage.serve(CLOCK, 0);
        view = new PageView(CLOCK, page::watched, plan -> "ruler");
        page.show(view);
        loads = new LoadSwitch(
                CLOCK,
                new PrintWriter(told, true),
                Map.of(Backend.IN_MEMORY, (plan, id) -> Work.of(InMemoryDriver.of(CLOCK, plan, id))),
                List.of(new LoadSwitch.Offer(
                        "in-memory", "ruler", LoadSwitch.workloads(Backend.IN_MEMORY, Optional.empty()))),
                view);
        page.switches(loads);
    }

    @AfterEach
    void close() {
        loads.close();
        page.close();
        client.close();
    }

    @Test
    void theHopsOfEachWaterfallAddUpToItsTotalWhileALoadRuns() throws Exception {
        assertThat(put("{\"backend\":\"in-memory\",\"workload\":\"journey\",\"rate\":200}")
                        .statusCode())
                .isEqualTo(204);

        JsonNode state = seen(each -> each.has("mean") && each.get("n").asLong() > 100);

        assertThat(state.get("running").asBoolean()).isTrue();
        assertThat(state.get("hops").valueStream().map(JsonNode::asString))
                .containsExactly("intended-sent", "sent-delivered");
        for (String which : List.of("mean", "slowest")) {
            JsonNode bar = state.get(which);
            assertThat(bar.get("hops")
                            .valueStream()
                            .mapToDouble(JsonNode::asDouble)
                            .sum())
                    .isCloseTo(bar.get("total").asDouble(), within(1.0));
        }
        assertThat(state.at("/chosen/workload").asString()).isEqualTo("journey");
    }

    @Test
    void anotherLoadTakesThePlaceOfTheFirstAndNoneEndsIt() throws Exception {
        put("{\"backend\":\"in-memory\",\"workload\":\"journey\",\"rate\":100}");
        seen(each -> each.path("workload").asString("").equals("journey"));
        put("{\"backend\":\"in-memory\",\"workload\":\"fan-out\",\"rate\":50}");
        JsonNode state = seen(each -> each.path("workload").asString("").equals("fan-out"));
        assertThat(state.get("rate").asDouble()).isEqualTo(50);

        HttpResponse<String> answer = client.send(request("load").DELETE().build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(loads.chosen()).isEmpty();
        assertThat(seen(each -> !each.get("running").asBoolean()).has("chosen")).isFalse();
    }

    @Test
    void whatHasBecomeOfALoadIsNotToldOfTheNext() {
        TrialPlan first = plan(Backend.IN_MEMORY, Workload.FRESHNESS, 100);
        List<TrialPlan> others = List.of(
                plan(Backend.UNIFIED, Workload.FRESHNESS, 100),
                plan(Backend.IN_MEMORY, Workload.FAN_OUT, 100),
                plan(Backend.IN_MEMORY, Workload.FRESHNESS, 50));
        for (TrialPlan other : others) {
            view.began(first);
            view.ended(MadeUp.trial(first, event -> 1_000_000), List.of("it was slow"));
            view.began(first);
            view.broke("it is gone");
            view.began(first);
            assertThat(ended().path("trials").asInt()).isEqualTo(2);
            assertThat(ended().path("sent").asInt()).isEqualTo(1_000);
            assertThat(ended().at("/why/0").asString()).isEqualTo("it is gone");

            view.began(other);
            assertThat(ended()).as("%s", other).isEmpty();
        }
    }

    @Test
    void theBarsBeginAnewAtAnotherRateAndSayHowFarBackTheyGo() {
        TestClock clock = new TestClock(0);
        PageView shown = new PageView(clock, () -> true, plan -> "ruler");
        shown.began(plan(Backend.IN_MEMORY, Workload.JOURNEY, 100));
        shown.arrived(MadeUp.trail(Backend.IN_MEMORY, Workload.JOURNEY, 5_000));
        clock.advance(9_000_000_000L);
        shown.began(plan(Backend.IN_MEMORY, Workload.JOURNEY, 100));
        shown.arrived(MadeUp.trail(Backend.IN_MEMORY, Workload.JOURNEY, 7_000));
        JsonNode both = JsonMapper.shared().valueToTree(shown.look());
        assertThat(both.at("/mean/events").asInt()).isEqualTo(2);
        assertThat(both.path("held").asLong()).isCloseTo(9_000_000_000L, within(100L));
        assertThat(both.path("lately").asLong()).isEqualTo(both.path("held").asLong());

        shown.began(plan(Backend.IN_MEMORY, Workload.JOURNEY, 50));
        assertThat(JsonMapper.shared().<JsonNode>valueToTree(shown.look()).has("mean"))
                .isFalse();
        shown.arrived(MadeUp.trail(Backend.IN_MEMORY, Workload.JOURNEY, 900));
        JsonNode state = JsonMapper.shared().valueToTree(shown.look());
        assertThat(state.at("/mean/events").asInt()).isEqualTo(1);
        assertThat(state.at("/slowest/total").asLong()).isEqualTo(900);
        assertThat(state.path("held").asLong()).isLessThan(100);
    }

    @Test
    void whatBelongsBesideEveryFigureOfABackendIsInItsStatesAndNoOthers() {
        view.began(plan(Backend.HARPER, Workload.WRITE_NOTIFY, 100));
        assertThat(JsonMapper.shared().<JsonNode>valueToTree(view.look()).path("notes"))
                .extracting(JsonNode::asString)
                .containsExactly(HarperSite.LICENCE);

        view.began(plan(Backend.UNIFIED, Workload.WRITE_NOTIFY, 100));
        assertThat(JsonMapper.shared().<JsonNode>valueToTree(view.look()).path("notes"))
                .isEmpty();
    }

    @Test
    void whoComesLaterIsNotToldWhatOthersWereToldBefore() throws Exception {
        List<JsonNode> first = states(2);
        await().until(() -> !page.watched());

        List<JsonNode> later = states(2);

        assertThat(Stream.concat(first.stream(), later.stream())
                        .map(state -> state.path("atMillis").asLong()))
                .isSorted();
    }

    @Test
    void aLoadThatIsNotThereIsRefusedInWordsAndTheOneThatRunsGoesOn() throws Exception {
        put("{\"backend\":\"in-memory\",\"workload\":\"journey\",\"rate\":100}");

        assertRefused(
                "{\"backend\":\"unified\",\"workload\":\"journey\",\"rate\":100}", "there is no stack of 'unified'");
        assertRefused("{\"backend\":\"in-memory\",\"workload\":\"sleep\",\"rate\":100}", "'sleep' cannot run here");
        assertRefused(
                "{\"backend\":\"in-memory\",\"workload\":\"journey\",\"rate\":-1}", "is 1 to 100000 a second, not -1");
        assertRefused("{\"backend\":\"in-memory\",\"workload\":\"journey\",\"rate\":\"fast\"}", "a number");
        assertRefused("{", "JSON object");
        assertRefused("\"" + "x".repeat(2_000) + "\"", "1024 bytes");

        assertThat(loads.chosen()).hasValue(new LoadSwitch.Choice("in-memory", "journey", 100));
    }

    @Test
    void aRequestOfAnotherSiteIsRefused() throws Exception {
        for (String[] header : new String[][] {
            {"Origin", "http://elsewhere.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}
        }) {
            HttpResponse<String> answer = client.send(
                    request("load")
                            .header(header[0], header[1])
                            .PUT(BodyPublishers.ofString(
                                    "{\"backend\":\"in-memory\",\"workload\":\"journey\",\"rate\":100}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(header[0]).isEqualTo(403);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        }
        assertThat(loads.chosen()).isEmpty();
        assertThat(client.send(request("secret").build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(404);
        assertThat(client.send(request("events").DELETE().build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void oneViewerTooManyIsRefusedAndAPlaceIsFreeAgainWhenOneLeaves() throws Exception {
        assertThat(page.watched()).isFalse();
        List<InputStream> viewers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            HttpResponse<InputStream> open = client.send(request("events").build(), BodyHandlers.ofInputStream());
            assertThat(open.statusCode()).isEqualTo(200);
            viewers.add(open.body());
        }
        assertThat(page.watched()).isTrue();
        assertThat(client.send(request("events").build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(503);
        for (InputStream viewer : viewers) {
            viewer.close();
        }
        await().until(() -> !page.watched());
    }

    @Test
    void whoLooksIsToldTheEnd() throws Exception {
        try (InputStream events = client.send(request("events").build(), BodyHandlers.ofInputStream())
                .body()) {
            page.end("the run has ended");
            List<String> lines = new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> line.startsWith("data: "))
                    .toList();
            assertThat(lines.getLast()).contains("\"over\":\"the run has ended\"");
        }
    }

    private static TrialPlan plan(Backend backend, Workload workload, double rate) {
        Duration each = Duration.ofSeconds(10);
        return SteadyLoad.plan(backend, workload, rate, each, each, each);
    }

    private JsonNode ended() {
        return JsonMapper.shared().valueToTree(view.look()).path("ended");
    }

    private void assertRefused(String load, String why) throws Exception {
        HttpResponse<String> answer = put(load);
        assertThat(answer.statusCode()).as(load).isEqualTo(400);
        assertThat(JsonMapper.shared().readTree(answer.body()).get("detail").asString())
                .contains(why);
    }

    private HttpResponse<String> put(String load) throws Exception {
        return client.send(request("load").PUT(BodyPublishers.ofString(load)).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(page.address().resolve(path)).timeout(Duration.ofSeconds(30));
    }

    /** The first state of that kind. */
    private JsonNode seen(Predicate<JsonNode> wanted) throws Exception {
        return states(all -> all.filter(wanted).findFirst().orElseThrow());
    }

    /** The first that somebody is told who connects now. */
    private List<JsonNode> states(int most) throws Exception {
        return states(all -> all.limit(most).toList());
    }

    private <T> T states(Function<Stream<JsonNode>, T> taken) throws Exception {
        try (InputStream events = client.send(request("events").build(), BodyHandlers.ofInputStream())
                        .body();
                BufferedReader lines = new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8))) {
            return taken.apply(lines.lines()
                    .filter(line -> line.startsWith("data: "))
                    .map(line -> JsonMapper.shared().readTree(line.substring("data: ".length()))));
        }
    }
}
