package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class LossesTest {

    private static final int EVENTS = 50_000;

    @Test
    void aWinOfTheConventionalSideIsNamedAtTheQuantileWhereItIs() {
        Study study = study(StudyArm.of("conventional/strong"), StudyArm.of("unified"));

        List<String> losses = Losses.of(study);

        assertThat(losses).hasSize(2);
        assertThat(losses.getFirst())
                .startsWith(
                        "Of all comparisons with another backend, the A/A arm's among them, the conventional side wins"
                                + " by a 95 % interval: at p99.9 write-notify, conventional/strong by unified/quorum,"
                                + " 0.200 [")
                .contains("]; at p99.9 write-notify, conventional/strong (A/A) by unified/quorum, 0.200 [")
                .endsWith("; none at p50, p90 and p99.");
        assertThat(losses.getLast())
                .startsWith("The p99.9 of write-notify is of 100 000 deliveries on each arm, in trials of 50 000 events"
                        + " each: the slowest 100 deliveries lie beyond it; an arm by itself there: 1.00 [");
        JsonNode json = JsonMapper.shared().readTree(StudyJson.of(study));
        List<String> headline = Headline.of(json, "there");
        assertThat(headline).containsSubsequence(losses).containsSubsequence(losses.getLast(), "");
        assertThat(headline.subList(headline.indexOf(losses.getLast()), headline.size()))
                .anyMatch(line -> line.startsWith("| workload |"));
        String report = StudyText.markdown(study);
        assertThat(report)
                .contains(losses)
                .contains("| p50 | p90 | p99 | p99.9 | lost |", "differences of the totals in ms");
        assertThat(report.lines().filter(line -> line.startsWith("| write-notify | conventional/strong | 2 | 8.")))
                .singleElement()
                .asString()
                .doesNotContain("n too small");
        assertThat(report.lines()
                        .filter(line -> line.startsWith("| write-notify | conventional/strong | unified/quorum | 4.")))
                .as("8 ms minus 4 ms, and at p99.9 8 ms minus 40 ms")
                .singleElement()
                .asString()
                .contains("| -32.");
    }

    @Test
    void armsOfOneBackendAreNothingToWinOrLose() {
        assertThat(Losses.of(study(StudyArm.of("unified/local"), StudyArm.of("unified"))))
                .isEmpty();
    }

    /** Conventional events all take 8 ms or so; others take 4, and one in 500 of them 40. */
    static Study study(StudyArm one, StudyArm other) {
        StudyPlan plan = new StudyPlan(
                List.of(Workload.WRITE_NOTIFY),
                List.of(one, other, one.copy()),
                2,
                1_000,
                Duration.ofSeconds(EVENTS / 1_000),
                Duration.ofSeconds(30),
                1,
                false);
        List<Study.Group> groups = plan.arms().stream()
                .map(arm -> Study.Group.of(Workload.WRITE_NOTIFY, arm, List.of(trial(arm, 1), trial(arm, 2)), 1))
                .toList();
        return new Study(plan, Path.of("made-up"), groups, List.of());
    }

    private static Study.Numbered trial(StudyArm arm, int number) {
        boolean conventional = arm.backend() == Backend.CONVENTIONAL;
        Series total = new Series();
        for (int event = 0; event < EVENTS; event++) {
            total.record(1_000L * number + (conventional ? 8_000_000 : event % 500 == 0 ? 40_000_000 : 4_000_000));
        }
        return new Study.Numbered(
                number,
                new RecordedTrial(
                        Path.of("made-up"),
                        JsonNodeFactory.instance.objectNode().put("valid", true),
                        JsonNodeFactory.instance.objectNode(),
                        total,
                        new TreeMap<>(),
                        Map.of()));
    }
}
