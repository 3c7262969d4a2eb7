package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpSlicesTest {

    private static final long DEADLINE = 1_000_000;

    private final OrderMix mix = new OrderMix("run", 1, 8);
    private final WarmUpSlices slices = new WarmUpSlices(10, mix);

    @Test
    void aSliceIsDoneOnceAllOfItHasArrivedAndThoseBeforeItAreDone() {
        slices.beginSlice(10);
        send(10, 0);
        send(11, 100);
        slices.beginSlice(12);
        send(12, 200);
        arrive(12, 200, 300);
        arrive(10, 0, 500);
        assertThat(slices.done(300, DEADLINE)).isEmpty();
        arrive(11, 100, 400);
        assertThat(slices.done(400, DEADLINE))
                .extracting(done -> done.totals().getTotalCount())
                .containsExactly(2L, 1L);
        assertThat(slices.undelivered()).isZero();
    }

    @Test
    void aSliceThatMissesAnOrderAfterTheDeadlineShowsNothing() {
        slices.beginSlice(10);
        send(10, 0);
        send(11, 100);
        arrive(10, 0, 500);
        assertThat(slices.done(99 + DEADLINE, DEADLINE)).isEmpty();
        List<WarmUpSlices.Latencies> done = slices.done(100 + DEADLINE, DEADLINE);
        assertThat(done).hasSize(1);
        assertThat(done.getFirst().totals().getTotalCount()).isZero();
    }

    @Test
    void ordersBeforeTheFirstSliceAndThoseOfOtherSubscribersAreInNoSlice() {
        send(10, 0);
        arrive(10, 0, 500);
        slices.beginSlice(11);
        send(11, 0);
        slices.delivered(11, 3, trail(0, 100), 100);
        assertThat(slices.delivered()).isEqualTo(1);
        assertThat(slices.done(200, DEADLINE)).isEmpty();
    }

    @Test
    void theRestIsTheTotalWithoutTheLongestInterval() {
        slices.beginSlice(10);
        send(10, 0);
        slices.delivered(10, 0, trail(0, 1_000).with(Stamp.SENT, 10).with(Stamp.COMMITTED, 700), 1_000);
        List<WarmUpSlices.Latencies> done = slices.done(1_000, DEADLINE);
        assertThat(done).hasSize(1);
        assertThat(done.getFirst().totals().getMaxValue()).isEqualTo(1_000);
        assertThat(done.getFirst().rests().getMaxValue()).isEqualTo(310);
    }

    @Test
    void placementsWithoutSuccessAreCounted() {
        slices.answered(10, new Answer.Acknowledged(), 1);
        slices.answered(11, new Answer.Refused(503), 1);
        slices.answered(12, new Answer.Unanswered("gone"), 1);
        assertThat(slices.failed()).isEqualTo(2);
    }

    private void send(int number, long at) {
        slices.sent(mix.event(number), at, at);
    }

    private void arrive(int number, long intended, long at) {
        slices.delivered(number, 0, trail(intended, at), at);
    }

    private static Trail trail(long intended, long delivered) {
        return Trail.of(Workload.JOURNEY).with(Stamp.INTENDED, intended).with(Stamp.DELIVERED, delivered);
    }
}
