package dev.hopmeter.unified;

import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.push.Frames;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Messages or events as they lie in the log, one after the other: whether it is an event (1 byte, 0 or 1), amount, sequence,
 * epoch milliseconds (8 bytes each), then region, kind, id (each with its length in 1 byte), its trail and the message's JSON
 * (with its length in 4 bytes). So whoever reads the log needs no JSON to route or sum. A trail is a byte and, if that is 1,
 * its text with the length in 2 bytes or, if it is 2, its workload's word with the length in 1 byte and INTENDED, SENT and
 * RECEIVED, -1 for none (8 bytes each). For one thread.
 */
final class PublishedFrame {

    /** Of the log's messages that hold frames. */
    static final String PREFIX = "hopmeter.published.1";

    private static final byte NO_TRAIL = 0;
    private static final byte TEXT = 1;
    private static final byte SHORT = 2;
    private static final List<Stamp> OF_A_SHORT_TRAIL = List.of(Stamp.INTENDED, Stamp.SENT, Stamp.RECEIVED);

    private byte[] bytes = new byte[512];
    private int length;
    private int entries;

    /**
     * One of them.
     *
     * @param trail with RECEIVED
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
            @Nullable Trail trail,
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
        begin(event, message.amount(), message.sequence(), millis);
        for (String word : List.of(message.region(), message.kind(), message.id())) {
            byte[] ascii = word.getBytes(StandardCharsets.US_ASCII);
            word(ascii, 0, ascii.length);
        }
        end(trail, json, 0, json.length);
    }

    /** Begins one, of which {@link #word} is to be called for region, kind and id, and then {@link #end}. */
    void begin(boolean event, long amount, long sequence, long millis) {
        ByteBuffer to = room(1 + 3 * Long.BYTES);
        to.put((byte) (event ? 1 : 0)).putLong(amount).putLong(sequence).putLong(millis);
        length = to.position();
    }

    /** Its next word, which is ASCII, of 128 characters at most. */
    void word(byte[] from, int start, int size) {
        ByteBuffer to = room(1 + size);
        to.put((byte) size).put(from, start, size);
        length = to.position();
    }

    /** Ends it. */
    void end(@Nullable Trail trail, byte[] from, int start, int size) {
        if (trail == null) {
            length = room(1).put(NO_TRAIL).position();
        } else if (isShort(trail)) {
            writeShort(trail);
        } else {
            byte[] text = trail.text().getBytes(StandardCharsets.US_ASCII);
            length = room(1 + Short.BYTES + text.length)
                    .put(TEXT)
                    .putShort((short) text.length)
                    .put(text)
                    .position();
        }
        length = room(Integer.BYTES + size).putInt(size).put(from, start, size).position();
        entries++;
    }

    private static boolean isShort(Trail trail) {
        return OF_A_SHORT_TRAIL.containsAll(trail.stamps());
    }

    private void writeShort(Trail trail) {
        byte[] word = trail.workload().word().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer to = room(2 + word.length + OF_A_SHORT_TRAIL.size() * Long.BYTES);
        to.put(SHORT).put((byte) word.length).put(word);
        for (int i = 0; i < OF_A_SHORT_TRAIL.size(); i++) {
            OptionalLong at = trail.at(OF_A_SHORT_TRAIL.get(i));
            to.putLong(at.orElse(-1));
        }
        length = to.position();
    }

    private ByteBuffer room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
        return ByteBuffer.wrap(bytes).position(length);
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
            Trail trail = trail(from);
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

    private static @Nullable Trail trail(ByteBuffer from) {
        byte form = from.get();
        if (form == NO_TRAIL) {
            return null;
        }
        if (form == TEXT) {
            return Trail.parse(ascii(from, from.getShort() & 0xFFFF));
        }
        if (form != SHORT) {
            throw new IllegalArgumentException("no form of a trail: " + form);
        }
        String word = ascii(from, from.get() & 0xFF);
        Trail trail =
                Trail.of(Workload.of(word).orElseThrow(() -> new IllegalArgumentException("no workload: " + word)));
        for (int i = 0; i < OF_A_SHORT_TRAIL.size(); i++) {
            long nanos = from.getLong();
            if (nanos >= 0) {
                trail = trail.with(OF_A_SHORT_TRAIL.get(i), nanos);
            }
        }
        return trail;
    }

    private static String ascii(ByteBuffer from, int size) {
        byte[] text = new byte[size];
        from.get(text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
