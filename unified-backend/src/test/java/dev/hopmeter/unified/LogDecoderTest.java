package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogDecoderTest {

    /** 2000-01-01T00:00:01Z, in epoch nanoseconds. */
    private static final long COMMITTED = 946_684_801_000_000_000L;

    private static final long NOW = 946_684_802_000_000_000L;
    private static final UUID ID = UUID.fromString("0199a2b4-0000-7000-8000-000000000001");
    private static final String[] COLUMNS = {
        "id",
        "idempotency_key",
        "fingerprint",
        "customer",
        "region",
        "kind",
        "amount",
        "currency",
        "lines",
        "placed_at",
        "placed_nanos",
        "trail"
    };

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Counter unreadable = registry.counter("unreadable");
    private final List<Transaction> complete = new ArrayList<>();
    private final LogDecoder decoder = new LogDecoder(
            new WireFormat(), new Stamps(() -> NOW, registry, Backend.UNIFIED), unreadable, complete::add);

    @Test
    void anInsertedOrderIsReadFromItsBinaryColumns() throws IOException {
        Trail sent = Trail.of(Workload.JOURNEY).with(Stamp.SENT, 5);
        read(begin(), table("orders", COLUMNS), insert(true, "k-1", sent.text()), commit(4_711));

        assertThat(complete).singleElement().satisfies(transaction -> {
            assertThat(transaction.xid()).isEqualTo(42);
            assertThat(transaction.end()).isEqualTo(4_711);
            assertThat(transaction.commitNanos()).isEqualTo(COMMITTED);
            Entry.Placed order = (Entry.Placed) transaction.entries().getFirst();
            assertThat(order.key()).isEqualTo("eu-west/retail");
            assertThat(order.amount()).isEqualTo(12_990);
            assertThat(order.trail())
                    .isEqualTo(sent.with(Stamp.COMMITTED, COMMITTED).with(Stamp.STREAMED, NOW));
            assertThat(order.row().frameEnd())
                    .isEqualTo(",\"order\":{\"id\":\"" + ID + "\",\"idempotencyKey\":\"k-1\",\"customer\":\"Zoë\","
                            + "\"region\":\"eu-west\",\"kind\":\"retail\",\"amount\":12990,\"currency\":\"EUR\","
                            + "\"lines\":[{\"sku\":\"A-1\",\"quantity\":2}],"
                            + "\"placedAt\":\"2000-01-01T00:00:00.000000001Z\"}}");
        });
        assertThat(unreadable.count()).isZero();
    }

    @Test
    void columnsAsTextAreReadTheSame() throws IOException {
        read(begin(), table("orders", COLUMNS), insert(false, null, null), commit(1));

        Entry.Placed order = (Entry.Placed) complete.getFirst().entries().getFirst();
        assertThat(order.trail()).isNull();
        assertThat(order.row().frameEnd())
                .contains("\"idempotencyKey\":null", "\"amount\":12990", ID.toString(), "\"A-1\"");
    }

    @Test
    void whatIsNoOrderIsCountedAndTheOthersOfItsTransactionAreRead() throws IOException {
        read(begin(), table("orders", COLUMNS), insert(true, null, "no trail"), insert(true, "k-2", null), commit(1));

        assertThat(unreadable.count()).isEqualTo(1);
        assertThat(complete.getFirst().entries()).hasSize(1);
    }

    @Test
    void rowsOfOtherTablesAndOthersMessagesArePassedOver() throws IOException {
        read(
                begin(),
                table("customers", COLUMNS),
                insert(true, null, null),
                logged("somebody", new byte[] {1, 2, 3}, true),
                logged(PublishedFrame.PREFIX, frame(), false),
                commit(1));

        assertThat(complete.getFirst().entries()).isEmpty();
        assertThat(unreadable.count()).isZero();
    }

    @Test
    void publishedFramesAreReadInTheirOrder() throws IOException {
        read(begin(), logged(PublishedFrame.PREFIX, frame(), true), commit(1));

        assertThat(complete.getFirst().entries())
                .containsExactly(
                        new Entry.Live(
                                "eu-west/retail",
                                "eu-west",
                                "retail",
                                7,
                                Trail.of(Workload.FAN_OUT)
                                        .with(Stamp.RECEIVED, 3)
                                        .with(Stamp.COMMITTED, COMMITTED)
                                        .with(Stamp.STREAMED, NOW),
                                ",\"message\":{\"text\":\"ä\"}}"),
                        new Entry.Counted("us-east/wholesale", "us-east", "wholesale", 8, null, "e-1", 17, 99));
    }

    @Test
    void aTransactionSaysHowManyBytesItWasReadFrom() throws IOException {
        byte[] frame = logged(PublishedFrame.PREFIX, frame(), true);

        read(begin(), frame, commit(1), begin(), frame, frame, commit(2));

        assertThat(complete)
                .extracting(Transaction::length)
                .containsExactly(
                        (long) begin().length + frame.length + commit(1).length,
                        (long) begin().length + 2L * frame.length + commit(2).length);
    }

    @Test
    void aBrokenFrameIsCountedAndWhatCameBeforeItStays() throws IOException {
        byte[] whole = frame();
        byte[] broken = Arrays.copyOf(whole, whole.length - 5);

        read(begin(), logged(PublishedFrame.PREFIX, broken, true), commit(1));

        assertThat(unreadable.count()).isEqualTo(1);
        assertThat(complete.getFirst().entries()).hasSize(1);
    }

    @Test
    void aChangeOutsideOfATransactionIsAFault() throws IOException {
        byte[] commit = commit(1);

        assertThatThrownBy(() -> decoder.read(ByteBuffer.wrap(commit))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTransactionWhoseEndDidNotComeIsForgottenWithItsConnection() throws IOException {
        read(begin(), logged(PublishedFrame.PREFIX, frame(), true));

        decoder.restart();
        read(begin(), commit(9));

        assertThat(complete)
                .singleElement()
                .satisfies(transaction -> assertThat(transaction.entries()).isEmpty());
    }

    private static byte[] frame() {
        PublishedFrame frame = new PublishedFrame();
        Trail trail = Trail.of(Workload.FAN_OUT).with(Stamp.RECEIVED, 3);
        byte[] json = "{\"text\":\"ä\"}".getBytes(StandardCharsets.UTF_8);
        frame.add(false, new Message("m-1", "eu-west", "retail", 7, 0, "ä"), 98, trail, json);
        frame.add(true, new Message("e-1", "us-east", "wholesale", 8, 17, ""), 99, null, json);
        byte[] content = new byte[frame.length()];
        frame.copyTo(content, 0);
        return content;
    }

    private void read(byte[]... messages) {
        for (byte[] message : messages) {
            decoder.read(ByteBuffer.wrap(message));
        }
    }

    private static byte[] begin() throws IOException {
        return message('B', out -> {
            out.writeLong(4_700);
            out.writeLong(1_000_000);
            out.writeInt(42);
        });
    }

    private static byte[] commit(long end) throws IOException {
        return message('C', out -> {
            out.writeByte(0);
            out.writeLong(end - 1);
            out.writeLong(end);
            out.writeLong(1_000_000);
        });
    }

    private static byte[] table(String name, String... columns) throws IOException {
        return message('R', out -> {
            out.writeInt(16_384);
            text(out, "public");
            text(out, name);
            out.writeByte('d');
            out.writeShort(columns.length);
            for (String column : columns) {
                out.writeByte(0);
                text(out, column);
                out.writeInt(25);
                out.writeInt(-1);
            }
        });
    }

    private static byte[] insert(boolean binary, @Nullable String key, @Nullable String trail) throws IOException {
        return message('I', out -> {
            out.writeInt(16_384);
            out.writeByte('N');
            out.writeShort(COLUMNS.length);
            uuid(out, binary);
            column(out, binary, key);
            column(out, binary, "fingerprint");
            column(out, binary, "Zoë");
            column(out, binary, "eu-west");
            column(out, binary, "retail");
            number(out, binary, 12_990);
            column(out, binary, "EUR");
            column(out, binary, (binary ? "\u0001" : "") + "[{\"sku\": \"A-1\", \"quantity\": 2}]");
            column(out, binary, "whenever");
            number(out, binary, 946_684_800_000_000_001L);
            column(out, binary, trail);
        });
    }

    private static byte[] logged(String prefix, byte[] content, boolean transactional) throws IOException {
        return message('M', out -> {
            out.writeByte(transactional ? 1 : 0);
            out.writeLong(4_690);
            text(out, prefix);
            out.writeInt(content.length);
            out.write(content);
        });
    }

    private static void uuid(DataOutputStream out, boolean binary) throws IOException {
        if (!binary) {
            column(out, false, ID.toString());
            return;
        }
        out.writeByte('b');
        out.writeInt(16);
        out.writeLong(ID.getMostSignificantBits());
        out.writeLong(ID.getLeastSignificantBits());
    }

    private static void number(DataOutputStream out, boolean binary, long number) throws IOException {
        if (!binary) {
            column(out, false, Long.toString(number));
            return;
        }
        out.writeByte('b');
        out.writeInt(8);
        out.writeLong(number);
    }

    private static void column(DataOutputStream out, boolean binary, @Nullable String value) throws IOException {
        if (value == null) {
            out.writeByte('n');
            return;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeByte(binary ? 'b' : 't');
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.writeByte(0);
    }

    @FunctionalInterface
    private interface Body {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static byte[] message(char type, Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(type);
        body.writeTo(out);
        return bytes.toByteArray();
    }
}
