package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads frames by streaming, and of an order no more than its key. Safe for use by many threads. */
final class FrameReader {

    private final JsonFactory factory = new JsonFactory();

    /**
     * Reads a frame.
     *
     * @throws IllegalArgumentException if it is none of the frames that the wire format knows
     */
    Frame read(CharSequence frame) {
        try (JsonParser json = factory.createParser(ObjectReadContext.empty(), frame.toString())) {
            return read(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("a frame is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Frame read(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("a frame is a JSON object");
        }
        Optional<Trail> trail = Optional.empty();
        Optional<String> key = Optional.empty();
        boolean order = false;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "trail" -> trail = Optional.ofNullable(text(json, value)).map(Trail::parse);
                case "order" -> {
                    order = true;
                    key = keyOf(json, value);
                }
                case "subscribed" -> {
                    return new Frame.Subscribed();
                }
                case "dropped" -> {
                    return new Frame.Dropped(json.getLongValue());
                }
                default -> json.skipChildren();
            }
        }
        if (!order) {
            throw new IllegalArgumentException("a frame has an order, or says subscribed or dropped");
        }
        return new Frame.Notification(trail, key);
    }

    private static Optional<String> keyOf(JsonParser json, @Nullable JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("an order is a JSON object");
        }
        Optional<String> key = Optional.empty();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken part = json.nextToken();
            if (name.equals("idempotencyKey")) {
                key = Optional.ofNullable(text(json, part));
            } else {
                json.skipChildren();
            }
        }
        return key;
    }

    private static @Nullable String text(JsonParser json, @Nullable JsonToken value) {
        return value == JsonToken.VALUE_STRING ? json.getString() : null;
    }
}
