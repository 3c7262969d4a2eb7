package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.util.List;
import java.util.Optional;

/** What one WebSocket frame says. */
sealed interface Frame {

    /** An order or message that passed the subscriber's filter; its key is that of the {@link Event}. */
    record Notification(Optional<Trail> trail, Optional<String> key) implements Frame {}

    /**
     * A window has changed, and includes these events, of which no earlier frame has told.
     *
     * @param through the highest sequence number that it includes
     */
    record Update(long through, List<Notification> events) implements Frame {}

    /** The subscription is in effect. */
    record Subscribed() implements Frame {}

    /** The subscriber was too slow, and the backend let go of that many events. */
    record Dropped(long count) implements Frame {}
}
