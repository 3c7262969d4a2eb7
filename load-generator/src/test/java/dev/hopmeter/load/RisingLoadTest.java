package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RisingLoadTest {

    private static final int EVENTS = 20;

    private final List<TrialPlan> tried = new ArrayList<>();

    @Test
    void theRateRisesByHalfUntilItIsNotHeldTwiceAndThenOneBetweenIsTried() throws Exception {
        Taken taken = rising(held(rate -> rate < 3_000)).run(plan(1_000, "30s"), "run");

        assertThat(rates()).containsExactly(1_000.0, 1_500.0, 2_250.0, 3_375.0, 3_375.0, 2_812.0);
        assertThat(taken.trial().plan().rate()).isEqualTo(2_812);
        Finding finding = finding(taken, "highest-rate");
        assertThat(finding.against()).isFalse();
        assertThat(finding.text()).startsWith("2812 events a second held for 30s, 3375 not: ");
        assertThat(finding.figures()).containsEntry("heldPerSecond", 2_812.0);
        assertThat((List<?>) finding.figures().get("steps")).hasSize(6);
        assertThat(finding(taken, "producer-test").figures()).containsEntry("heldOverRecordsPerSecond", 0.2812);
    }

    @Test
    void aStepThatComesToNothingWasNotHeld() throws Exception {
        RisingLoad load = rising((plan, id) -> {
            if (plan.rate() > 2_000) {
                tried.add(plan);
                throw new TrialException("no probe arrived");
            }
            return held(rate -> true).take(plan, id);
        });

        Taken taken = load.run(plan(1_000, "30s"), "run");

        assertThat(rates()).containsExactly(1_000.0, 1_500.0, 2_250.0, 2_250.0, 1_875.0);
        assertThat(taken.trial().plan().rate()).isEqualTo(1_875);
        assertThat(finding(taken, "highest-rate").text()).contains("2250 not: it came to nothing: no probe arrived");
    }

    @Test
    void brokersThatDoNotAnswerAfterAnOverloadLeaveWhatWasHeldBefore() throws Exception {
        RisingLoad load = rising((plan, id) -> {
            if (plan.rate() > 1_000) {
                throw new IOException("the brokers did not answer");
            }
            return held(rate -> true).take(plan, id);
        });
        assertThat(finding(load.run(plan(1_000, "30s"), "run"), "highest-rate").text())
                .startsWith("1000 events a second held")
                .contains("the brokers did not answer");
    }

    @Test
    void brokersThatAreNotThereAtTheFirstRateAreNoResult() {
        assertThatThrownBy(() -> rising((plan, id) -> {
                            throw new IOException("the brokers did not answer");
                        })
                        .run(plan(1_000, "30s"), "run"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aFirstRateThatComesToNothingIsNoResult() {
        assertThatThrownBy(() -> rising((plan, id) -> {
                            throw new TrialException("no probe arrived");
                        })
                        .run(plan(1_000, "30s"), "run"))
                .isInstanceOf(TrialException.class)
                .hasMessageContaining("no probe arrived");
    }

    @Test
    void aFirstRateThatIsNotHeldSpeaksAgainstTheTrial() throws Exception {
        Taken taken = rising(held(rate -> false)).run(plan(1_000, "30s"), "run");
        assertThat(rates()).containsExactly(1_000.0, 1_000.0);
        assertThat(finding(taken, "highest-rate").against()).isTrue();
    }

    @Test
    void noRateMakesMoreEventsThanATrialMeasures() throws Exception {
        Taken taken = rising(held(rate -> true)).run(plan(1_000, "5m"), "run");
        assertThat(rates()).endsWith(16_666.0).doesNotHaveDuplicates();
        assertThat(finding(taken, "highest-rate").text())
                .startsWith("16666 events a second held for 5m, the highest that a trial of this duration can measure");
    }

    @Test
    void noRateIsAboveTheHighestThatIsToBeTried() throws Exception {
        Taken taken = new RisingLoad(Progress.silent(), held(rate -> true), RisingLoadTest::test, 1_200)
                .run(plan(1_000, "30s"), "run");
        assertThat(rates()).containsExactly(1_000.0, 1_200.0);
        assertThat(finding(taken, "highest-rate").text()).endsWith("the highest that was to be tried");
    }

    @Test
    void everyTrialOfALongClimbHasARunIdThatKeysCanHold() throws Exception {
        RisingLoad load =
                rising((plan, id) -> held(rate -> tried.size() % 2 == 0).take(plan, id));
        String runId = Trial.newRunId(() -> 1_900_000_000_000_000_000L);
        load.run(plan(1, "30s"), runId);
        assertThat(tried).hasSize(34);
    }

    @Test
    void aProducerTestThatCannotBeRunSpeaksAgainstTheTrial() throws Exception {
        Taken taken = new RisingLoad(
                        Progress.silent(),
                        held(rate -> true),
                        rate -> {
                            throw new IOException("it said nothing");
                        },
                        1_000)
                .run(plan(1_000, "30s"), "run");
        assertThat(finding(taken, "producer-test").against()).isTrue();
    }

    @Test
    void thePoolOfEventsInFlightGrowsWithTheRate() throws Exception {
        rising(held(rate -> rate < 5_000)).run(plan(1_500, "30s"), "run");
        assertThat(tried)
                .extracting(TrialPlan::mostInFlight)
                .containsExactly(4_096, 4_500, 6_750, 10_124, 10_124, 8_436);
    }

    @Test
    void whereTheLoadGeneratorsOwnLimitWasReachedItIsNamed() throws Exception {
        Taken taken = rising((plan, id) -> {
                    tried.add(plan);
                    return taken(plan, id, EVENTS, plan.rate() < 3_000 ? EVENTS : EVENTS - 1);
                })
                .run(plan(2_500, "30s"), "run");
        assertThat(finding(taken, "highest-rate").text())
                .contains("the load generator's limit of 6250 events in flight, 2.0 s of them, was reached: 1 events"
                        + " found");
    }

    @Test
    void noTrialThatWasNotHeldIsKeptBesideTheBest() throws Exception {
        List<WeakReference<TrialResult>> taken = new ArrayList<>();
        RisingLoad.Trials trials = held(rate -> rate < 2_000);
        RisingLoad load = rising((plan, id) -> {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
                System.gc();
                return taken.stream().filter(each -> each.get() != null).count() <= 1;
            });
            Taken one = trials.take(plan, id);
            taken.add(new WeakReference<>(one.trial()));
            return one;
        });

        assertThat(load.run(plan(1_000, "30s"), "run").trial().plan().rate()).isEqualTo(1_875);
        assertThat(rates()).containsExactly(1_000.0, 1_500.0, 2_250.0, 2_250.0, 1_875.0);
    }

    private RisingLoad rising(RisingLoad.Trials trials) {
        return new RisingLoad(Progress.silent(), trials, RisingLoadTest::test, TrialPlan.MOST_PER_SECOND);
    }

    private static Finding test(double held) {
        return ProducerTest.finding(new ProducerTest.Outcome(10_000, 5, 20), held);
    }

    private List<Double> rates() {
        return tried.stream().map(TrialPlan::rate).toList();
    }

    /** Trials that lose everything at a rate that is not held. */
    private RisingLoad.Trials held(DoublePredicate held) {
        return (plan, id) -> {
            tried.add(plan);
            return taken(plan, id, held.test(plan.rate()) ? EVENTS : 0, EVENTS);
        };
    }

    static Taken taken(TrialPlan plan, String id, int delivered, int sent) {
        Mix mix = plan.mix(id);
        Ledger ledger = new Ledger(plan.route(), mix, 0, EVENTS);
        for (int number = 0; number < sent; number++) {
            long due = 1_000_000_000_000L + number * 1_000_000L;
            ledger.sent(mix.event(number), due, due);
            if (number < delivered) {
                ledger.answered(number, new Answer.Acknowledged(), due + 1_000_000);
                ledger.delivered(
                        number,
                        0,
                        Trail.of(plan.workload())
                                .with(Stamp.INTENDED, due)
                                .with(Stamp.SENT, due)
                                .with(Stamp.DELIVERED, due + 1_000_000),
                        due + 1_000_000);
            }
        }
        WarmUp.Outcome warmUp = new WarmUp.Outcome(false, true, Duration.ZERO, 0, 0, List.of());
        Recorder recorder = new Recorder(new TestClock(0), id, 0, 1, trail -> {}, Recorder.Replies.ignored());
        TrialResult trial = TrialResult.of(plan, 0, warmUp, ledger, Guests.Tally.none(), recorder);
        return new Taken(trial, 0, List.of(), Map.of(), Optional.empty(), List.of(), List.of());
    }

    private static Finding finding(Taken taken, String word) {
        return taken.findings().stream()
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow();
    }

    private static TrialPlan plan(double rate, String duration) {
        return new TrialPlan(
                Backend.CONVENTIONAL,
                Workload.INGEST,
                rate,
                Durations.parse(duration),
                Arrivals.UNIFORM,
                WarmUpPlan.untilSettled(Duration.ofMinutes(1)),
                Audience.usual(Workload.INGEST),
                100,
                Duration.ofSeconds(10),
                TrialPlan.IN_FLIGHT,
                1);
    }
}
