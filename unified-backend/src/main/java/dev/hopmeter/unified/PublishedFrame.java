package dev.hopmeter.unified;

import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.push.Frames;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Messages or events as they lie in the log, one after the other: whether it is an event (1 byte, 0 or 1), amount, sequence,
 * epoch milliseconds (8 bytes each), then region, kind, id (each with its length in 1 byte), trail (2 bytes, 0 for none) and
 * the message's JSON (4 bytes). So whoever reads the log needs no JSON to route or sum. For one thread.
 */
final class PublishedFrame {

    /** Of the log's messages that hold frames. */
    static final String PREFIX = "hopmeter.published.1";

    private static final int FIXED = 1 + 3 * Long.BYTES + 3 + Short.BYTES + Integer.BYTES;

    private byte[] bytes = new byte[512];
    private int length;
    private int entries;

    /**
     * One of them.
     *
     * @param json of a message; empty for an event, of which nobody reads it
     */
    record Item(
            boolean event,
            long amount,
            long sequence,
            long millis,
            String region,
            String kind,
            String id,
            @Nullable String trail,
            String json) {

        Entry entry(String key, @Nullable Trail streamed) {
            return event
                    ? new Entry.Counted(key, region, kind, amount, streamed, id, sequence, millis)
                    : new Entry.Live(key, region, kind, amount, streamed, Frames.ending("message", json));
        }
    }

    /** How many messages or events there are. */
    int entries() {
        return entries;
    }

    /** How many bytes they take. */
    int length() {
        return length;
    }

    /** Appends it to a larger array. */
    void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, length);
    }

    /**
     * Adds one.
     *
     * @param millis when it happened, in epoch milliseconds
     * @param trail with RECEIVED, or null for one that is not timed
     * @param json the message's, in UTF-8
     */
    void add(boolean event, Message message, long millis, @Nullable Trail trail, byte[] json) {
        byte[] line = trail == null ? new byte[0] : trail.text().getBytes(StandardCharsets.US_ASCII);
        int most = FIXED
                + message.region().length()
                + message.kind().length()
                + message.id().length()
                + line.length
                + json.length;
        if (bytes.length - length < most) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + most));
        }
        ByteBuffer to = ByteBuffer.wrap(bytes, length, most);
        to.put((byte) (event ? 1 : 0));
        to.putLong(message.amount()).putLong(message.sequence()).putLong(millis);
        putShort(to, message.region());
        putShort(to, message.kind());
        putShort(to, message.id());
        to.putShort((short) line.length).put(line);
        to.putInt(json.length).put(json);
        length += most;
        entries++;
    }

    /** Words and ids are ASCII, of 128 characters at most. */
    private static void putShort(ByteBuffer to, String text) {
        to.put((byte) text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Reads the next one.
     *
     * @throws MalformedException if these bytes are none
     */
    static Item next(ByteBuffer from) {
        try {
            boolean event = from.get() != 0;
            long amount = from.getLong();
            long sequence = from.getLong();
            long millis = from.getLong();
            String region = ascii(from, from.get() & 0xFF);
            String kind = ascii(from, from.get() & 0xFF);
            String id = ascii(from, from.get() & 0xFF);
            int line = from.getShort() & 0xFFFF;
            String trail = line == 0 ? null : ascii(from, line);
            int size = from.getInt();
            String json = "";
            if (event) {
                from.position(from.position() + size);
            } else {
                byte[] text = new byte[size];
                from.get(text);
                json = new String(text, StandardCharsets.UTF_8);
            }
            return new Item(event, amount, sequence, millis, region, kind, id, trail, json);
        } catch (BufferUnderflowException | IllegalArgumentException | NegativeArraySizeException e) {
            throw new MalformedException("a message of the log that is no frame", e);
        }
    }

    private static String ascii(ByteBuffer from, int size) {
        byte[] text = new byte[size];
        from.get(text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
