package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class EqualDurabilityTest {

    private static final StudyArm ONE = StudyArm.of("conventional/strong");
    private static final StudyArm OTHER = StudyArm.of("unified");

    /** Flushed copies when the sender and when the subscriber is told. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 1, yes",
        "1, 1, 2, 2, no: unified/quorum more",
        "0, 3, 0, 2, no: conventional/strong more",
        "1, 0, 1, 2, no: unified/quorum more",
        "1, 2, 2, 1, no"
    })
    void theArmWithMoreCopiesAtOneMomentAndNoFewerAtTheOtherIsMoreDurable(
            int acknowledged, int told, int otherAcknowledged, int otherTold, String shown) {
        Study.Comparison comparison =
                new Study.Comparison(arm(ONE, acknowledged, told), arm(OTHER, otherAcknowledged, otherTold));

        assertThat(StudyText.durable(
                        comparison.equallyDurable(),
                        comparison.moreDurable().map(more -> more.arm().label())))
                .isEqualTo(shown);
    }

    @Test
    void nothingIsSaidOfAnArmThatDoesNotSay() {
        Study.Comparison comparison =
                new Study.Comparison(arm(ONE, 2, 2), group(OTHER, JsonNodeFactory.instance.objectNode()));

        assertThat(comparison.equallyDurable()).isEmpty();
        assertThat(comparison.moreDurable()).isEmpty();
        assertThat(StudyText.durable(Optional.empty(), Optional.empty())).isEqualTo("not known");
    }

    private static Study.Group arm(StudyArm arm, int acknowledged, int told) {
        ObjectNode durability = JsonNodeFactory.instance.objectNode();
        durability.putObject("acknowledged").put("flushed", acknowledged);
        durability.putObject("told").put("flushed", told);
        return group(arm, durability);
    }

    private static Study.Group group(StudyArm arm, ObjectNode durability) {
        ObjectNode summary = JsonNodeFactory.instance.objectNode().put("valid", true);
        summary.set("durability", durability);
        Series total = new Series();
        total.record(1_000_000);
        return Study.Group.of(
                Workload.WRITE_NOTIFY,
                arm,
                List.of(new Study.Numbered(
                        1,
                        new RecordedTrial(
                                Path.of("made-up"),
                                summary,
                                JsonNodeFactory.instance.objectNode(),
                                total,
                                new TreeMap<>(),
                                Map.of()))),
                1);
    }
}
