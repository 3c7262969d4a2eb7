package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartedArmTest {

    private static final String CACHE = "aggregator-service.spring.kafka.streams.properties.statestore.cache.max.bytes";

    private static final Map<String, String> LINES = Map.of(
            "redis.hz",
            "20",
            "publisher.linger.ms",
            "0",
            "for.ingest.publisher.linger.ms",
            "7",
            "for.freshness." + CACHE,
            "0");

    @Test
    void aStackForEveryWorkloadHasNoneOfTheLinesForOneAndSaysSo() throws IOException {
        Stacks.Configuration told = StartedArm.of(started(Optional.empty(), LINES), Workload.FRESHNESS);

        assertThat(told.settings()).isEqualTo(Map.of("redis.hz", "20", "publisher.linger.ms", "0"));
        assertThat(told.name()).isEqualTo("mine-as-started-for-all");
        assertThat(told.notApplied()).containsExactly(CACHE + " is unset and not 0");
    }

    @Test
    void aStackForOneWorkloadKeepsItsLinesWhereAnotherIsMeasured() throws IOException {
        Stacks.Configuration told = StartedArm.of(started(Optional.of("freshness"), LINES), Workload.POINT_QUERY);

        assertThat(told.settings()).containsEntry(CACHE, "0");
        assertThat(told.name()).isEqualTo("mine-as-started-for-freshness");
        assertThat(told.notApplied()).containsExactly(CACHE + " is 0 and not unset");
    }

    @Test
    void whereTheStackIsAsTheArmAsksItHasTheArmsName() throws IOException {
        for (Workload workload : List.of(Workload.JOURNEY, Workload.FAN_OUT, Workload.POINT_QUERY)) {
            Stacks.Configuration told = StartedArm.of(started(Optional.empty(), LINES), workload);
            assertThat(told.name()).isEqualTo("mine");
            assertThat(told.notApplied()).isEmpty();
        }
        assertThat(StartedArm.of(started(Optional.of("freshness"), LINES), Workload.FRESHNESS)
                        .name())
                .isEqualTo("mine");
    }

    @Test
    void theLoadGeneratorsOwnProducerIsMadeForTheTrial() throws IOException {
        Stacks.Configuration told = StartedArm.of(started(Optional.empty(), LINES), Workload.INGEST);

        assertThat(told.settings()).containsEntry("publisher.linger.ms", "7");
        assertThat(told.name()).isEqualTo("mine");
    }

    @Test
    void ofAnArmWithoutSettingsTheNameIsAllThatIsSaidAlsoWhereOneOfOursIsCalledSo() throws IOException {
        ConventionalEndpoints unknown = new ConventionalEndpoints(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "127.0.0.1:9092",
                Optional.empty(),
                "strong",
                Optional.empty(),
                Map.of());

        assertThat(StartedArm.of(unknown, Workload.FRESHNESS)).isEqualTo(new Stacks.Configuration("strong"));
    }

    @Test
    void oursAreAsStartedInTheirOwnWorkload() throws IOException {
        Map<String, String> lines = Arm.of("strong").lines();

        assertThat(StartedArm.of(started(Optional.of("freshness"), lines), Workload.FRESHNESS)
                        .settings())
                .isEqualTo(Arm.of("strong").in(Workload.FRESHNESS).settings());
        assertThat(Arm.of("strong").in(Workload.FRESHNESS).lines()).isEqualTo(lines);
    }

    @Test
    void aSecretThatDiffersIsNotTold() throws IOException {
        String secret = "aggregator-service.spring.kafka.properties.sasl.jaas.config";
        Stacks.Configuration told =
                StartedArm.of(started(Optional.empty(), Map.of("for.freshness." + secret, "x")), Workload.FRESHNESS);

        assertThat(told.notApplied()).containsExactly(secret + " is unset and not (secret)");
    }

    @Test
    void aLineOfNoPartIsRefused() {
        assertThatThrownBy(() -> StartedArm.of(started(Optional.empty(), Map.of("rabbit.hz", "1")), Workload.JOURNEY))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("rabbit.hz");
    }

    private static ConventionalEndpoints started(Optional<String> workload, Map<String, String> lines) {
        return new ConventionalEndpoints(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "127.0.0.1:9092",
                Optional.empty(),
                "mine",
                workload,
                lines);
    }
}
