package dev.hopmeter.notifier;

/** How a subscriber's orders come here. */
enum Way {
    /** From a router, by way of the inbox. */
    ROUTED,
    /** Straight from the change topic. */
    DIRECT
}
