package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Route;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KnobsTest {

    @Test
    void aKnobIsWhatThePartSaysAndItsHopIsOneOfARoute() {
        List<Knobs.Turned> knobs = Knobs.of(
                Map.of(
                        "cdc-connector producer",
                        new PartSettings().add("linger.ms", "0", "5", ""),
                        "cdc-connector properties",
                        new PartSettings().add("hopmeter.cdc.read-patience", "100ms", "0ms", ""),
                        "router-service producer",
                        new PartSettings().add("linger.ms", "5", "5", "")),
                Map.of("linger.ms", "7"));

        assertThat(knobs.stream().map(knob -> knob.hop().word() + " " + knob.name() + "=" + knob.value()))
                .containsExactlyInAnyOrder(
                        "committed-captured hopmeter.cdc.read-patience=100ms",
                        "captured-taken linger.ms=0",
                        "captured-fetched linger.ms=0",
                        "sent-taken linger.ms=7",
                        "sent-delivered linger.ms=7");
        List<Hop> hops = Route.workloadsOf(Backend.CONVENTIONAL).stream()
                .flatMap(workload -> Route.of(Backend.CONVENTIONAL, workload).orElseThrow().hops().stream())
                .toList();
        assertThat(hops).containsAll(knobs.stream().map(Knobs.Turned::hop).toList());
    }
}
