package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.EpochClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class EventFlowTest {

    private final EventMix events = new EventMix("run", 1, false);
    private final Faults faults = new Faults();
    private final List<Event> published = new CopyOnWriteArrayList<>();

    @Test
    void eachKeyHasAnEventAtOnceAndThenTheyFlowAtTheirRate() throws InterruptedException {
        EventFlow flow =
                new EventFlow(EpochClock.system(), events, 1_000, (event, due) -> published.add(event), faults);
        flow.start();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> published.size() >= 220);
        flow.stop();
        flow.join();

        assertThat(published.subList(0, 20)).extracting(Event::windowKey).containsExactlyElementsOf(events.keys());
        assertThat(published).extracting(Event::number).isSorted().doesNotHaveDuplicates();
        assertThat(flow.publishedPerSecond()).isBetween(20.0, 1_100.0);
        assertThat(faults.findings()).isEmpty();
    }

    @Test
    void aFlowThatDiesIsAFaultAndItsRateIsWhatWasPublished() throws InterruptedException {
        TestClock clock = new TestClock(1_000_000_000L);
        EventFlow flow = new EventFlow(
                clock,
                events,
                1_000_000,
                (event, due) -> {
                    if (event.number() == 30) {
                        throw new IllegalStateException("the producer is closed");
                    }
                    published.add(event);
                },
                faults);
        flow.start();
        flow.join();
        clock.advance(10_000_000_000L);
        flow.stop();

        assertThat(published).hasSize(30);
        assertThat(flow.publishedPerSecond()).isBetween(0.9, 1.0);
        assertThat(faults.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.against()).isTrue();
            assertThat(finding.text()).contains("the producer is closed");
        });
    }
}
