package dev.hopmeter.contract;

import static dev.hopmeter.contract.Stamp.CAPTURED;
import static dev.hopmeter.contract.Stamp.COMMITTED;
import static dev.hopmeter.contract.Stamp.CONFIRMED;
import static dev.hopmeter.contract.Stamp.DELIVERED;
import static dev.hopmeter.contract.Stamp.FETCHED;
import static dev.hopmeter.contract.Stamp.FOUND;
import static dev.hopmeter.contract.Stamp.INTENDED;
import static dev.hopmeter.contract.Stamp.PUSHED;
import static dev.hopmeter.contract.Stamp.READ;
import static dev.hopmeter.contract.Stamp.RECEIVED;
import static dev.hopmeter.contract.Stamp.ROUTED;
import static dev.hopmeter.contract.Stamp.SENT;
import static dev.hopmeter.contract.Stamp.STREAMED;
import static dev.hopmeter.contract.Stamp.SUMMED;
import static dev.hopmeter.contract.Stamp.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RouteTest {

    private static final Route JOURNEY =
            Route.of(Backend.CONVENTIONAL, Workload.JOURNEY).orElseThrow();

    @Test
    void theJourneyPassesTenStampsInNineHops() {
        assertThat(JOURNEY.stamps())
                .containsExactly(
                        INTENDED, SENT, RECEIVED, COMMITTED, CAPTURED, TAKEN, ROUTED, FETCHED, PUSHED, DELIVERED);
        assertThat(JOURNEY.hops().stream().map(Hop::word))
                .containsExactly(
                        "intended-sent",
                        "sent-received",
                        "received-committed",
                        "committed-captured",
                        "captured-taken",
                        "taken-routed",
                        "routed-fetched",
                        "fetched-pushed",
                        "pushed-delivered");
    }

    @Test
    void writeNotifyGoesPastTheRouter() {
        assertThat(Route.of(Backend.CONVENTIONAL, Workload.WRITE_NOTIFY)
                        .orElseThrow()
                        .stamps())
                .containsExactly(INTENDED, SENT, RECEIVED, COMMITTED, CAPTURED, FETCHED, PUSHED, DELIVERED);
    }

    @Test
    void freshnessGoesThroughTheStoreToTheWatcher() {
        assertThat(Route.of(Backend.CONVENTIONAL, Workload.FRESHNESS)
                        .orElseThrow()
                        .stamps())
                .containsExactly(INTENDED, SENT, TAKEN, SUMMED, PUSHED, DELIVERED);
    }

    @Test
    void aPointQueryFindsTheOwnerAndReadsThere() {
        assertThat(Route.of(Backend.CONVENTIONAL, Workload.POINT_QUERY)
                        .orElseThrow()
                        .stamps())
                .containsExactly(INTENDED, SENT, RECEIVED, FOUND, READ, DELIVERED);
    }

    @Test
    void fanOutStartsAtTheRouter() {
        assertThat(Route.of(Backend.CONVENTIONAL, Workload.FAN_OUT)
                        .orElseThrow()
                        .stamps())
                .containsExactly(INTENDED, SENT, TAKEN, ROUTED, FETCHED, PUSHED, DELIVERED);
    }

    @Test
    void theRulerHasTwoHops() {
        for (Workload workload : Workload.values()) {
            assertThat(Route.of(Backend.IN_MEMORY, workload).orElseThrow().stamps())
                    .containsExactly(INTENDED, SENT, DELIVERED);
        }
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void aBackendServesExactlyTheWorkloadsItNames(Backend backend) {
        List<Workload> served = Route.workloadsOf(backend);
        for (Workload workload : Workload.values()) {
            assertThat(Route.of(backend, workload).isPresent()).isEqualTo(served.contains(workload));
            Route.of(backend, workload).ifPresent(route -> {
                assertThat(route.backend()).isEqualTo(backend);
                assertThat(route.workload()).isEqualTo(workload);
            });
        }
        assertThat(served).isSorted();
    }

    @Test
    void everyArchitectureServesEveryWorkload() {
        assertThat(Route.workloadsOf(Backend.CONVENTIONAL)).containsExactly(Workload.values());
        assertThat(Route.workloadsOf(Backend.UNIFIED)).containsExactly(Workload.values());
        assertThat(Route.workloadsOf(Backend.HARPER)).containsExactly(Workload.values());
    }

    @Test
    void harpersApplicationPushesWhatItIsToldOfByTheNode() {
        for (Workload workload : List.of(Workload.JOURNEY, Workload.WRITE_NOTIFY, Workload.FAN_OUT)) {
            assertThat(Route.of(Backend.HARPER, workload).orElseThrow().stamps())
                    .containsExactly(INTENDED, SENT, RECEIVED, STREAMED, PUSHED, DELIVERED);
        }
        assertThat(Route.of(Backend.HARPER, Workload.FRESHNESS).orElseThrow().stamps())
                .containsExactly(INTENDED, SENT, RECEIVED, SUMMED, STREAMED, PUSHED, DELIVERED);
        assertThat(Route.of(Backend.HARPER, Workload.POINT_QUERY).orElseThrow().stamps())
                .containsExactly(INTENDED, SENT, RECEIVED, READ, DELIVERED);
    }

    @Test
    void theUnifiedServicePushesWhatItHasReadFromTheLogOnceASecondCopyIsKnown() {
        for (Workload workload : List.of(Workload.JOURNEY, Workload.WRITE_NOTIFY, Workload.FAN_OUT)) {
            assertThat(Route.of(Backend.UNIFIED, workload).orElseThrow().stamps())
                    .containsExactly(
                            INTENDED, SENT, RECEIVED, COMMITTED, STREAMED, CONFIRMED, ROUTED, PUSHED, DELIVERED);
        }
        assertThat(Route.of(Backend.UNIFIED, Workload.FRESHNESS).orElseThrow().stamps())
                .containsExactly(INTENDED, SENT, RECEIVED, COMMITTED, STREAMED, CONFIRMED, SUMMED, PUSHED, DELIVERED);
    }

    @Test
    void queriesAndIngestionHaveTheSameStampsOnBothArchitectures() {
        for (Workload workload : List.of(Workload.POINT_QUERY, Workload.INGEST)) {
            assertThat(Route.of(Backend.UNIFIED, workload).orElseThrow().stamps())
                    .isEqualTo(Route.of(Backend.CONVENTIONAL, workload)
                            .orElseThrow()
                            .stamps());
        }
    }

    @Test
    void theHopsAreTheConsecutivePairsOfStamps() {
        List<Hop> hops = JOURNEY.hops();

        assertThat(hops).hasSize(JOURNEY.stamps().size() - 1);
        for (int i = 0; i < hops.size(); i++) {
            assertThat(hops.get(i))
                    .isEqualTo(new Hop(JOURNEY.stamps().get(i), JOURNEY.stamps().get(i + 1)));
        }
    }

    @Test
    void aHopIsFoundByTheStampAtItsEnd() {
        assertThat(JOURNEY.hopEndingAt(CAPTURED)).contains(new Hop(COMMITTED, CAPTURED));
        assertThat(JOURNEY.hopEndingAt(DELIVERED)).contains(new Hop(PUSHED, DELIVERED));
        assertThat(JOURNEY.hopEndingAt(INTENDED)).isEmpty();
        assertThat(JOURNEY.hopEndingAt(STREAMED)).isEmpty();
    }

    @Test
    void aHopShowsAsItsWord() {
        assertThat(new Hop(COMMITTED, CAPTURED)).hasToString("committed-captured");
    }

    static Stream<List<Stamp>> notFromIntendedToDelivered() {
        return Stream.of(
                List.of(),
                List.of(INTENDED),
                List.of(DELIVERED),
                List.of(SENT, DELIVERED),
                List.of(INTENDED, SENT),
                List.of(DELIVERED, INTENDED));
    }

    @ParameterizedTest
    @MethodSource("notFromIntendedToDelivered")
    void aRouteThatDoesNotLeadFromIntendedToDeliveredIsRefused(List<Stamp> stamps) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Route(Backend.IN_MEMORY, Workload.INGEST, stamps))
                .withMessageStartingWith("a route leads from intended to delivered, not");
    }

    static Stream<List<Stamp>> repeated() {
        return Stream.of(
                List.of(INTENDED, SENT, SENT, DELIVERED),
                List.of(INTENDED, INTENDED, DELIVERED),
                List.of(INTENDED, DELIVERED, DELIVERED),
                List.of(INTENDED, SENT, TAKEN, SENT, DELIVERED));
    }

    @ParameterizedTest
    @MethodSource("repeated")
    void aRouteThatPassesAStampTwiceIsRefused(List<Stamp> stamps) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Route(Backend.IN_MEMORY, Workload.INGEST, stamps))
                .withMessageStartingWith("a route passes each stamp once, not");
    }

    @Test
    void theShortestRouteIsOneHop() {
        assertThat(new Route(Backend.IN_MEMORY, Workload.INGEST, List.of(INTENDED, DELIVERED)).hops())
                .containsExactly(new Hop(INTENDED, DELIVERED));
    }

    @Test
    void aRouteKeepsItsStampsWhateverBecomesOfTheListItWasGiven() {
        List<Stamp> stamps = new ArrayList<>(List.of(INTENDED, SENT, DELIVERED));
        Route route = new Route(Backend.IN_MEMORY, Workload.INGEST, stamps);
        stamps.clear();

        assertThat(route.stamps()).containsExactly(INTENDED, SENT, DELIVERED);
        assertThatThrownBy(() -> route.stamps().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
