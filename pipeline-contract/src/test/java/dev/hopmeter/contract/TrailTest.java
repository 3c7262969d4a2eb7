package dev.hopmeter.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrailTest {

    private static final long SOME_NANOS = 1_763_891_234_000_000_000L;
    private static final List<Workload> WORKLOADS = List.of(Workload.values());
    private static final long ONE_HOUR = 3_600_000_000_000L;

    @Test
    void aTrailReadsAsItsWorkloadAndItsStampsInTheOrderOfDeclaration() {
        Trail trail = Trail.of(Workload.JOURNEY)
                .with(Stamp.SENT, 1_763_891_234_000_051_200L)
                .with(Stamp.INTENDED, 1_763_891_234_000_000_000L);

        assertThat(trail.text()).isEqualTo("journey;intended=1763891234000000000;sent=1763891234000051200");
        assertThat(trail).hasToString(trail.text());
        assertThat(trail.stamps()).containsExactly(Stamp.INTENDED, Stamp.SENT);
    }

    @ParameterizedTest
    @EnumSource(Workload.class)
    void aTrailWithoutStampsIsItsWorkloadAlone(Workload workload) {
        Trail trail = Trail.of(workload);

        assertThat(trail.text()).isEqualTo(workload.word());
        assertThat(trail.stamps()).isEmpty();
        assertThat(trail.workload()).isEqualTo(workload);
        assertThat(Trail.parse(trail.text())).isEqualTo(trail);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyTrailIsReadBackFromItsText(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            Trail trail = randomTrail(random);
            Trail read = Trail.parse(trail.text());

            assertThat(read).isEqualTo(trail).hasSameHashCodeAs(trail);
            assertThat(read.workload()).isEqualTo(trail.workload());
            assertThat(read.stamps()).isEqualTo(trail.stamps());
            for (Stamp stamp : Stamp.values()) {
                assertThat(read.at(stamp)).isEqualTo(trail.at(stamp));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Workload.class)
    void theTextOfATrailWithEveryStampAtItsLongestIsAccepted(Workload workload) {
        Trail trail = Trail.of(workload);
        for (Stamp stamp : Stamp.values()) {
            trail = trail.with(stamp, Long.MAX_VALUE);
        }

        assertThat(trail.text().length()).isLessThanOrEqualTo(Trail.MAX_LENGTH);
        assertThat(Trail.parse(trail.text())).isEqualTo(trail);
    }

    @Test
    void stampsAreReadInAnyOrderAndWrittenInTheirOwn() {
        assertThat(Trail.parse("journey;sent=2;intended=1").text()).isEqualTo("journey;intended=1;sent=2");
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("", "starts with a workload"),
                Arguments.of(" ", "starts with a workload"),
                Arguments.of("travel", "not 'travel'"),
                Arguments.of("JOURNEY", "starts with a workload"),
                Arguments.of(" journey", "starts with a workload"),
                Arguments.of("journey ", "starts with a workload"),
                Arguments.of(";intended=1", "starts with a workload"),
                Arguments.of("intended=1", "starts with a workload"),
                Arguments.of("journey;", "name=nanos"),
                Arguments.of("journey;;intended=1", "name=nanos"),
                Arguments.of("journey;intended=1;", "name=nanos"),
                Arguments.of("journey;intended", "name=nanos, not 'intended'"),
                Arguments.of("journey;intended;sent=2", "name=nanos, not 'intended'"),
                Arguments.of("journey;=1", "no stamp ''"),
                Arguments.of("journey;begun=1", "no stamp 'begun'"),
                Arguments.of("journey;INTENDED=1", "no stamp 'INTENDED'"),
                Arguments.of("journey; intended=1", "no stamp ' intended'"),
                Arguments.of("journey;intended =1", "no stamp 'intended '"),
                Arguments.of("journey;intended=", "in digits: intended="),
                Arguments.of("journey;intended=one", "in digits: intended=one"),
                Arguments.of("journey;intended= 1", "in digits: intended= 1"),
                Arguments.of("journey;intended=1 ", "in digits: intended=1 "),
                Arguments.of("journey;intended=1.5", "in digits: intended=1.5"),
                Arguments.of("journey;intended=1e9", "in digits: intended=1e9"),
                Arguments.of("journey;intended=0x1", "in digits: intended=0x1"),
                Arguments.of("journey;intended=1=2", "in digits: intended=1=2"),
                Arguments.of("journey;intended=1,sent=2", "in digits: intended=1,sent=2"),
                Arguments.of("journey;intended=1\n", "in digits: intended=1\n"),
                Arguments.of("journey;intended=+1", "in digits: intended=+1"),
                Arguments.of("journey;intended=\u0661", "in digits: intended=\u0661"),
                Arguments.of("journey;intended=-1", "not negative"),
                Arguments.of("journey;intended=-0", "not negative"),
                Arguments.of("journey;intended=-9223372036854775808", "not negative"),
                Arguments.of("journey;intended=9223372036854775808", "less than 2^63"),
                Arguments.of("journey;intended=99999999999999999999999999", "less than 2^63"),
                Arguments.of("journey;intended=1;intended=1", "twice"),
                Arguments.of("journey;intended=1;sent=2;intended=3", "'intended' twice"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatIsNoTrailIsRefusedWithItsFault(String text, String fault) {
        assertThatIllegalArgumentException().isThrownBy(() -> Trail.parse(text)).withMessageContaining(fault);
    }

    @Test
    void aTextOverTheGreatestLengthIsRefusedUnread() {
        String longest = "journey;intended=" + "0".repeat(Trail.MAX_LENGTH);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trail.parse(longest))
                .withMessage("a trail has at most 640 characters, not " + longest.length());
    }

    @Test
    void whatIsQuotedInAFaultIsNoLongerThanTheTrailMayBe() {
        String text = "x".repeat(Trail.MAX_LENGTH);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trail.parse(text))
                .satisfies(fault -> assertThat(fault.toString().length()).isLessThan(2 * Trail.MAX_LENGTH));
    }

    @Test
    void addingAStampLeavesTheTrailAsItWas() {
        Trail before = Trail.of(Workload.JOURNEY).with(Stamp.INTENDED, 1);
        Trail after = before.with(Stamp.INTENDED, 2).with(Stamp.SENT, 3);

        assertThat(before.text()).isEqualTo("journey;intended=1");
        assertThat(after.text()).isEqualTo("journey;intended=2;sent=3");
        assertThat(before).isNotEqualTo(after);
    }

    @Test
    void trailsOfTwoWorkloadsAreNotEqual() {
        assertThat(Trail.of(Workload.JOURNEY).with(Stamp.SENT, 1))
                .isNotEqualTo(Trail.of(Workload.WRITE_NOTIFY).with(Stamp.SENT, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void aNegativeStampIsNotTaken(long nanos) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trail.of(Workload.JOURNEY).with(Stamp.SENT, nanos))
                .withMessageContaining("sent=" + nanos);
    }

    @Test
    void theEpochItselfIsAStamp() {
        Trail trail = Trail.of(Workload.JOURNEY).with(Stamp.INTENDED, 0);

        assertThat(trail.at(Stamp.INTENDED)).hasValue(0);
        assertThat(Trail.parse("journey;intended=0")).isEqualTo(trail);
    }

    @ParameterizedTest
    @CsvSource({"5, 8, 3", "5, 5, 0", "8, 5, -3", "0, 9223372036854775807, 9223372036854775807"})
    void aHopIsAsLongAsItsStampsAreApartAlsoBackwards(long from, long to, long length) {
        Trail trail = Trail.of(Workload.JOURNEY).with(Stamp.INTENDED, from).with(Stamp.SENT, to);

        assertThat(trail.length(new Hop(Stamp.INTENDED, Stamp.SENT))).hasValue(length);
    }

    @Test
    void aHopThatLacksAStampHasNoLength() {
        Trail trail = Trail.of(Workload.JOURNEY).with(Stamp.SENT, 1);

        assertThat(trail.length(new Hop(Stamp.INTENDED, Stamp.SENT))).isEmpty();
        assertThat(trail.length(new Hop(Stamp.SENT, Stamp.RECEIVED))).isEmpty();
        assertThat(trail.at(Stamp.RECEIVED)).isEmpty();
    }

    static Stream<Route> routes() {
        return Arrays.stream(Backend.values())
                .flatMap(backend ->
                        Route.workloadsOf(backend).stream().flatMap(workload -> Route.of(backend, workload).stream()));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void theHopsOfATrailAddUpToItsTotalExactlyAlsoWhereSomeAreNegative(Route route) {
        Random random = new Random(42);
        boolean sawNegative = false;
        for (int i = 0; i < 1_000; i++) {
            Trail trail = Trail.of(route.workload());
            for (Stamp stamp : route.stamps()) {
                trail = trail.with(stamp, SOME_NANOS + random.nextLong(ONE_HOUR));
            }
            long first = trail.at(route.stamps().getFirst()).orElseThrow();
            long last = trail.at(route.stamps().getLast()).orElseThrow();
            long[] lengths = trail.lengths(route).orElseThrow();

            assertThat(lengths).hasSize(route.hops().size());
            assertThat(Arrays.stream(lengths).sum()).isEqualTo(last - first);
            for (int hop = 0; hop < lengths.length; hop++) {
                assertThat(trail.length(route.hops().get(hop))).hasValue(lengths[hop]);
                sawNegative |= lengths[hop] < 0;
            }
        }
        assertThat(sawNegative).isTrue();
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aTrailThatLacksAnyStampOfTheRouteHasNoLengths(Route route) {
        for (Stamp missing : route.stamps()) {
            Trail trail = Trail.of(route.workload());
            for (Stamp stamp : route.stamps()) {
                trail = stamp == missing ? trail : trail.with(stamp, SOME_NANOS);
            }
            assertThat(trail.lengths(route)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aDelayInOneHopIsFoundInThatHopAndOnlyThere(Route route) {
        long delay = 20_000_000;
        for (int delayed = 0; delayed < route.hops().size(); delayed++) {
            List<Long> expected = new ArrayList<>();
            Trail trail = Trail.of(route.workload());
            long nanos = SOME_NANOS;
            trail = trail.with(route.stamps().getFirst(), nanos);
            for (int hop = 0; hop < route.hops().size(); hop++) {
                long length = 1_000 + (hop == delayed ? delay : 0);
                expected.add(length);
                nanos += length;
                trail = trail.with(route.stamps().get(hop + 1), nanos);
            }
            assertThat(trail.lengths(route).orElseThrow()).containsExactly(expected.toArray(Long[]::new));
        }
    }

    private static Trail randomTrail(Random random) {
        Trail trail = Trail.of(WORKLOADS.get(random.nextInt(WORKLOADS.size())));
        for (Stamp stamp : Stamp.values()) {
            if (random.nextBoolean()) {
                trail = trail.with(stamp, random.nextLong() >>> random.nextInt(1, 64));
            }
        }
        return trail;
    }
}
