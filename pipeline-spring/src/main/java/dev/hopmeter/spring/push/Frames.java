package dev.hopmeter.spring.push;

import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The frames that subscribers get: see {@code docs/wire-format.md}. Safe for use by many threads. */
public final class Frames {

    private final WireFormat wireFormat;

    Frames(WireFormat wireFormat) {
        this.wireFormat = wireFormat;
    }

    /** Tells a subscriber that its subscription is in effect. */
    String subscribed(Subscription subscription) {
        return new String(wireFormat.writeValue(Map.of("subscribed", subscription)), StandardCharsets.UTF_8);
    }

    /** What every frame with that order or message ends in; the JSON stays as it came. */
    public static String ending(String field, String json) {
        return ",\"" + field + "\":" + json + "}";
    }

    /** A frame of that ending, with its subscriber's trail. */
    static String delivery(@Nullable Trail trail, String ending) {
        return trail == null ? "{\"trail\":null" + ending : "{\"trail\":\"" + trail.text() + "\"" + ending;
    }

    /** Tells a subscriber how many orders and messages it was too slow for. */
    static String dropped(int count) {
        return "{\"dropped\":" + count + "}";
    }
}
