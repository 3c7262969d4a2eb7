package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SlotLagTest {

    private static final long PER_LOOK = 1_000_000;

    @Test
    void aReaderThatIsBehindAndStaysSoIsStated() {
        Finding finding = finding("reserved", look -> look % 3 == 0 ? 40_000_000 : 3_000);

        assertThat(finding.against()).isFalse();
        assertThat(finding.text()).startsWith("hopmeter_u_1: its reader at most 40000.0 kB behind the log");
    }

    @Test
    void aReaderThatFallsBehindAllTheTimeSpeaksAgainstTheTrial() {
        Finding finding = finding("reserved", look -> look * PER_LOOK / 2);

        assertThat(finding.against()).isTrue();
        assertThat(finding.text()).contains("fell behind all the time");
    }

    @Test
    void aSlotThatIsLostSpeaksAgainstTheTrial() {
        assertThat(finding("lost", look -> 0).against()).isTrue();
    }

    @Test
    void noSlotSpeaksAgainstTheTrialAndAPrimaryThatIsNotToBeAskedDoesNot() {
        assertThat(SlotLag.finding(List.of(), Optional.empty()).against()).isTrue();
        assertThat(SlotLag.finding(List.of(), Optional.of("no")).against()).isFalse();
    }

    private static Finding finding(String status, LongUnaryOperator unsent) {
        return SlotLag.finding(
                LongStream.range(0, 60)
                        .mapToObj(look -> new SlotLag.Look(
                                "hopmeter_u_1",
                                look * 500_000_000,
                                status,
                                true,
                                unsent.applyAsLong(look),
                                0,
                                0,
                                look * PER_LOOK))
                        .toList(),
                Optional.empty());
    }
}
