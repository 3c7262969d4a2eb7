package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;

/**
 * A stretch of a run that has a place of its own for what happens to its events: probes, warm-up, measurement. Safe for use
 * by the sender's thread, the drivers' threads and a reader at once.
 */
interface Phase {

    /** The number of the phase's first event; all later events of the run belong to it, until the next phase begins. */
    int first();

    /**
     * The event is about to be placed. Called by the sender, before anything else is told of that event.
     *
     * @param intendedNanos when it was due, in epoch nanoseconds
     * @param sentNanos when it is placed
     */
    void sent(Event event, long intendedNanos, long sentNanos);

    /** The event arrived at a subscriber; its trail ends with DELIVERED. */
    void delivered(int number, int subscriber, Trail trail, long deliveredNanos);

    /** The event's placement came to an end. */
    void answered(int number, Answer answer, long answeredNanos);
}
