package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SteadinessTest {

    private static final int RATE = 1_000;
    private static final int EVENTS = 10 * RATE;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long START = 1_000 * SECOND;

    private final EventMix mix = new EventMix("run", 1, false);
    private final List<Event> events =
            IntStream.range(0, EVENTS).mapToObj(mix::event).toList();

    @Test
    void aConstantLatencyIsSteady() {
        Steadiness steadiness = busy(event -> 5 * MILLI);
        assertThat(steadiness.trouble()).isEmpty();
        assertThat(steadiness.text()).startsWith("steady");
        assertThat(Math.abs(steadiness.lagSlope())).isLessThan(1);
    }

    @Test
    void oneStallThatIsCaughtUpIsSteady() {
        assertThat(busy(event -> event > 4_000 && event < 4_050 ? 80 * MILLI : 5 * MILLI)
                        .trouble())
                .isEmpty();
        assertThat(busy(event -> 5 * MILLI + Math.max(0, 8_000 - event) * (event > 6_500 ? MILLI : 0))
                        .growth())
                .isEmpty();
    }

    @Test
    void whatFallsBehindALittleMoreEachSecondIsNotHeld() {
        Steadiness steadiness = busy(event -> 5 * MILLI + event * 3 * MILLI / 100);
        assertThat(steadiness.lagSlope()).isCloseTo(30, within(1.0));
        assertThat(steadiness.growth())
                .isEqualTo(steadiness.trouble())
                .hasValueSatisfying(why -> assertThat(why).contains("30.0 ms each second", "under way grew by 30"));
    }

    @Test
    void whatGrowsForOneDeliveryOfSixAloneIsSeen() {
        assertThat(busy(event -> 5 * MILLI + (event % 6 == 0 ? event * MILLI / 5 : 0))
                        .growth())
                .isPresent();
    }

    @Test
    void whatBeginsToGrowAtHalfTimeIsSeen() {
        assertThat(busy(event -> 5 * MILLI + Math.max(0, event - EVENTS / 2) * MILLI / 3)
                        .growth())
                .isPresent();
    }

    @Test
    void aSecondHalfThatIsFarSlowerIsNoGrowthAndNoRateForLong() {
        Steadiness steadiness = busy(event -> event < EVENTS / 2 ? 5 * MILLI : 160 * MILLI);
        assertThat(steadiness.growth()).isEmpty();
        assertThat(steadiness.trouble()).isPresent();
    }

    @Test
    void deliveriesThatDoNotComeCountWithTheDeadline() {
        assertThat(busy(event -> event % 100 < event / 100 ? -1 : 5 * MILLI).growth())
                .isPresent();
    }

    /** At 100/s for 30 s: any latency about 20 ms, hiccups up to 2 s, and a connector that looks twice a second. */
    @Test
    void theNoiseOfASharedMachineIsSteady() {
        for (int seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long[] latencies = new long[3_000];
            for (int event = 0; event < latencies.length; event++) {
                double unlikely = -Math.log(1 - random.nextDouble());
                latencies[event] = Math.round(20 * MILLI * unlikely) + 500 * MILLI - event * 10 * MILLI % (500 * MILLI);
            }
            for (int hiccup = 0; hiccup < 6; hiccup++) {
                int at = random.nextInt(latencies.length);
                long length = random.nextLong(2 * SECOND);
                for (int event = at; event < latencies.length && (event - at) * 10 * MILLI < length; event++) {
                    latencies[event] += length - (event - at) * 10 * MILLI;
                }
            }
            assertThat(slow(30, event -> latencies[event]).growth())
                    .as("seed " + seed)
                    .isEmpty();
        }
    }

    @Test
    void aSawtoothIsSteadyWhereverItFalls() {
        for (int phase = 0; phase < 30; phase++) {
            long shift = phase * SECOND;
            assertThat(slow(30, event -> 30 * SECOND - (event * 10 * MILLI + shift) % (30 * SECOND))
                            .growth())
                    .as("shifted by " + phase + " s")
                    .isEmpty();
        }
    }

    @Test
    void whatIsShortIsNotJudged() {
        Steadiness steadiness = slow(9, event -> event * 10 * MILLI);
        assertThat(steadiness.trend()).isEmpty();
        assertThat(steadiness.growth()).isEmpty();
        assertThat(steadiness.text()).contains("not judged", "10s");
    }

    @Test
    void aTrialWhoseLatencyClimbsIsNotValid() {
        TrialPlan plan = plan(100, 30);
        Ledger ledger = ledger(plan, event -> 20 * MILLI + event * 3 * MILLI);
        TrialResult result = TrialResult.of(
                plan,
                START,
                new WarmUp.Outcome(false, false, Duration.ZERO, 0, 0L, List.of()),
                ledger,
                Guests.Tally.none(),
                new Recorder(EpochClock.system(), "run", 0, 1, trail -> {}, Recorder.Replies.ignored()));
        assertThat(result.measured().counts().lost()).isZero();
        assertThat(result.why()).singleElement().asString().contains("grew by 300.0 ms each second");
    }

    private Steadiness busy(IntToLongFunction latency) {
        return steadiness(plan(RATE, 10), latency);
    }

    private Steadiness slow(int seconds, IntToLongFunction latency) {
        return steadiness(plan(100, seconds), latency);
    }

    private Steadiness steadiness(TrialPlan plan, IntToLongFunction latency) {
        return Steadiness.of(ledger(plan, latency), plan);
    }

    private static TrialPlan plan(int rate, int seconds) {
        return new TrialPlan(
                Backend.CONVENTIONAL,
                Workload.INGEST,
                rate,
                Duration.ofSeconds(seconds),
                Arrivals.UNIFORM,
                WarmUpPlan.lasting(Duration.ofSeconds(1)),
                Audience.of(0),
                100,
                Duration.ofSeconds(10),
                TrialPlan.IN_FLIGHT,
                1);
    }

    /** What has a negative latency does not arrive. */
    private Ledger ledger(TrialPlan plan, IntToLongFunction latency) {
        int count = Math.toIntExact(FireTimes.count(plan.rate(), plan.duration()));
        Ledger ledger = new Ledger(plan.route(), mix, 0, count);
        for (int number = 0; number < count; number++) {
            long due = START + Math.round(number * SECOND / plan.rate());
            long length = latency.applyAsLong(number);
            ledger.sent(events.get(number), due, due);
            if (length >= 0) {
                ledger.delivered(
                        number,
                        0,
                        Trail.of(Workload.INGEST)
                                .with(Stamp.INTENDED, due)
                                .with(Stamp.SENT, due)
                                .with(Stamp.DELIVERED, due + length),
                        due + length);
            }
        }
        return ledger;
    }
}
