package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrialTest {

    private static final Pattern KEY = Pattern.compile("\"idempotencyKey\":\"run-(\\d+)\"");
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    @Test
    void everyOrderReachesTheSubscriberOfAllAndTheOthersGetExactlyTheirs() throws Exception {
        TrialResult result = run(new InMemoryDriver(EpochClock.system()), 1_500, 8, trail -> {});
        Counts counts = result.measured().counts();
        assertThat(result.why()).isEmpty();
        assertThat(counts.sent()).isEqualTo(1_500);
        assertThat(counts.acknowledged()).isEqualTo(1_500);
        assertThat(counts.delivered()).isEqualTo(1_500);
        assertThat(counts.lost() + counts.duplicate() + counts.missing() + counts.extra() + counts.incomplete())
                .isZero();
        assertThat(counts.othersExpected()).isBetween(1L, 8L * 1_500);
        assertThat(counts.othersDelivered()).isEqualTo(counts.othersExpected());
        assertThat(result.measured().hops().stream().mapToLong(Series::sum).sum())
                .isEqualTo(result.measured().total().sum());
    }

    @Test
    void poissonArrivalsAreMeasuredAsWell() throws Exception {
        TrialPlan plan = plan(1_000, Arrivals.POISSON, 2, TrialPlan.IN_FLIGHT);
        try (InMemoryDriver driver = new InMemoryDriver(EpochClock.system())) {
            TrialResult result = run(plan, driver, trail -> {});
            assertThat(result.why()).isEmpty();
            assertThat(result.measured().counts().delivered()).isEqualTo(1_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Workload.class)
    void everyWorkloadIsMeasuredOnTheRuler(Workload workload) throws Exception {
        Audience audience = workload == Workload.FAN_OUT ? new Audience(120, 0.05, 3) : Audience.usual(workload);
        TrialPlan plan = new TrialPlan(
                Backend.IN_MEMORY,
                workload,
                500,
                Duration.ofMillis(1_500),
                Arrivals.UNIFORM,
                WarmUpPlan.lasting(Duration.ofMillis(50)),
                audience,
                100,
                DEADLINE,
                TrialPlan.IN_FLIGHT,
                1);
        try (InMemoryDriver driver = InMemoryDriver.of(EpochClock.system(), plan, "run")) {
            TrialResult result = run(plan, driver, trail -> {});
            Counts counts = result.measured().counts();
            // A machine that is busy with other builds is late, and says so; the counts are exact all the same.
            assertThat(result.why()).allMatch(why -> why.startsWith("the rate was missed"));
            assertThat(counts.sent()).isEqualTo(750);
            assertThat(counts.delivered()).isEqualTo(counts.due()).isPositive();
            assertThat(counts.lost() + counts.duplicate() + counts.extra() + counts.incomplete())
                    .isZero();
            assertThat(result.measured().hops().stream().mapToLong(Series::sum).sum())
                    .isEqualTo(result.measured().total().sum());
            assertThat(result.guests().visits() > 0).isEqualTo(workload == Workload.FAN_OUT);
        }
    }

    @Test
    void aGuestThatMissesAMessageFailsTheTrial() throws Exception {
        TrialPlan plan = new TrialPlan(
                Backend.IN_MEMORY,
                Workload.FAN_OUT,
                500,
                Duration.ofMillis(1_500),
                Arrivals.UNIFORM,
                WarmUpPlan.lasting(Duration.ofMillis(50)),
                new Audience(5, 0.2, 2),
                100,
                DEADLINE,
                TrialPlan.IN_FLIGHT,
                1);
        MeddlingDriver forgetful = new MeddlingDriver() {
            @Override
            void meddle(int subscriber, String frame, BiConsumer<Integer, String> on) {
                if (subscriber < 5 || frame.contains("subscribed")) {
                    on.accept(subscriber, frame);
                }
            }
        };
        try (forgetful) {
            TrialResult result = run(plan, forgetful, trail -> {});
            assertThat(result.guests().missing())
                    .isEqualTo(result.guests().due())
                    .isPositive();
            assertThat(result.why()).singleElement().asString().contains("came and went");
        }
    }

    @Test
    void aGuestWhoseVisitBreaksOffFailsTheTrialAndSaysWhy() throws Exception {
        TrialPlan plan = new TrialPlan(
                Backend.IN_MEMORY,
                Workload.FAN_OUT,
                500,
                Duration.ofMillis(1_500),
                Arrivals.UNIFORM,
                WarmUpPlan.lasting(Duration.ofMillis(50)),
                new Audience(5, 0.2, 2),
                100,
                DEADLINE,
                TrialPlan.IN_FLIGHT,
                1);
        MeddlingDriver brittle = new MeddlingDriver() {
            @Override
            void meddle(int subscriber, String frame, BiConsumer<Integer, String> on) {
                on.accept(subscriber, frame);
            }

            @Override
            public void detach(int subscriber) {
                throw new IllegalStateException("the socket is gone");
            }
        };
        try (brittle) {
            TrialResult result = run(plan, brittle, trail -> {});
            assertThat(result.guests().failed()).isEqualTo(2);
            assertThat(result.why())
                    .singleElement()
                    .asString()
                    .contains("2 were not let in or broke off", "the socket is gone");
        }
    }

    @Test
    void aGuestsSecondCopiesAndWhatComesAfterItHasGoneAreCountedAndNoFault() throws Exception {
        TrialPlan plan = new TrialPlan(
                Backend.IN_MEMORY,
                Workload.FAN_OUT,
                500,
                Duration.ofMillis(1_500),
                Arrivals.UNIFORM,
                WarmUpPlan.lasting(Duration.ofMillis(50)),
                new Audience(5, 0.2, 2),
                100,
                DEADLINE,
                TrialPlan.IN_FLIGHT,
                1);
        MeddlingDriver lavish = new MeddlingDriver() {
            @Override
            void meddle(int subscriber, String frame, BiConsumer<Integer, String> on) {
                on.accept(subscriber, frame);
                if (subscriber >= 5 && !frame.contains("subscribed")) {
                    on.accept(subscriber, frame);
                    on.accept(subscriber + 1_000_000, frame);
                }
            }
        };
        try (lavish) {
            TrialResult result = run(plan, lavish, trail -> {});
            assertThat(result.why()).isEmpty();
            assertThat(result.guests().duplicate()).isPositive();
            assertThat(result.guests().afterLeaving()).isPositive();
        }
    }

    @Test
    void lostOrdersFailTheTrialAndAreCounted() throws Exception {
        AtomicLong lost = new AtomicLong();
        TrialResult result = run(
                meddling((subscriber, frame, number, on) -> {
                    if (subscriber == 0 && number > 50 && number % 100 == 0) {
                        lost.incrementAndGet();
                    } else {
                        on.accept(subscriber, frame);
                    }
                }),
                500,
                2,
                trail -> {});
        assertThat(result.valid()).isFalse();
        assertThat(result.measured().counts().lost()).isBetween(1L, lost.get());
        assertThat(result.measured().counts().acknowledgedLost())
                .isEqualTo(result.measured().counts().lost());
        assertThat(result.why()).singleElement().asString().contains("were lost");
    }

    @Test
    void theLoadHasEndedBeforeWhatIsLostIsWaitedFor() throws Exception {
        AtomicLong loadEnded = new AtomicLong();
        AtomicLong measurementEnded = new AtomicLong();
        Trial.Surroundings watch = new Trial.Surroundings() {
            @Override
            public void loadEnds() {
                loadEnded.set(EpochClock.system().nanos());
            }

            @Override
            public void measurementEnds() {
                measurementEnded.set(EpochClock.system().nanos());
            }
        };
        MeddlingDriver forgetful = meddling((subscriber, frame, number, on) -> {
            if (number < 50) {
                on.accept(subscriber, frame);
            }
        });
        try (forgetful) {
            TrialResult result = Trial.run(
                    plan(100, Arrivals.UNIFORM, 0, TrialPlan.IN_FLIGHT),
                    "run",
                    forgetful,
                    EpochClock.system(),
                    Progress.silent(),
                    trail -> {},
                    watch);
            assertThat(result.measured().counts().lost()).isPositive();
        }
        // The deadline is 2 s, and half a second is listened for second copies.
        assertThat(measurementEnded.get() - loadEnded.get()).isGreaterThan(1_000_000_000L);
        assertThat(loadEnded.get()).isPositive();
    }

    @Test
    void secondCopiesAreCountedAndDoNotFailTheTrial() throws Exception {
        TrialResult result = run(
                meddling((subscriber, frame, number, on) -> {
                    on.accept(subscriber, frame);
                    on.accept(subscriber, frame);
                }),
                300,
                2,
                trail -> {});
        assertThat(result.why()).isEmpty();
        assertThat(result.measured().counts().duplicate()).isEqualTo(300);
        assertThat(result.measured().counts().othersDuplicate())
                .isEqualTo(result.measured().counts().othersExpected());
    }

    @Test
    void anOrderForSomebodyElseFailsTheTrial() throws Exception {
        TrialResult result = run(
                meddling((subscriber, frame, number, on) -> {
                    on.accept(subscriber, frame);
                    if (subscriber == 0 && number > 50) {
                        on.accept(8, frame);
                    }
                }),
                300,
                8,
                trail -> {});
        assertThat(result.measured().counts().extra()).isEqualTo(300);
        assertThat(result.why()).singleElement().asString().contains("filter does not let them pass");
    }

    @Test
    void aMissingOrderOfANarrowerSubscriberFailsTheTrial() throws Exception {
        TrialResult result = run(
                meddling((subscriber, frame, number, on) -> {
                    if (subscriber != 1 || number < 50) {
                        on.accept(subscriber, frame);
                    }
                }),
                300,
                1,
                trail -> {});
        assertThat(result.measured().counts().missing())
                .isEqualTo(result.measured().counts().othersExpected())
                .isPositive();
        assertThat(result.measured().counts().lost()).isZero();
        assertThat(result.valid()).isFalse();
    }

    @Test
    void anUnreadableFrameFailsTheTrial() throws Exception {
        AtomicInteger frames = new AtomicInteger();
        TrialResult result = run(
                meddling((subscriber, frame, number, on) -> {
                    on.accept(subscriber, frame);
                    if (frames.incrementAndGet() == 200) {
                        on.accept(subscriber, "{\"trail\":");
                    }
                }),
                300,
                0,
                trail -> {});
        assertThat(result.why()).singleElement().asString().contains("cannot be read");
    }

    @Test
    void ordersOfOthersAreCountedApart() throws Exception {
        TrialResult result = run(
                meddling((subscriber, frame, number, on) -> {
                    on.accept(subscriber, frame);
                    on.accept(subscriber, frame.replace("\"run-", "\"another-"));
                }),
                200,
                0,
                trail -> {});
        assertThat(result.why()).isEmpty();
        assertThat(result.foreign()).isGreaterThanOrEqualTo(200);
        assertThat(result.measured().counts().duplicate()).isZero();
    }

    @Test
    void aSubscriberThatGetsNoProbeIsNamed() {
        MeddlingDriver driver = meddling((subscriber, frame, number, on) -> {
            if (subscriber != 1) {
                on.accept(subscriber, frame);
            }
        });
        AtomicLong hurried = new AtomicLong();
        EpochClock hurrying = () -> EpochClock.system().nanos() + hurried.addAndGet(100_000_000);
        try (driver) {
            assertThatThrownBy(() -> Trial.run(
                            plan(10, Arrivals.UNIFORM, 1, TrialPlan.IN_FLIGHT),
                            "run",
                            driver,
                            hurrying,
                            Progress.silent(),
                            trail -> {},
                            Trial.Surroundings.unobserved()))
                    .isInstanceOf(TrialException.class)
                    .hasMessageContaining("[1]")
                    .hasMessageContaining("probe");
        }
    }

    @Test
    void whatTheSurroundingsCannotHaveIsSaidInTheirWords() {
        Trial.Surroundings blind = new Trial.Surroundings() {
            @Override
            public void trialBegins() throws IOException {
                throw new IOException("the topic of windows cannot be read");
            }
        };
        try (InMemoryDriver driver = new InMemoryDriver(EpochClock.system())) {
            assertThatThrownBy(() -> Trial.run(
                            plan(10, Arrivals.UNIFORM, 1, TrialPlan.IN_FLIGHT),
                            "run",
                            driver,
                            EpochClock.system(),
                            Progress.silent(),
                            trail -> {},
                            blind))
                    .isInstanceOf(TrialException.class)
                    .hasMessage("the topic of windows cannot be read");
        }
    }

    @Test
    void placementsThatAreNeverAnsweredOverflowThePool() throws Exception {
        MeddlingDriver silent = new MeddlingDriver() {
            @Override
            public void open(Receiver receiver) {
                super.open(new SilentAboutAnswers(receiver));
            }

            @Override
            void meddle(int subscriber, String frame, BiConsumer<Integer, String> on) {
                on.accept(subscriber, frame);
            }
        };
        try (silent) {
            TrialResult result = run(plan(200, Arrivals.UNIFORM, 0, 100), silent, trail -> {});
            assertThat(result.measured().counts().sent()).isLessThan(100);
            assertThat(result.why()).anyMatch(why -> why.contains("100 without an answer"));
        }
    }

    private static TrialResult run(Driver driver, int events, int narrower, Live live)
            throws TrialException, InterruptedException {
        try (driver) {
            return run(plan(events, Arrivals.UNIFORM, narrower, TrialPlan.IN_FLIGHT), driver, live);
        }
    }

    private static TrialResult run(TrialPlan plan, Driver driver, Live live)
            throws TrialException, InterruptedException {
        return Trial.run(
                plan, "run", driver, EpochClock.system(), Progress.silent(), live, Trial.Surroundings.unobserved());
    }

    private static TrialPlan plan(int events, Arrivals arrivals, int narrower, int inFlight) {
        return new TrialPlan(
                Backend.IN_MEMORY,
                Workload.JOURNEY,
                1_000,
                Duration.ofMillis(events),
                arrivals,
                WarmUpPlan.lasting(Duration.ofMillis(50)),
                Audience.of(narrower),
                100,
                DEADLINE,
                inFlight,
                1);
    }

    private static MeddlingDriver meddling(Meddling meddling) {
        return new MeddlingDriver() {
            @Override
            void meddle(int subscriber, String frame, BiConsumer<Integer, String> on) {
                Matcher matcher = KEY.matcher(frame);
                if (matcher.find()) {
                    meddling.meddle(subscriber, frame, Integer.parseInt(matcher.group(1)), on);
                } else {
                    on.accept(subscriber, frame);
                }
            }
        };
    }

    @FunctionalInterface
    private interface Meddling {
        void meddle(int subscriber, String frame, int number, BiConsumer<Integer, String> on);
    }

    private record SilentAboutAnswers(Receiver to) implements Receiver {

        @Override
        public void delivered(int subscriber, CharSequence frame) {
            to.delivered(subscriber, frame);
        }

        @Override
        public void returned(int number, Trail trail, Reply reply) {}

        @Override
        public void acknowledged(int number) {}

        @Override
        public void refused(int number, int status, String body) {}

        @Override
        public void unanswered(int number, String why) {}

        @Override
        public void disconnected(int subscriber, String why) {
            to.disconnected(subscriber, why);
        }

        @Override
        public void reconnected(int subscriber) {
            to.reconnected(subscriber);
        }
    }
}
