package dev.hopmeter.unified;

import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.Reception;
import dev.hopmeter.spring.WireFormat;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the frames that publishers send: see {@code docs/wire-format.md}. Safe for use by many threads. */
final class PublishedText {

    private static final int MOST_ENTRIES = 1_000;
    /** As Kafka's brokers have it: what lies ahead closes the windows of all that comes before it. */
    static final long MOST_AHEAD_MILLIS = 3_600_000L;

    private final WireFormat wireFormat;
    private final Reception reception;

    PublishedText(WireFormat wireFormat, Reception reception) {
        this.wireFormat = wireFormat;
        this.reception = reception;
    }

    /**
     * Reads a frame that was received at those epoch nanoseconds.
     *
     * @param events whether these are events, and not messages
     * @throws MalformedException if it is not an array of 1 to 1 000 entries, or one of them cannot be read; the message says
     *     why
     */
    PublishedFrame read(String json, boolean events, long receivedNanos) {
        PublishedFrame plain = new PlainFrame(json.getBytes(StandardCharsets.UTF_8), events, receivedNanos, reception)
                .read(MOST_ENTRIES);
        return plain == null ? readAny(json, events, receivedNanos) : plain;
    }

    /** The same, whatever its form. */
    PublishedFrame readAny(String json, boolean events, long receivedNanos) {
        return wireFormat.parse(json, parser -> {
            PublishedFrame frame = new PublishedFrame();
            expect(parser.nextToken(), JsonToken.START_ARRAY, "a frame is an array of entries");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (frame.entries() == MOST_ENTRIES) {
                    throw new MalformedException("a frame has at most " + MOST_ENTRIES + " entries", null);
                }
                entry(parser, events, receivedNanos, frame);
            }
            if (frame.entries() == 0) {
                throw new MalformedException("a frame has at least one entry", null);
            }
            return frame;
        });
    }

    private void entry(JsonParser parser, boolean events, long receivedNanos, PublishedFrame frame) {
        expect(parser.currentToken(), JsonToken.START_OBJECT, "an entry is an object");
        Trail trail = null;
        long millis = Math.floorDiv(receivedNanos, 1_000_000L);
        Message message = null;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "trail" -> trail = value == JsonToken.VALUE_NULL ? null : trail(parser, receivedNanos);
                case "at" -> millis = value == JsonToken.VALUE_NULL ? millis : millis(parser, receivedNanos);
                case "message" -> message = wireFormat.read(parser, Message.class);
                default -> throw new MalformedException("an entry has no field '" + shown(name) + "'", null);
            }
        }
        if (message == null) {
            throw new MalformedException("an entry has a message", null);
        }
        frame.add(events, message, millis, trail, wireFormat.writeValue(message));
    }

    private @Nullable Trail trail(JsonParser parser, long receivedNanos) {
        expect(parser.currentToken(), JsonToken.VALUE_STRING, "an entry's trail is a text or null");
        try {
            return reception.received(Trail.parse(parser.getString()), receivedNanos);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static long millis(JsonParser parser, long receivedNanos) {
        expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, "an entry's 'at' is epoch milliseconds or null");
        long millis = parser.getLongValue();
        if (millis < 0 || millis > Math.floorDiv(receivedNanos, 1_000_000L) + MOST_AHEAD_MILLIS) {
            throw new MalformedException("an entry's 'at' is from 1970 on, and an hour ahead at most", null);
        }
        return millis;
    }

    private static void expect(@Nullable JsonToken is, JsonToken wanted, String reason) {
        if (is != wanted) {
            throw new MalformedException(reason, null);
        }
    }

    private static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
