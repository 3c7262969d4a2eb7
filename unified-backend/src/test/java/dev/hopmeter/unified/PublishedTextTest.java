package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.Reception;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedTextTest {

    private static final String MESSAGE =
            "{\"id\":\"m-1\",\"region\":\"eu-west\",\"kind\":\"retail\",\"amount\":7,\"sequence\":17,\"text\":\"\u00e4\"}";

    private final Reception reception = new Reception(new Stamps(() -> 0, new SimpleMeterRegistry(), Backend.UNIFIED));
    private final PublishedText text = new PublishedText(new WireFormat(), reception);

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
                        false,
                        7,
                        17,
                        7,
                        "eu-west",
                        "retail",
                        "m-1",
                        Trail.parse("fan-out;sent=5;received=7000000"),
                        MESSAGE));
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
    void aTrailWithOtherStampsIsKeptAsItIs() {
        String sent = "journey;intended=1;pushed=2";
        PublishedFrame frame = text.read("[{\"trail\":\"" + sent + "\",\"message\":" + MESSAGE + "}]", true, 7_000_000);

        byte[] content = new byte[frame.length()];
        frame.copyTo(content, 0);
        assertThat(PublishedFrame.next(ByteBuffer.wrap(content)).trail())
                .isEqualTo(Trail.parse(sent + ";received=7000000"));
    }

    /** Whatever the quick reader takes, the reader of JSON takes as well, and makes the same of it. */
    @Test
    void aFrameInThePlainFormIsReadAsAnyOther() {
        Random random = new Random(20_260_608);
        int plain = 0;
        for (int round = 0; round < 5_000; round++) {
            String json = random.nextInt(3) == 0 ? randomFrame(random) : mutated(randomFrame(random), random);
            PublishedFrame quick =
                    new PlainFrame(json.getBytes(StandardCharsets.UTF_8), true, 7_000_000, reception).read(1_000);
            if (quick != null) {
                plain++;
                assertThat(content(quick)).as(json).isEqualTo(content(text.readAny(json, true, 7_000_000)));
            }
        }
        assertThat(plain).isBetween(2_000, 4_900);
    }

    @Test
    void theFormInWhichProgramsWriteIsThePlainOne() {
        Random random = new Random(1);
        for (int round = 0; round < 100; round++) {
            String json = randomFrame(random);
            assertThat(new PlainFrame(json.getBytes(StandardCharsets.UTF_8), true, 7_000_000, reception).read(1_000))
                    .as(json)
                    .isNotNull();
        }
    }

    private static byte[] content(PublishedFrame frame) {
        byte[] content = new byte[frame.length()];
        frame.copyTo(content, 0);
        return content;
    }

    private static String randomFrame(Random random) {
        StringBuilder frame = new StringBuilder("[");
        for (int i = 0; i <= random.nextInt(3); i++) {
            frame.append(i == 0 ? "" : ",")
                    .append("{\"trail\":")
                    .append(random.nextBoolean() ? "null" : "\"ingest;intended=" + random.nextLong(1L << 62) + "\"");
            if (random.nextBoolean()) {
                frame.append(",\"at\":").append(random.nextBoolean() ? "null" : random.nextLong(3_600_000));
            }
            frame.append(",\"message\":{\"id\":\"e-")
                    .append(random.nextInt())
                    .append("\",\"region\":\"eu-west\",\"kind\":\"retail\",\"amount\":")
                    .append(1 + random.nextLong(1_000_000_000_000L))
                    .append(",\"sequence\":")
                    .append(random.nextLong(1L << 53))
                    .append(",\"text\":\"")
                    .append("~ /{}".repeat(random.nextInt(4)))
                    .append("\"}}");
        }
        return frame.append(']').toString();
    }

    private static String mutated(String json, Random random) {
        StringBuilder mutated = new StringBuilder(json);
        int at = random.nextInt(json.length());
        switch (random.nextInt(3)) {
            case 0 -> mutated.deleteCharAt(at);
            case 1 -> mutated.setCharAt(at, "0\"\\ a-,}\u007f\u00e4".charAt(random.nextInt(10)));
            default -> mutated.insert(at, "09\"\\ a-,}n".charAt(random.nextInt(10)));
        }
        return mutated.toString();
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
