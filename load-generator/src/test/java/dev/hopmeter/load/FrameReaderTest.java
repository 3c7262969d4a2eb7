package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

    private final FrameReader reader = new FrameReader();

    @Test
    void aNotificationHasTrailAndKeyInWhateverOrder() {
        Frame expected = new Frame.Notification(
                Optional.of(Trail.of(Workload.JOURNEY).with(Stamp.INTENDED, 5)), Optional.of("run-7"));
        assertThat(reader.read("{\"trail\":\"journey;intended=5\",\"order\":{\"id\":\"1\",\"idempotencyKey\":\"run-7\","
                        + "\"lines\":[{\"sku\":\"idempotencyKey\",\"quantity\":1}]}}"))
                .isEqualTo(expected);
        assertThat(reader.read("{ \"order\" : {\"lines\":[{\"idempotencyKey\":\"x\"}], \"idempotencyKey\" : \"run-7\"},"
                        + " \"more\":{\"a\":[1]}, \"trail\":\"journey;intended=5\"}"))
                .isEqualTo(expected);
    }

    @Test
    void anOrderThatNobodyTimesHasNeither() {
        assertThat(reader.read("{\"trail\":null,\"order\":{\"id\":\"1\",\"idempotencyKey\":null}}"))
                .isEqualTo(new Frame.Notification(Optional.empty(), Optional.empty()));
    }

    @Test
    void theOtherFramesAreToldApart() {
        assertThat(reader.read("{\"subscribed\":{\"subscriber\":\"s-1\",\"filter\":{}}}"))
                .isEqualTo(new Frame.Subscribed());
        assertThat(reader.read("{\"dropped\":3}")).isEqualTo(new Frame.Dropped(3));
        assertThat(reader.read("{\"untold\":4}")).isEqualTo(new Frame.Dropped(4));
        assertThat(reader.read("{\"watching\":{\"size\":\"10s\"}}")).isEqualTo(new Frame.Subscribed());
        assertThat(reader.read("{\"trail\":null,\"message\":{\"id\":\"run-7\",\"amount\":3}}"))
                .isEqualTo(new Frame.Notification(Optional.empty(), Optional.of("run-7")));
        assertThat(reader.read(
                        "{\"window\":{\"count\":2,\"through\":10},\"events\":[{\"id\":\"run-8\",\"trail\":\"freshness;sent=5\"},"
                            + "{\"id\":\"run-9\",\"trail\":null}]}"))
                .isEqualTo(new Frame.Update(
                        10,
                        List.of(
                                new Frame.Notification(
                                        Optional.of(Trail.of(Workload.FRESHNESS).with(Stamp.SENT, 5)),
                                        Optional.of("run-8")),
                                new Frame.Notification(Optional.empty(), Optional.of("run-9")))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"order\":1}",
                "{\"trail\":\"nonsense\",\"order\":{}}",
                "{\"trail\":",
                "7",
                "{\"events\":[]}",
                "{\"window\":{\"count\":2},\"events\":[]}",
                "{\"window\":7,\"events\":[]}"
            })
    void anythingElseIsRefused(String frame) {
        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(frame));
    }
}
