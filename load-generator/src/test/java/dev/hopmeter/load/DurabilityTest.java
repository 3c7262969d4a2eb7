package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DurabilityTest {

    private static final Map<String, String> SAID = Map.of(
            Versions.FSYNC, "on",
            Versions.SYNCHRONOUS_COMMIT, "on",
            Versions.COPIES, "3",
            Versions.LEAST_IN_SYNC, "2");

    @Test
    void aRecordIsAcknowledgedByWhomItsProducerWaitsFor() {
        assertThat(record(Set.of("-1")))
                .isEqualTo(
                        "acknowledged by the in-sync replicas (3 copies, at least 2), in memory, not flushed to disk");
        assertThat(record(Set.of("1"))).startsWith("acknowledged by the leader ALONE (acks=1)");
        assertThat(record(Set.of("0"))).startsWith("NOT acknowledged at all");
        assertThat(record(Set.of("-1", "1"))).startsWith("acknowledged by the leader ALONE");
        assertThat(record(Set.of())).startsWith("not known by whom");
    }

    @Test
    void acksAreThoseOfTheFirstProducerOnTheRoute() {
        PartSettings weak = new PartSettings().add("acks", "1", "-1", "");
        PartSettings strong = new PartSettings().add("acks", "-1", "-1", "");
        EffectiveConfiguration effective = new EffectiveConfiguration(Map.of(
                "services",
                Map.of("connect-worker producer connector-producer-a-0", weak, "router-service producer", strong),
                "load-generator",
                Map.of("publisher", strong)));

        assertThat(effective.acks(Workload.WRITE_NOTIFY)).containsExactly("1");
        assertThat(effective.acks(Workload.INGEST)).containsExactly("-1");
        assertThat(EffectiveConfiguration.ofNothing().acks(Workload.JOURNEY)).isEmpty();
    }

    private static String record(Set<String> acks) {
        return Durability.of(Backend.CONVENTIONAL, Workload.JOURNEY, SAID, acks).record();
    }
}
