package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.util.Optional;

/** What one WebSocket frame says. */
sealed interface Frame {

    /** An order that passed the subscriber's filter. */
    record Notification(Optional<Trail> trail, Optional<String> key) implements Frame {}

    /** The subscription is in effect. */
    record Subscribed() implements Frame {}

    /** The subscriber was too slow, and the backend let go of that many orders. */
    record Dropped(long count) implements Frame {}
}
