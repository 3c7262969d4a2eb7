package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.Reception;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedTextTest {

    private static final String MESSAGE =
            "{\"id\":\"m-1\",\"region\":\"eu-west\",\"kind\":\"retail\",\"amount\":7,\"sequence\":17,\"text\":\"\u00e4\"}";

    private final PublishedText text = new PublishedText(
            new WireFormat(), new Reception(new Stamps(() -> 0, new SimpleMeterRegistry(), Backend.UNIFIED)));

    @Test
    void aFrameIsReadAsItIsWrittenToTheLog() {
        PublishedFrame frame = text.read(
                "[{\"trail\":\"fan-out;sent=5\",\"message\":" + MESSAGE + "},{\"message\":" + MESSAGE
                        + ",\"at\":99,\"trail\":null}]",
                false,
                7_000_000);

        byte[] content = new byte[frame.length()];
        frame.copyTo(content, 0);
        ByteBuffer log = ByteBuffer.wrap(content);
        assertThat(frame.entries()).isEqualTo(2);
        assertThat(PublishedFrame.next(log))
                .isEqualTo(new PublishedFrame.Item(
                        false, 7, 17, 7, "eu-west", "retail", "m-1", "fan-out;sent=5;received=7000000", MESSAGE));
        assertThat(PublishedFrame.next(log))
                .isEqualTo(new PublishedFrame.Item(false, 7, 17, 99, "eu-west", "retail", "m-1", null, MESSAGE));
        assertThat(log.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "[1]",
                "[{}]",
                "[null]",
                "[{\"message\":null}]",
                "[{\"message\":{}}]",
                "[{\"message\":" + MESSAGE + "}",
                "[{\"message\":" + MESSAGE + "}]]",
                "[{\"message\":" + MESSAGE + ",\"message\":" + MESSAGE + "}]",
                "[{\"message\":" + MESSAGE + ",\"more\":1}]",
                "[{\"message\":" + MESSAGE + ",\"at\":\"1\"}]",
                "[{\"message\":" + MESSAGE + ",\"at\":1.5}]",
                "[{\"message\":" + MESSAGE + ",\"at\":-1}]",
                "[{\"message\":" + MESSAGE + ",\"at\":99999999999999999999}]",
                "[{\"message\":" + MESSAGE + ",\"at\":3600001}]",
                "[{\"message\":" + MESSAGE + ",\"trail\":7}]",
                "[{\"message\":" + MESSAGE + ",\"trail\":\"sideways\"}]"
            })
    void whatIsNoFrameIsMalformed(String json) {
        assertThatThrownBy(() -> text.read(json, true, 0)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aFrameHasAThousandEntriesAtMost() {
        String entry = "{\"message\":" + MESSAGE + "}";

        assertThat(text.read("[" + entry + ("," + entry).repeat(999) + "]", true, 0)
                        .entries())
                .isEqualTo(1_000);
        assertThatThrownBy(() -> text.read("[" + entry + ("," + entry).repeat(1_000) + "]", true, 0))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("1000");
    }
}
