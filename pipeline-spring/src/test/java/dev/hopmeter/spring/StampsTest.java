package dev.hopmeter.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.TimerBuckets;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StampsTest {

    private final AtomicLong nanos = new AtomicLong(1_000);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Stamps stamps = new Stamps(nanos::get, registry, Backend.CONVENTIONAL);

    @Test
    void aStampIsTheClocksPresentMoment() {
        assertThat(stamps.now()).isEqualTo(1_000);
        assertThat(stamps.take(Trail.of(Workload.JOURNEY), Stamp.SENT).at(Stamp.SENT))
                .hasValue(1_000);
    }

    @Test
    void aStampTakenBeforeTheTrailIsReadKeepsItsMoment() {
        long first = stamps.now();
        nanos.set(9_000);

        assertThat(stamps.at(Trail.of(Workload.JOURNEY), Stamp.SENT, first).at(Stamp.SENT))
                .hasValue(1_000);
    }

    @Test
    void theHopThatEndsAtTheStampIsRecordedUnderWorkloadBackendAndHop() {
        Trail trail = Trail.of(Workload.JOURNEY).with(Stamp.INTENDED, 1).with(Stamp.COMMITTED, 1_000);
        nanos.set(1_000 + Duration.ofMillis(7).toNanos());
        stamps.take(trail, Stamp.CAPTURED);

        assertThat(registry.getMeters().stream().map(Meter::getId))
                .allSatisfy(id -> assertThat(id.getTags().stream().map(Object::toString))
                        .containsExactlyInAnyOrder(
                                "tag(workload=journey)", "tag(backend=conventional)", "tag(hop=committed-captured)"));
        assertThat(timer("journey", "committed-captured").count()).isEqualTo(1);
        assertThat(timer("journey", "committed-captured").totalTime(TimeUnit.MILLISECONDS))
                .isCloseTo(7, within(1e-6));
    }

    @Test
    void theHopDependsOnTheWorkloadsRoute() {
        Trail captured = Trail.of(Workload.WRITE_NOTIFY).with(Stamp.CAPTURED, 1_000);
        nanos.set(1_000 + Duration.ofMillis(2).toNanos());
        stamps.take(captured, Stamp.FETCHED);

        assertThat(timer("write-notify", "captured-fetched").count()).isEqualTo(1);
    }

    @Test
    void aHopOfNoLengthIsRecorded() {
        stamps.take(Trail.of(Workload.JOURNEY).with(Stamp.SENT, 1_000), Stamp.RECEIVED);

        assertThat(timer("journey", "sent-received").count()).isEqualTo(1);
        assertThat(negative("sent-received")).isZero();
    }

    @Test
    void aHopWhoseStartTheTrailLacksIsNotRecorded() {
        stamps.take(Trail.of(Workload.JOURNEY).with(Stamp.INTENDED, 1), Stamp.CAPTURED);

        assertThat(timer("journey", "committed-captured").count()).isZero();
        assertThat(negative("committed-captured")).isZero();
    }

    @Test
    void aStampBesideTheRouteIsTakenAndNothingIsRecorded() {
        for (Stamp stamp : List.of(Stamp.INTENDED, Stamp.STREAMED, Stamp.SUMMED)) {
            assertThat(stamps.take(Trail.of(Workload.JOURNEY), stamp).at(stamp)).hasValue(1_000);
        }
        assertThat(stamps.take(Trail.of(Workload.INGEST), Stamp.TAKEN).at(Stamp.TAKEN))
                .hasValue(1_000);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aHopOfNegativeLengthIsCountedAndNotTimed() {
        Trail trail = Trail.of(Workload.JOURNEY).with(Stamp.SENT, 1_001);
        Trail received = stamps.take(trail, Stamp.RECEIVED);

        assertThat(received.at(Stamp.RECEIVED)).hasValue(1_000);
        assertThat(negative("sent-received")).isEqualTo(1);
        assertThat(timer("journey", "sent-received").count()).isZero();
    }

    @Test
    void prometheusSeesTheContractsBucketsAndNoOthers() {
        stamps.take(Trail.of(Workload.JOURNEY).with(Stamp.SENT, 1_000), Stamp.RECEIVED);

        List<Double> bounds = registry.scrape()
                .lines()
                .filter(line -> line.startsWith("hopmeter_hop_seconds_bucket{"))
                .map(line -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"))
                .filter(bound -> !bound.equals("+Inf"))
                .map(Double::valueOf)
                .toList();
        double[] expected = Arrays.stream(TimerBuckets.forHops())
                .mapToDouble(bound -> bound.toNanos() / 1e9)
                .toArray();

        assertThat(bounds.stream().mapToDouble(Double::doubleValue).toArray()).containsExactly(expected, within(1e-12));
        assertThat(registry.scrape())
                .contains(
                        "hopmeter_hop_seconds_count{backend=\"conventional\",hop=\"sent-received\",workload=\"journey\"}"
                            + " 1");
    }

    @Test
    void nothingIsLostWhereManyThreadsTakeStampsAtOnce() throws InterruptedException {
        int threads = 8;
        int each = 5_000;
        int half = threads * each / 2;
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> takers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            takers.add(Thread.ofPlatform().start(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                for (int n = 0; n < each; n++) {
                    stamps.take(Trail.of(Workload.JOURNEY).with(Stamp.SENT, 1 + n % 2 * 1_000L), Stamp.RECEIVED);
                }
            }));
        }
        go.countDown();
        for (Thread taker : takers) {
            taker.join();
        }

        assertThat(timer("journey", "sent-received").count()).isEqualTo(half);
        assertThat(negative("sent-received")).isEqualTo(half);
    }

    private Timer timer(String workload, String hop) {
        return registry.get("hopmeter.hop")
                .tags("workload", workload, "backend", "conventional", "hop", hop)
                .timer();
    }

    private double negative(String hop) {
        return registry.get("hopmeter.hop.negative")
                .tags("workload", "journey", "backend", "conventional", "hop", hop)
                .counter()
                .count();
    }
}
