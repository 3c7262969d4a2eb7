package dev.hopmeter.spring.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.spring.windows.UpdateQueue.Told;
import dev.hopmeter.spring.windows.UpdateQueue.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UpdateQueueTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Trail TRAIL = Trail.of(Workload.FRESHNESS);

    private final UpdateQueue queue = new UpdateQueue(3);

    @Test
    void changesOfOneWindowAreTakenTogetherWithTheLatestTotalAndEveryEvent() throws Exception {
        offer(10, 1);
        offer(10, 2);
        offer(10, 3);

        assertThat(queue.take(LONG)).isEqualTo(new Update(10, total(3), told(1, 2, 3), 0));
        assertThat(queue.take(Duration.ofMillis(1))).isNull();
    }

    @Test
    void windowsComeOutInTheOrderInWhichTheyChangedFirst() throws Exception {
        offer(20, 1);
        offer(10, 2);
        offer(20, 3);

        assertThat(queue.take(LONG)).isEqualTo(new Update(20, total(3), told(1, 3), 0));
        assertThat(queue.take(LONG)).isEqualTo(new Update(10, total(2), told(2), 0));
    }

    @Test
    void anEventWithoutATrailChangesTheTotalAndIsNotTold() throws Exception {
        assertThat(queue.offer(10, total(1), "e-1", null)).isTrue();

        assertThat(queue.take(LONG)).isEqualTo(new Update(10, total(1), List.of(), 0));
    }

    @Test
    void eventsBeyondTheBoundAreInTheTotalsAndCountedAndThereIsRoomAgainAfterATake() throws Exception {
        for (int event = 1; event <= 3; event++) {
            assertThat(offer(10 * event, event)).isTrue();
        }
        assertThat(offer(10, 4)).isFalse();
        assertThat(offer(20, 5)).isFalse();
        assertThat(queue.offer(30, total(6), "e-6", null)).isTrue();

        assertThat(queue.take(LONG)).isEqualTo(new Update(10, total(4), told(1), 2));
        assertThat(offer(40, 7)).isTrue();
        assertThat(queue.take(LONG)).isEqualTo(new Update(20, total(5), told(2), 0));
        assertThat(queue.take(LONG)).isEqualTo(new Update(30, total(6), told(3), 0));
        assertThat(queue.take(LONG)).isEqualTo(new Update(40, total(7), told(7), 0));
    }

    @Test
    void whoTakesWaitsUntilSomethingChanges() throws Exception {
        CompletableFuture<@Nullable Update> taken = startTaking();

        offer(10, 1);

        assertThat(taken.get(10, TimeUnit.SECONDS)).isEqualTo(new Update(10, total(1), told(1), 0));
    }

    @Test
    void closingEndsTheWaitAndTakesNothingMoreIn() throws Exception {
        CompletableFuture<@Nullable Update> taken = startTaking();

        queue.close();

        assertThat(taken.get(10, TimeUnit.SECONDS)).isNull();
        assertThat(offer(10, 1)).isTrue();
        assertThat(queue.take(LONG)).isNull();
        assertThat(queue.isDrained()).isTrue();
    }

    @Test
    void whatWaitsWhenItClosesIsStillTaken() throws Exception {
        offer(10, 1);
        offer(20, 2);
        queue.close();

        assertThat(queue.isDrained()).isFalse();
        assertThat(queue.take(LONG)).isEqualTo(new Update(10, total(1), told(1), 0));
        assertThat(queue.take(LONG)).isEqualTo(new Update(20, total(2), told(2), 0));
        assertThat(queue.isDrained()).isTrue();
    }

    private boolean offer(long start, int event) {
        return queue.offer(start, total(event), "e-" + event, TRAIL);
    }

    private CompletableFuture<@Nullable Update> startTaking() {
        CompletableFuture<@Nullable Update> taken = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                taken.complete(queue.take(LONG));
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        return taken;
    }

    private static WindowTotal total(int count) {
        return new WindowTotal(count, count, count, count);
    }

    private static List<Told> told(int... events) {
        List<Told> told = new ArrayList<>();
        for (int event : events) {
            told.add(new Told("e-" + event, TRAIL));
        }
        return told;
    }
}
