package dev.hopmeter.unified;

import dev.hopmeter.contract.Limits;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.Reception;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a frame in the form in which programs write it: each entry {@code {"trail":…,"at":…,"message":{"id":…,"region":…,
 * "kind":…,"amount":…,"sequence":…,"text":…}}} with the names in this order ({@code at} may be missing), without white space, in
 * ASCII without escapes. Each byte is looked at once, and the message's JSON is kept as it is. Whatever has another form, or is
 * out of a bound, is left to a reader of JSON, so that there is one place which says what is wrong. For one frame and thread.
 */
final class PlainFrame {

    private static final byte[] TRAIL = ascii("{\"trail\":");
    private static final byte[] AT = ascii(",\"at\":");
    private static final byte[] MESSAGE = ascii(",\"message\":");
    private static final byte[] ID = ascii("{\"id\":\"");
    private static final byte[] REGION = ascii("\",\"region\":\"");
    private static final byte[] KIND = ascii("\",\"kind\":\"");
    private static final byte[] AMOUNT = ascii("\",\"amount\":");
    private static final byte[] SEQUENCE = ascii(",\"sequence\":");
    private static final byte[] TEXT = ascii(",\"text\":\"");
    private static final byte[] END = ascii("\"}}");
    private static final byte[] NULL = ascii("null");

    private static final int MILLIS = 0;
    private static final int AMOUNT_OF = 1;
    private static final int SEQUENCE_OF = 2;
    /** Region, kind and id, each with its start and its size. */
    private static final int WORDS = 3;

    private static final int JSON = WORDS + 6;
    private static final int PARTS = JSON + 2;

    private static final int MOST_DIGITS = 16;
    private static final int MOST_OF_A_WORD = 32;
    private static final int MOST_OF_AN_ID = 128;

    private final byte[] json;
    private final boolean events;
    private final long receivedNanos;
    private final Reception reception;
    /** Of each entry so many numbers: what its parts are, or where. */
    private long[] parts = new long[4 * PARTS];

    private final List<@Nullable Trail> trails = new ArrayList<>();
    private int at;
    private long number;

    PlainFrame(byte[] json, boolean events, long receivedNanos, Reception reception) {
        this.json = json;
        this.events = events;
        this.receivedNanos = receivedNanos;
        this.reception = reception;
    }

    /**
     * The frame, or null if it is not of that form.
     *
     * @param mostEntries of a frame
     */
    @Nullable
    PublishedFrame read(int mostEntries) {
        if (!skip('[')) {
            return null;
        }
        do {
            if (trails.size() == mostEntries || !entry()) {
                return null;
            }
        } while (skip(','));
        return skip(']') && at == json.length ? written() : null;
    }

    /** Only now is anything stamped: a frame that is left to another reader is stamped there. */
    private PublishedFrame written() {
        PublishedFrame frame = new PublishedFrame();
        for (int i = 0; i < trails.size(); i++) {
            int part = i * PARTS;
            Trail sent = trails.get(i);
            frame.begin(events, parts[part + AMOUNT_OF], parts[part + SEQUENCE_OF], parts[part + MILLIS]);
            for (int word = part + WORDS; word < part + JSON; word += 2) {
                frame.word(json, (int) parts[word], (int) parts[word + 1]);
            }
            frame.end(
                    sent == null ? null : reception.received(sent, receivedNanos), json, (int) parts[part + JSON], (int)
                            parts[part + JSON + 1]);
        }
        return frame;
    }

    private boolean entry() {
        if (!skip(TRAIL)) {
            return false;
        }
        Trail trail = null;
        if (!skip(NULL)) {
            trail = trail();
            if (trail == null) {
                return false;
            }
        }
        long millis = Math.floorDiv(receivedNanos, 1_000_000L);
        if (skip(AT) && !skip(NULL)) {
            if (!number(0, millis + PublishedText.MOST_AHEAD_MILLIS)) {
                return false;
            }
            millis = number;
        }
        int part = trails.size() * PARTS;
        if (part == parts.length) {
            parts = Arrays.copyOf(parts, 2 * parts.length);
        }
        parts[part + MILLIS] = millis;
        trails.add(trail);
        return skip(MESSAGE) && message(part);
    }

    private @Nullable Trail trail() {
        if (!skip('"')) {
            return null;
        }
        int start = at;
        text(Trail.MAX_LENGTH);
        int size = at - start;
        if (!skip('"')) {
            return null;
        }
        try {
            return Trail.parse(new String(json, start, size, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private boolean message(int part) {
        int start = at;
        boolean read = skip(ID)
                && word(part + WORDS + 4, MOST_OF_AN_ID, false)
                && skip(REGION)
                && word(part + WORDS, MOST_OF_A_WORD, true)
                && skip(KIND)
                && word(part + WORDS + 2, MOST_OF_A_WORD, true)
                && skip(AMOUNT)
                && number(part + AMOUNT_OF, 1, Limits.MAX_AMOUNT)
                && skip(SEQUENCE)
                && number(part + SEQUENCE_OF, 0, Limits.MAX_SEQUENCE)
                && skip(TEXT)
                && text(Limits.MAX_TEXT)
                && skip(END);
        parts[part + JSON] = start;
        // The last brace is the entry's.
        parts[part + JSON + 1] = at - 1 - start;
        return read;
    }

    private boolean skip(char expected) {
        if (at < json.length && json[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    private boolean skip(byte[] expected) {
        if (json.length - at < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (json[at + i] != expected[i]) {
                return false;
            }
        }
        at += expected.length;
        return true;
    }

    /** Goes on to what is no printable ASCII, or a quote or backslash, so many bytes at most; there may be none. */
    private boolean text(int most) {
        int start = at;
        while (at < json.length && at - start < most && isText(json[at])) {
            at++;
        }
        return true;
    }

    /** Reads a word, or else an id, and writes down where it is; false if there is none. */
    private boolean word(int part, int most, boolean strict) {
        int start = at;
        while (at < json.length
                && at - start < most
                && (strict ? isWord(json[at], at > start) : isText(json[at]) && json[at] != ' ')) {
            at++;
        }
        parts[part] = start;
        parts[part + 1] = at - start;
        return at > start;
    }

    private static boolean isText(byte c) {
        return c >= ' ' && c <= '~' && c != '"' && c != '\\';
    }

    private static boolean isWord(byte c, boolean inside) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && inside);
    }

    private boolean number(int part, long least, long most) {
        boolean read = number(least, most);
        parts[part] = number;
        return read;
    }

    /** Reads a whole number between these into {@link #number}. */
    private boolean number(long least, long most) {
        int start = at;
        number = 0;
        while (at < json.length && at - start < MOST_DIGITS && json[at] >= '0' && json[at] <= '9') {
            number = 10 * number + (json[at] - '0');
            at++;
        }
        int digits = at - start;
        return digits > 0 && (digits == 1 || json[start] != '0') && number >= least && number <= most;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
