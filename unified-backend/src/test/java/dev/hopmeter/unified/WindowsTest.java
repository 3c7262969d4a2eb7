package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.windows.InstanceAddress;
import dev.hopmeter.spring.windows.KeyOwner;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.UpdateQueue;
import dev.hopmeter.spring.windows.Watcher;
import dev.hopmeter.spring.windows.Watchers;
import dev.hopmeter.spring.windows.WindowAnswer;
import dev.hopmeter.spring.windows.WindowLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.junit.jupiter.api.Test;

class WindowsTest {

    private static final WindowKey KEY = new WindowKey("eu-west", "retail");
    private static final Duration HOUR = Duration.ofHours(1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Stamps stamps = new Stamps(() -> 7, registry, Backend.UNIFIED);
    private final Watchers watchers = new Watchers(
            new WindowLimits(EnumSet.allOf(Source.class), 10, Duration.ZERO, 10, 10, HOUR, HOUR, HOUR, List.of()),
            "test",
            registry);
    private final Map<Integer, InstanceAddress> owners = new HashMap<>();
    private final Windows windows = restored(new Windows.Checkpoint(0, Map.of(), List.of()));

    @Test
    void eventsAreSummedInTheWindowsOfBothSizes() {
        add(10, event(5, 1, 9_999), event(6, 2, 10_000));

        assertThat(totals(WindowSize.TEN_SECONDS))
                .containsExactly(
                        Map.entry(0L, new WindowTotal(1, 5, 1, 9_999)),
                        Map.entry(10_000L, new WindowTotal(1, 6, 2, 10_000)));
        assertThat(totals(WindowSize.ONE_MINUTE)).containsExactly(Map.entry(0L, new WindowTotal(2, 11, 2, 10_000)));
    }

    @Test
    void aWindowPastItsGraceIsClosed() {
        add(10, event(5, 1, 0), event(6, 2, Duration.ofMinutes(60).toMillis()), event(7, 3, 59_999));

        assertThat(totals(WindowSize.TEN_SECONDS)).doesNotContainKey(50_000L);
        assertThat(registry.counter("hopmeter.windows.late", "size", "10s", "source", "events")
                        .count())
                .isEqualTo(1);
        assertThat(registry.counter("hopmeter.windows.late", "size", "1m", "source", "events")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aCheckpointHasWhatChangedSinceTheOneBeforeAndARestartResumesWithIt() {
        add(10, event(5, 1, 0), event(6, 2, 10_000));
        Windows.Checkpoint first = windows.checkpoint();
        add(20, event(7, 3, 10_001));

        Windows.Checkpoint second = windows.checkpoint();

        assertThat(first.position()).isEqualTo(10);
        assertThat(first.changed()).hasSize(3);
        assertThat(second.position()).isEqualTo(20);
        assertThat(second.timesMillis()).containsEntry(Source.EVENTS, 10_001L);
        assertThat(second.changed()).extracting(Windows.Row::startMillis).containsExactlyInAnyOrder(10_000L, 0L);
        Windows again = restored(new Windows.Checkpoint(
                20,
                second.timesMillis(),
                List.of(
                        new Windows.Row(
                                Source.EVENTS, WindowSize.TEN_SECONDS, KEY.text(), 0, new WindowTotal(1, 5, 1, 0)),
                        second.changed().getFirst(),
                        second.changed().getLast())));
        assertThat(totals(again, WindowSize.TEN_SECONDS)).isEqualTo(totals(WindowSize.TEN_SECONDS));
        assertThat(totals(again, WindowSize.ONE_MINUTE)).isEqualTo(totals(WindowSize.ONE_MINUTE));

        add(again, 20, event(7, 3, 10_001));
        assertThat(totals(again, WindowSize.TEN_SECONDS)).isEqualTo(totals(WindowSize.TEN_SECONDS));
        add(again, 30, event(1, 4, 10_002));
        assertThat(totals(again, WindowSize.TEN_SECONDS)).containsEntry(10_000L, new WindowTotal(3, 14, 4, 10_002));
    }

    @Test
    void aCheckpointThatWasNotWrittenIsTakenAgain() {
        add(10, event(5, 1, 0));
        Windows.Checkpoint failed = windows.checkpoint();
        assertThat(windows.checkpoint().changed()).isEmpty();

        windows.giveBack(failed);

        assertThat(windows.checkpoint().changed()).isEqualTo(failed.changed());
    }

    @Test
    void whatWouldOverflowASumIsCountedAndTheRestGoesOn() {
        add(10, event(Long.MAX_VALUE, 1, 0), event(1, 2, 0), event(1, 3, 10_000));

        assertThat(totals(WindowSize.TEN_SECONDS))
                .containsExactly(
                        Map.entry(0L, new WindowTotal(1, Long.MAX_VALUE, 1, 0)),
                        Map.entry(10_000L, new WindowTotal(1, 1, 3, 10_000)));
        assertThat(registry.counter("hopmeter.windows.overflowing").count()).isEqualTo(3);
    }

    @Test
    void windowsThatLackAPartOfATransactionAreNoCheckpoint() {
        windows.begin(10);
        windows.end(10, false);

        assertThatThrownBy(windows::checkpoint).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void windowsPastTheirRetentionAreForgotten() {
        add(10, event(5, 1, 0), event(6, 2, HOUR.toMillis() + 10_000));

        assertThat(windows.expire()).containsEntry(Source.EVENTS, 10_000L);

        assertThat(totals(WindowSize.TEN_SECONDS)).containsOnlyKeys(HOUR.toMillis() + 10_000);
    }

    @Test
    void whoWatchesAKeyIsToldEachEventOfIt() throws Exception {
        Watcher watcher = watchers.admit(WindowSize.TEN_SECONDS, KEY, 0).orElseThrow();

        add(10, event(5, 1, 0));

        UpdateQueue.Update update = watcher.queue().take(Duration.ofSeconds(20));
        assertThat(update).isNotNull();
        assertThat(update.total()).isEqualTo(new WindowTotal(1, 5, 1, 0));
        assertThat(update.events())
                .containsExactly(
                        new UpdateQueue.Told("e-1", Trail.of(Workload.FRESHNESS).with(Stamp.SUMMED, 7)));
    }

    @Test
    void beforeItIsRestoredNobodyKnowsTheOwner() {
        Windows fresh = new Windows(HOUR, Duration.ofMinutes(59), owners::get, watchers, stamps, registry);

        assertThat(fresh.owner(Source.EVENTS, WindowSize.ONE_MINUTE, KEY)).isInstanceOf(KeyOwner.Unknown.class);
        assertThat(windows.owner(Source.EVENTS, WindowSize.ONE_MINUTE, KEY)).isInstanceOf(KeyOwner.Here.class);
    }

    @Test
    void aKeyOfAnotherInstanceIsSummedHereTooAndAskedForThere() {
        int partition = Members.partition(KEY.text());
        InstanceAddress other = new InstanceAddress("127.0.0.1", 7);
        assertThat(windows.owner(Source.EVENTS, WindowSize.ONE_MINUTE, KEY)).isEqualTo(new KeyOwner.Here(partition));
        assertThat(windows.sums(Source.EVENTS, partition)).isTrue();

        owners.put(partition, other);
        add(10, event(5, 1, 0));

        assertThat(windows.owner(Source.EVENTS, WindowSize.ONE_MINUTE, KEY)).isEqualTo(new KeyOwner.Elsewhere(other));
        assertThat(windows.sums(Source.EVENTS, partition)).isFalse();
        assertThat(totals(WindowSize.ONE_MINUTE)).hasSize(1);
    }

    private Windows restored(Windows.Checkpoint checkpoint) {
        Windows fresh = new Windows(HOUR, Duration.ofMinutes(59), owners::get, watchers, stamps, registry);
        fresh.restore(checkpoint);
        return fresh;
    }

    private static Entry.Counted event(long amount, long sequence, long millis) {
        return new Entry.Counted(
                KEY.text(),
                KEY.region(),
                KEY.kind(),
                amount,
                Trail.of(Workload.FRESHNESS),
                "e-" + sequence,
                sequence,
                millis);
    }

    private void add(long end, Entry.Counted... events) {
        add(windows, end, events);
    }

    private static void add(Windows to, long end, Entry.Counted... events) {
        to.begin(end);
        for (Entry.Counted event : events) {
            to.add(
                    Source.EVENTS,
                    event.key(),
                    event.amount(),
                    event.sequence(),
                    event.millis(),
                    event.id(),
                    event.trail());
        }
        to.end(end, true);
    }

    private NavigableMap<Long, WindowTotal> totals(WindowSize size) {
        return totals(windows, size);
    }

    private static NavigableMap<Long, WindowTotal> totals(Windows of, WindowSize size) {
        WindowAnswer answer =
                of.windows(Source.EVENTS, size, 0, KEY, Instant.EPOCH, Instant.parse("9999-12-31T23:59:59Z"));
        return ((WindowAnswer.Found) answer).totals();
    }
}
