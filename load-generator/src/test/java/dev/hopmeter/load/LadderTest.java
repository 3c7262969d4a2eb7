package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.CdcLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LadderTest {

    @ParameterizedTest
    @EnumSource(
            value = Workload.class,
            names = {"JOURNEY", "WRITE_NOTIFY", "FRESHNESS"})
    void eachRungChangesOneKnobAndTheLastIsTheOtherArm(Workload workload) {
        List<Ladder.Rung> rungs = Ladder.between(Arm.of("shipped"), Arm.of("strong"), workload, CdcLayout.ENGINE);

        assertThat(rungs.getFirst().arm().settings())
                .isEqualTo(Arm.of("shipped").in(workload).settings());
        for (int i = 1; i < rungs.size(); i++) {
            Map<String, String> changed = new HashMap<>(rungs.get(i).arm().settings());
            changed.entrySet().removeAll(rungs.get(i - 1).arm().settings().entrySet());
            assertThat(changed)
                    .containsExactly(Map.entry(
                            rungs.get(i).knob().orElseThrow(), rungs.get(i).to()));
        }
        Map<String, String> strong = Arm.of("strong").in(workload).settings();
        assertThat(rungs).hasSizeGreaterThan(3);
        for (Ladder.Rung rung : rungs) {
            rung.knob().ifPresent(knob -> assertThat(rung.to()).isEqualTo(strong.get(knob)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "strong-flush, broker.log.flush.interval.messages, 1",
        "strong-exactly-once, aggregator-service.spring.kafka.streams.properties.processing.guarantee, exactly_once_v2"
    })
    void aKnobThatOnlyTheLowerArmSetsIsUnset(String lower, String knob, String value) {
        Arm strong = Arm.of("strong");
        List<Ladder.Rung> rungs = Ladder.between(Arm.of(lower), strong, Workload.FRESHNESS, CdcLayout.ENGINE);

        assertThat(rungs.getFirst().arm().settings()).containsEntry(knob, value);
        assertThat(rungs)
                .filteredOn(rung -> rung.knob().equals(Optional.of(knob)))
                .singleElement()
                .satisfies(rung -> {
                    assertThat(rung.from()).isEqualTo(value);
                    assertThat(rung.to()).isEqualTo("unset");
                    assertThat(rung.arm().settings()).doesNotContainKey(knob);
                });
        assertThat(rungs.getLast().arm().settings())
                .isEqualTo(strong.in(Workload.FRESHNESS).settings());
    }

    @Test
    void onlyKnobsOfWhatTheWorkloadsStackHasAreClimbed() {
        assertThat(Ladder.between(Arm.of("shipped"), Arm.of("strong"), Workload.WRITE_NOTIFY, CdcLayout.ENGINE))
                .extracting(Ladder.Rung::knob)
                .contains(Optional.of("cdc-connector.hopmeter.cdc.max-batch-size"))
                .noneMatch(knob -> knob.map(word -> word.startsWith("router-service") || word.startsWith("publisher"))
                        .orElse(false));
        assertThat(Ladder.between(Arm.of("strong"), Arm.of("strong"), Workload.FRESHNESS, CdcLayout.ENGINE))
                .hasSize(1);
    }

    @Test
    void aConnectWorkerIsClimbedByItsOwnNames() {
        assertThat(Ladder.between(Arm.of("shipped"), Arm.of("strong"), Workload.WRITE_NOTIFY, CdcLayout.CONNECT))
                .extracting(Ladder.Rung::knob)
                .contains(Optional.of("connect.connector.max.batch.size"))
                .noneMatch(knob ->
                        knob.map(word -> word.startsWith("cdc-connector")).orElse(false));
        assertThat(Ladder.between(Arm.of("shipped"), Arm.of("strong"), Workload.FRESHNESS, CdcLayout.CONNECT))
                .noneMatch(rung ->
                        rung.knob().map(word -> word.startsWith("connect")).orElse(false));
    }

    @Test
    void theTableSaysForEachRungWhatItsKnobBought() {
        List<Ladder.Rung> rungs =
                Ladder.between(Arm.of("shipped"), Arm.of("strong"), Workload.FRESHNESS, CdcLayout.ENGINE);
        LadderTable.Told told = LadderTable.of(
                "from here to there",
                List.of(
                        new LadderTable.Climbed(rungs.get(0), List.of(trial(50), trial(52)), 0),
                        new LadderTable.Climbed(rungs.get(1), List.of(trial(20), trial(21)), 1)),
                1);

        assertThat(told.text())
                .contains("from here to there", "2 (-1)", rungs.get(1).knob().orElseThrow())
                .containsPattern("p50 +p99 +p50, change");
        assertThat(told.text().lines()).allMatch(line -> line.length() <= Table.WIDTH);
        assertThat(told.json().get("rungs"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Map.class))
                .last()
                .satisfies(
                        rung -> assertThat((Long) rung.get("p50ChangeToNanos")).isNegative());
    }

    @Test
    void theTableSaysWhatWasNotSeen() {
        List<Ladder.Rung> rungs =
                Ladder.between(Arm.of("shipped"), Arm.of("strong"), Workload.FRESHNESS, CdcLayout.ENGINE);
        Series partly = trial(50);
        for (int i = 0; i < 40; i++) {
            partly.recordAtLeast(20_000_000_000L);
        }
        LadderTable.Told told = LadderTable.of(
                "from here to there",
                List.of(
                        new LadderTable.Climbed(rungs.get(0), List.of(partly), 0),
                        new LadderTable.Climbed(rungs.get(1), List.of(trial(20), trial(21)), 0)),
                1);

        assertThat(told.text()).contains(">=20000.0 [20000.0, ?]", "40 on rung 0.");
        assertThat(told.text().lines()).allMatch(line -> line.length() <= Table.WIDTH);
        assertThat(told.json().get("rungs"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Map.class))
                .satisfiesExactly(
                        rung -> assertThat(rung)
                                .containsEntry("censored", 40L)
                                .containsEntry("p99AtLeast", true)
                                .containsEntry("p50AtLeast", false),
                        rung -> assertThat(rung).containsEntry("p99ChangeNanos", null));
    }

    private static Series trial(long millis) {
        Series trial = new Series();
        for (int i = 0; i < 1_000; i++) {
            trial.record(millis * 1_000_000 + i);
        }
        return trial;
    }
}
