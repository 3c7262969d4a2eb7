package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
    void harperClaimsTwoCopiesAndNoFlushAndItsArmSaysWhenSubscribersAreTold() {
        Durability confirmed = Durability.harper(Workload.WRITE_NOTIFY, Optional.of("confirmed"));
        Durability local = Durability.harper(Workload.WRITE_NOTIFY, Optional.of("local"));
        Durability silent = Durability.harper(Workload.WRITE_NOTIFY, Optional.empty());

        assertThat(confirmed.acknowledged()).hasValue(new Durability.Held(2, 0)).isEqualTo(local.acknowledged());
        assertThat(confirmed.told()).hasValue(new Durability.Held(2, 0));
        assertThat(local.told()).hasValue(new Durability.Held(1, 0));
        assertThat(local.notification()).contains("can precede the second copy");
        assertThat(silent.told()).isEmpty();
        assertThat(silent.notification()).startsWith("not known");
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

    @Test
    void theUnifiedBackendPromisesTwoFlushedCopiesOnlyWhereEveryServerSaysSo() {
        Map<String, String> said = new TreeMap<>(Map.of(
                Versions.FSYNC,
                "on",
                Versions.SYNCHRONOUS_COMMIT,
                "on",
                Versions.STANDBY_NAMES,
                "ANY 1 (a, b)",
                Versions.STREAMING,
                "2",
                Versions.STANDBY_FSYNC + 1,
                "on"));

        assertThat(unified(said, "quorum").order())
                .isEqualTo("flushed on two of three servers before it is acknowledged (2 standbys stream)");
        assertThat(unified(said, "quorum").notification()).isEqualTo("follows the flush of the second copy");
        assertThat(unified(said, "local").order()).startsWith("flushed on one of three servers");
        assertThat(unified(said, "local").notification()).contains("can precede the second copy");
        said.put(Versions.STANDBY_FSYNC + 2, "off");
        assertThat(unified(said, "quorum").order()).startsWith("NOT sure").contains("a standby without fsync");
        said.put(Versions.STANDBY_NAMES, "");
        assertThat(unified(said, "quorum").order()).startsWith("NOT sure");
        said.put(Versions.FSYNC, "off");
        assertThat(unified(said, "local").order()).startsWith("NOT flushed");
        assertThat(Durability.unified(Workload.JOURNEY, said, Optional.empty()).order())
                .startsWith("not known");
    }

    private static Durability unified(Map<String, String> said, String notified) {
        return Durability.unified(Workload.JOURNEY, said, Optional.of(notified));
    }

    private static String record(Set<String> acks) {
        return Durability.of(Backend.CONVENTIONAL, Workload.JOURNEY, SAID, acks).record();
    }
}
