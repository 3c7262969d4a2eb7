package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads frames by streaming, and of an order or message no more than its key, of a window no more than how far it goes. Safe
 * for use by many threads.
 */
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
        boolean subject = false;
        OptionalLong through = OptionalLong.empty();
        List<Frame.Notification> events = null;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "trail" -> trail = Optional.ofNullable(text(json, value)).map(Trail::parse);
                case "order" -> {
                    subject = true;
                    key = keyOf(json, value, "idempotencyKey");
                }
                case "message" -> {
                    subject = true;
                    key = keyOf(json, value, "id");
                }
                case "window" -> through = throughOf(json, value);
                case "events" -> events = events(json, value);
                case "subscribed", "watching" -> {
                    return new Frame.Subscribed();
                }
                case "dropped", "untold" -> {
                    return new Frame.Dropped(json.getLongValue());
                }
                default -> json.skipChildren();
            }
        }
        if (events != null) {
            return new Frame.Update(
                    through.orElseThrow(() -> new IllegalArgumentException("the window of the events has no through")),
                    List.copyOf(events));
        }
        if (!subject) {
            throw new IllegalArgumentException(
                    "a frame has an order, a message or events, or says subscribed, watching, dropped or untold");
        }
        return new Frame.Notification(trail, key);
    }

    private static List<Frame.Notification> events(JsonParser json, @Nullable JsonToken value) {
        if (value != JsonToken.START_ARRAY) {
            throw new IllegalArgumentException("events are an array");
        }
        List<Frame.Notification> events = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            Optional<Trail> trail = Optional.empty();
            Optional<String> id = Optional.empty();
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken part = json.nextToken();
                switch (name) {
                    case "id" -> id = Optional.ofNullable(text(json, part));
                    case "trail" ->
                        trail = Optional.ofNullable(text(json, part)).map(Trail::parse);
                    default -> json.skipChildren();
                }
            }
            events.add(new Frame.Notification(trail, id));
        }
        return events;
    }

    private static OptionalLong throughOf(JsonParser json, @Nullable JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("a window is a JSON object");
        }
        OptionalLong through = OptionalLong.empty();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken part = json.nextToken();
            if (name.equals("through") && part == JsonToken.VALUE_NUMBER_INT) {
                through = OptionalLong.of(json.getLongValue());
            } else {
                json.skipChildren();
            }
        }
        return through;
    }

    private static Optional<String> keyOf(JsonParser json, @Nullable JsonToken value, String field) {
        if (value != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("an order or message is a JSON object");
        }
        Optional<String> key = Optional.empty();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken part = json.nextToken();
            if (name.equals(field)) {
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
