package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.EpochClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
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
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> published.size() >= 220);
        flow.stop();
        flow.join();

        assertThat(published.subList(0, 20)).extracting(Event::windowKey).containsExactlyElementsOf(events.keys());
        assertThat(published).extracting(Event::number).isSorted().doesNotHaveDuplicates();
        assertThat(flow.publishedPerSecond()).isBetween(20.0, 1_100.0);
        assertThat(faults.findings()).isEmpty();
    }

    @Test
    void aFlowThatStarvesInTheMeasurementAloneSpeaksAgainstTheTrial() throws InterruptedException {
        assertThat(flowedAt(100).against()).isFalse();
        assertThat(flowedAt(98).against()).isFalse();

        Finding starved = flowedAt(96);
        assertThat(starved.against()).isTrue();
        assertThat(starved.figures().get("publishedPerSecond"))
                .asInstanceOf(InstanceOfAssertFactories.DOUBLE)
                .isBetween(95.8, 96.2);
        assertThat(starved.text()).contains("a second of 100.0 that were planned");
    }

    /** Planned are 100 a second; so many flow in the ten seconds that are measured, after ten seconds at the full rate. */
    private Finding flowedAt(double measuredPerSecond) throws InterruptedException {
        TestClock clock = new TestClock(1_000_000_000L);
        AtomicReference<EventFlow> flowing = new AtomicReference<>();
        EventFlow flow = new EventFlow(
                clock,
                events,
                100,
                (event, due) -> {
                    boolean measured = event.number() > 1_000;
                    clock.advance(Math.round(1e9 / (measured ? measuredPerSecond : 100)));
                    if (event.number() == 1_000) {
                        flowing.get().measureFromNow();
                    } else if (event.number() == 1_000 + Math.round(10 * measuredPerSecond)) {
                        flowing.get().stop();
                    }
                },
                faults);
        flowing.set(flow);
        flow.start();
        flow.join();
        return flow.finding(2_000, 0);
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
