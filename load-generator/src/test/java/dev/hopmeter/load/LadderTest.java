package dev.hopmeter.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.CdcLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LadderTest {

    @ParameterizedTest
    @EnumSource(
            value = Workload.class,
            names = {"JOURNEY", "WRITE_NOTIFY", "FRESHNESS"})
    void eachRungChangesOneKnobAndTheLastIsTheOtherArm(Workload workload) {
        Ladder ladder = Ladder.between(Arm.of("shipped"), Arm.of("strong"), workload, CdcLayout.ENGINE);
        List<Ladder.Rung> rungs = ladder.rungs();

        Map<String, String> lowest =
                new HashMap<>(Arm.of("shipped").in(workload).settings());
        ladder.apart().forEach(change -> lowest.put(change.knob(), change.to()));
        assertThat(rungs.getFirst().arm().settings()).isEqualTo(lowest);
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
        List<Ladder.Rung> rungs = Ladder.between(Arm.of(lower), strong, Workload.FRESHNESS, CdcLayout.ENGINE)
                .rungs();

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
        assertThat(Ladder.between(Arm.of("shipped"), Arm.of("strong"), Workload.WRITE_NOTIFY, CdcLayout.ENGINE)
                        .rungs())
                .extracting(Ladder.Rung::knob)
                .contains(Optional.of("cdc-connector.hopmeter.cdc.max-batch-size"))
                .noneMatch(knob -> knob.map(word -> word.startsWith("router-service") || word.startsWith("publisher"))
                        .orElse(false));
        assertThat(Ladder.between(Arm.of("strong"), Arm.of("strong"), Workload.FRESHNESS, CdcLayout.ENGINE)
                        .rungs())
                .hasSize(1);
    }

    @Test
    void aConnectWorkerIsClimbedByItsOwnNames() {
        assertThat(Ladder.between(Arm.of("shipped"), Arm.of("strong"), Workload.WRITE_NOTIFY, CdcLayout.CONNECT)
                        .rungs())
                .extracting(Ladder.Rung::knob)
                .contains(Optional.of("connect.connector.max.batch.size"))
                .noneMatch(knob ->
                        knob.map(word -> word.startsWith("cdc-connector")).orElse(false));
        assertThat(Ladder.between(Arm.of("shipped"), Arm.of("strong"), Workload.FRESHNESS, CdcLayout.CONNECT)
                        .rungs())
                .noneMatch(rung ->
                        rung.knob().map(word -> word.startsWith("connect")).orElse(false));
    }

    @Test
    void whatHasNoPartInAnyLatencyIsNoRungAndStandsUnderTheTable() {
        Ladder ladder = Ladder.between(Arm.of("shipped"), Arm.of("strong"), Workload.JOURNEY, CdcLayout.CONNECT);

        assertThat(ladder.apart())
                .extracting(Ladder.Change::knob)
                .containsExactly(
                        "connect.connector.snapshot.mode",
                        "connect.worker.plugin.discovery",
                        "router-service.spring.kafka.consumer.properties.session.timeout.ms");
        assertThat(ladder.rungs())
                .allSatisfy(rung ->
                        assertThat(rung.arm().settings()).containsEntry("connect.connector.snapshot.mode", "no_data"));
        assertThat(ladder.rungs().getFirst().arm().name()).isEqualTo("shipped-0");
        assertThat(LadderTable.apart(ladder.apart()))
                .contains("no part in any latency", "connect.connector.snapshot.mode: initial -> no_data")
                .satisfies(text -> assertThat(text.lines()).allMatch(line -> line.length() <= Table.WIDTH));
        assertThat(LadderTable.nodes(ladder.apart()))
                .first()
                .isEqualTo(Map.of("knob", "connect.connector.snapshot.mode", "from", "initial", "to", "no_data"));
        assertThat(LadderTable.apart(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shipped", "strong"})
    void theArmsSayWhichKnobsHaveNoPartInAnyLatency(String arm) throws IOException {
        Set<String> said = new TreeSet<>();
        try (InputStream file = Arm.class.getResourceAsStream("arms/" + arm + ".properties")) {
            String text = new String(requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            Matcher noPart = Pattern.compile("((?:#.*\\n)+)([^#=\\s]+)=").matcher(text);
            while (noPart.find()) {
                if (noPart.group(1).replaceAll("\\s*\\n# ", " ").contains("No part in ")) {
                    said.add(noPart.group(2));
                }
            }
        }
        assertThat(said).isEqualTo(new TreeSet<>(Ladder.NO_LATENCY));
    }

    @Test
    void secretsOfAnArmAreNotTold() {
        Arm strong = Arm.of("strong");
        Arm other = strong.with("other", Map.of("publisher.sasl.jaas.config", "hunter2"));
        List<Ladder.Rung> rungs = Ladder.between(strong, other, Workload.FRESHNESS, CdcLayout.ENGINE)
                .rungs();
        LadderTable.Told told = LadderTable.of(
                "from here to there",
                List.of(
                        new LadderTable.Climbed(rungs.get(0), List.of(trial(20)), 0),
                        new LadderTable.Climbed(rungs.get(1), List.of(trial(20)), 0)),
                1);

        assertThat(told.text()).contains("publisher.sasl.jaas.config: unset -> (secret)");
        assertThat(told.json().toString()).doesNotContain("hunter2");
    }

    @Test
    void theTableSaysForEachRungWhatItsKnobBought() {
        List<Ladder.Rung> rungs = Ladder.between(
                        Arm.of("shipped"), Arm.of("strong"), Workload.FRESHNESS, CdcLayout.ENGINE)
                .rungs();
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
        List<Ladder.Rung> rungs = Ladder.between(
                        Arm.of("shipped"), Arm.of("strong"), Workload.FRESHNESS, CdcLayout.ENGINE)
                .rungs();
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

        assertThat(told.text()).contains(">=20000.0 [?]", "40 on rung 0.");
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
