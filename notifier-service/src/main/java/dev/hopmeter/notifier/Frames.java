package dev.hopmeter.notifier;

import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The frames that subscribers get: see {@code docs/wire-format.md}. Safe for use by many threads. */
final class Frames {

    private final WireFormat wireFormat;

    Frames(WireFormat wireFormat) {
        this.wireFormat = wireFormat;
    }

    /** Tells a subscriber that its subscription is in effect. */
    String subscribed(Subscription subscription) {
        return new String(wireFormat.writeValue(Map.of("subscribed", subscription)), StandardCharsets.UTF_8);
    }

    /** An order's JSON, as it came, with its trail. */
    static String order(@Nullable Trail trail, String order) {
        return trail == null
                ? "{\"trail\":null,\"order\":" + order + "}"
                : "{\"trail\":\"" + trail.text() + "\",\"order\":" + order + "}";
    }

    /** Tells a subscriber how many orders it was too slow for. */
    static String dropped(int count) {
        return "{\"dropped\":" + count + "}";
    }
}
