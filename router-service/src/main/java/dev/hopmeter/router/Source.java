package dev.hopmeter.router;

import dev.hopmeter.spring.RedisKeys;
import dev.hopmeter.spring.TopicProperties;

/** What the router takes events from. */
enum Source {
    /** The change topic: orders that are committed. */
    ORDERS(RedisKeys.ORDER),
    /** The topic of live messages. */
    MESSAGES(RedisKeys.MESSAGE);

    private final String field;

    Source(String field) {
        this.field = field;
    }

    /** The field of an inbox entry that holds the bytes of such an event. */
    String field() {
        return field;
    }

    /** The topic's name. */
    String topic(TopicProperties topics) {
        return switch (this) {
            case ORDERS -> topics.changes();
            case MESSAGES -> topics.messages();
        };
    }
}
