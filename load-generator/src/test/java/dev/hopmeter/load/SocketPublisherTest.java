package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class SocketPublisherTest {

    private static final String PATH = "/publish/events";

    private final NotifierDouble service = new NotifierDouble();
    private final EventMix events = new EventMix("run", 1, false);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private SocketPublisher publisher;

    SocketPublisherTest() throws IOException {}

    @BeforeEach
    void connect() throws Exception {
        publisher = SocketPublisher.to(service.address().resolve(PATH), SocketPublisher.Settings.USUAL);
    }

    @AfterEach
    void close() throws IOException {
        publisher.close();
        service.close();
    }

    @Test
    void anEventGoesWithItsTrailAndItsTimeAndIsAcknowledgedWithItsFrame() throws Exception {
        send(0);

        JsonNode frame = read();
        assertThat(frame).hasSize(1);
        assertThat(frame.at("/0/trail").asString()).isEqualTo("ingest;intended=1000000;sent=2000000");
        assertThat(frame.at("/0/at").asLong()).isEqualTo(2);
        assertThat(frame.at("/0/message/id").asString()).isEqualTo("run-0");
        assertThat(told).isEmpty();
        service.send(PATH, "{\"accepted\":1}");
        await().untilAsserted(() -> assertThat(told).containsExactly("0 acknowledged"));
    }

    @Test
    void whatIsDueWhileManyFramesAreUnderWayGoesTogetherAndInOrder() throws Exception {
        int count = 20_000;
        for (int number = 0; number < count; number++) {
            send(number);
        }

        List<String> ids = new ArrayList<>();
        Deque<Integer> unanswered = new ArrayDeque<>();
        while (ids.size() < count) {
            if (unanswered.size() == SocketPublisher.MOST_FRAMES) {
                service.send(PATH, "{\"accepted\":" + unanswered.remove() + "}");
            }
            JsonNode frame = read();
            assertThat(frame.size()).isLessThanOrEqualTo(SocketPublisher.MOST_IN_A_FRAME);
            frame.forEach(entry -> ids.add(entry.at("/message/id").asString()));
            unanswered.add(frame.size());
        }
        assertThat(ids)
                .isEqualTo(IntStream.range(0, count)
                        .mapToObj(number -> "run-" + number)
                        .toList());
    }

    @Test
    void whatComesWhileAFrameLingersGoesWithIt() throws Exception {
        publisher.close();
        publisher = lingering("200");
        for (int number = 0; number < 3; number++) {
            send(number);
        }

        assertThat(read()).hasSize(3);
        send(3);
        assertThat(read()).hasSize(1);
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aFullFrameDoesNotLinger() throws Exception {
        publisher.close();
        publisher =
                SocketPublisher.to(service.address().resolve(PATH), new SocketPublisher.Settings(Duration.ofHours(1)));
        for (int number = 0; number <= SocketPublisher.MOST_IN_A_FRAME; number++) {
            send(number);
        }

        assertThat(read()).hasSizeBetween(2, SocketPublisher.MOST_IN_A_FRAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "5ms", "10001", "1.5"})
    void aLingerThatIsNoneIsRefused(String linger) {
        assertThatThrownBy(() -> SocketPublisher.Settings.of(Map.of("linger.ms", linger)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("publisher.linger.ms")
                .hasMessageContaining("'" + linger + "'");
    }

    @Test
    void aSettingThatItDoesNotKnowIsSaid() {
        PartSettings told = SocketPublisher.Settings.told(Map.of("linger.ms", "5", "acks", "1"));

        assertThat(told.unknown()).containsExactly("acks");
        assertThat(told.settings().get("linger.ms")).isEqualTo(new PartSettings.Setting("5", "0", true, ""));
    }

    private SocketPublisher lingering(String millis) throws Exception {
        return SocketPublisher.to(
                service.address().resolve(PATH), SocketPublisher.Settings.of(Map.of("linger.ms", millis)));
    }

    @Test
    void aFrameIsRefusedWithAllOfItsEvents() throws Exception {
        send(0);
        service.send(PATH, "{\"refused\":{\"status\":400,\"title\":\"no\"}}");

        await().untilAsserted(
                        () -> assertThat(told).containsExactly("0 refused 400 {\"status\":400,\"title\":\"no\"}"));
    }

    @Test
    void anAnswerThatDoesNotCountTheFrameIsNoAcknowledgement() throws Exception {
        send(0);
        service.send(PATH, "{\"accepted\":2}");

        await().untilAsserted(() -> assertThat(told).singleElement().asString().startsWith("0 failed"));
    }

    @Test
    void whatHasNoAnswerWhenTheConnectionEndsHasFailedAndTheNextGoesOverAnother() throws Exception {
        send(0);
        assertThat(read()).hasSize(1);
        service.refuseNext(1);
        service.drop(PATH);
        await().untilAsserted(() -> assertThat(told).singleElement().asString().startsWith("0 failed"));

        send(1);
        await().until(() -> service.requests().size() == 3);
        assertThat(read().at("/0/message/id").asString()).isEqualTo("run-1");
        service.send(PATH, "{\"accepted\":1}");
        await().untilAsserted(() -> assertThat(told).last().isEqualTo("1 acknowledged"));
    }

    @Test
    void whatHasNoAnswerAtTheCloseHasFailed() {
        send(0);
        publisher.close();
        send(1);

        assertThat(told).hasSize(2).allSatisfy(each -> assertThat(each).contains("failed"));
    }

    @Test
    void aServiceThatRefusesOrIsNotThereIsNamed() throws IOException {
        assertThatThrownBy(() ->
                        SocketPublisher.to(service.address().resolve("/refuse-me"), SocketPublisher.Settings.USUAL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered 409");
    }

    private JsonNode read() throws IOException {
        return JsonMapper.builder().build().readTree(service.read(PATH));
    }

    private void send(int number) {
        Trail trail = Trail.of(Workload.INGEST).with(Stamp.INTENDED, 1_000_000).with(Stamp.SENT, 2_000_000);
        publisher.send(events.event(number), trail, new Publisher.Outcome() {
            @Override
            public void acknowledged() {
                told.add(number + " acknowledged");
            }

            @Override
            public void refused(int status, String problem) {
                told.add(number + " refused " + status + " " + problem);
            }

            @Override
            public void failed(String why) {
                told.add(number + " failed " + why);
            }
        });
    }
}
