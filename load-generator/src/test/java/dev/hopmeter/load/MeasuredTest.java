package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hopmeter.contract.Stamp;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MeasuredTest {

    private static final long DEADLINE = 10_000_000_000L;
    private static final long INJECTED = 20_000_000L;

    @Test
    void theHopsOfAllEventsAddUpToTheTotalExactly() {
        Measured measured = Measured.of(random(3_000, -1), DEADLINE);
        long hops = measured.hops().stream().mapToLong(Series::sum).sum();
        assertThat(hops).isEqualTo(measured.total().sum()).isPositive();
        assertThat(measured.total().count()).isEqualTo(3_000);
        long[] means =
                Shares.means(measured.hops().stream().mapToLong(Series::sum).toArray(), 3_000);
        assertThat(LongStream.of(means).sum())
                .isEqualTo(Shares.mean(measured.total().sum(), 3_000));
    }

    @Test
    void totalFromSendIsTheTotalWithoutTheSlip() {
        Measured measured = Measured.of(random(100, -1), DEADLINE);
        assertThat(measured.totalFromSend().sum())
                .isEqualTo(measured.total().sum() - measured.hops().getFirst().sum());
    }

    @Test
    void twentyMillisecondsInjectedIntoOneHopAreFoundThereAndOnlyThere() {
        Measured plain = Measured.of(random(2_000, -1), DEADLINE);
        for (int injected = 0; injected < Rows.HOPS; injected++) {
            Measured measured = Measured.of(random(2_000, injected), DEADLINE);
            for (int hop = 0; hop < Rows.HOPS; hop++) {
                long more =
                        measured.hops().get(hop).sum() - plain.hops().get(hop).sum();
                assertThat(more).as("hop %d", hop).isEqualTo(hop == injected ? 2_000 * INJECTED : 0);
                long least = measured.hops().get(hop).least().orElseThrow();
                assertThat(least >= INJECTED).isEqualTo(hop == injected);
            }
            assertThat(measured.total().sum() - plain.total().sum()).isEqualTo(2_000 * INJECTED);
        }
    }

    @Test
    void theP99BandNamesTheHopThatOwnsTheTailAndItsSharesAddUpToOne() {
        Rows rows = new Rows(2_000);
        SplittableRandom random = new SplittableRandom(5);
        int slow = Rows.hopEndingAt(Stamp.TAKEN);
        for (int i = 0; i < 2_000; i++) {
            long[] lengths = Rows.randomLengths(random);
            if (i % 50 == 0) {
                lengths[slow] += 500_000_000L + i;
            }
            rows.deliver(i, lengths);
        }
        Measured measured = Measured.of(rows.ledger(), DEADLINE);
        Measured.Band band = measured.band().orElseThrow();
        assertThat(IntStream.range(0, Rows.HOPS).mapToDouble(band::share).sum()).isCloseTo(1, within(1e-12));
        assertThat(LongStream.of(band.hopSums()).sum()).isEqualTo(band.totalSum());
        assertThat(band.count()).isEqualTo(21);
        assertThat(band.share(slow)).isGreaterThan(0.95);
        double shareOfMean =
                (double) measured.hops().get(slow).sum() / measured.total().sum();
        assertThat(shareOfMean).isLessThan(0.7);
    }

    @Test
    void thereIsNoP99BandBelowAThousandEvents() {
        assertThat(Measured.of(random(999, -1), DEADLINE).band()).isEmpty();
        assertThat(Measured.of(random(1_000, -1), DEADLINE).band()).isPresent();
    }

    @Test
    void aLostEventCountsInTheQuantilesAsLaterThanTheDeadlineAndInNoMean() {
        Rows rows = new Rows(1_000);
        for (int i = 0; i < 1_000; i++) {
            if (i % 50 == 0) {
                rows.send(i, 10);
            } else {
                rows.deliver(i, lengths(1_000));
            }
        }
        Measured measured = Measured.of(rows.ledger(), DEADLINE);
        assertThat(measured.total().count()).isEqualTo(980);
        assertThat(measured.total().sum()).isEqualTo(980L * 1_000 * Rows.HOPS);
        assertThat(measured.total().quantile(0.99)).hasValue(DEADLINE);
        assertThat(measured.total().bounded(0.99)).isTrue();
        assertThat(measured.counts().lost()).isEqualTo(20);
        assertThat(measured.counts().delivered()).isEqualTo(980);
    }

    @Test
    void aLateEventCountsWithItsOwnLength() {
        Rows rows = new Rows(2);
        rows.deliver(0, lengths(1_000));
        rows.deliver(1, lengths(DEADLINE));
        Measured measured = Measured.of(rows.ledger(), DEADLINE);
        assertThat(measured.counts().late()).isEqualTo(1);
        assertThat(measured.total().most()).hasValue(DEADLINE * Rows.HOPS);
    }

    @Test
    void aNegativeHopIsCountedAndKeepsItsSign() {
        Rows rows = new Rows(1);
        long[] lengths = lengths(1_000);
        lengths[4] = -700;
        rows.deliver(0, lengths);
        Measured measured = Measured.of(rows.ledger(), DEADLINE);
        assertThat(measured.counts().negative()).isEqualTo(1);
        assertThat(measured.hops().get(4).sum()).isEqualTo(-700);
        assertThat(measured.hops().get(4).quantile(0.5)).hasValue(-700);
        assertThat(measured.total().sum()).isEqualTo(1_000L * (Rows.HOPS - 1) - 700);
    }

    @Test
    void aSecondArrivalIsADuplicateAndDoesNotChangeTheFirst() {
        Rows rows = new Rows(1);
        rows.deliver(0, lengths(1_000));
        rows.arrive(0, lengths(9_000));
        Measured measured = Measured.of(rows.ledger(), DEADLINE);
        assertThat(measured.counts().duplicate()).isEqualTo(1);
        assertThat(measured.counts().delivered()).isEqualTo(1);
        assertThat(measured.total().sum()).isEqualTo(1_000L * Rows.HOPS);
    }

    @Test
    void anEventThatArrivesAfterALaterOneIsReordered() {
        Rows rows = new Rows(3);
        for (int i = 0; i < 3; i++) {
            rows.send(i, 1_000);
        }
        rows.arrive(1, lengths(1_000));
        rows.arrive(0, lengths(1_000));
        rows.arrive(2, lengths(1_000));
        assertThat(Measured.of(rows.ledger(), DEADLINE).counts().reordered()).isEqualTo(1);
    }

    @Test
    void anEventWithoutAStampOfItsRouteIsIncompleteAndInNoHop() {
        Rows rows = new Rows(2);
        rows.deliver(0, lengths(1_000));
        rows.send(1, 1_000);
        rows.arrive(1, 1_000, 1_000);
        Measured measured = Measured.of(rows.ledger(), DEADLINE);
        assertThat(measured.counts().incomplete()).isEqualTo(1);
        assertThat(measured.hops().get(1).count()).isEqualTo(1);
        assertThat(measured.total().count()).isEqualTo(1);
    }

    private static Ledger random(int count, int injected) {
        Rows rows = new Rows(count);
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < count; i++) {
            long[] lengths = Rows.randomLengths(random);
            if (injected >= 0) {
                lengths[injected] += INJECTED;
            }
            rows.deliver(i, lengths);
        }
        return rows.ledger();
    }

    private static long[] lengths(long each) {
        return LongStream.generate(() -> each).limit(Rows.HOPS).toArray();
    }
}
