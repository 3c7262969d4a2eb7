package dev.hopmeter.unified;

/** What a subscriber gets of what matches its filter. */
enum Way {
    /** Orders and messages. */
    NOTIFICATIONS,
    /** Orders alone. */
    ORDERS
}
