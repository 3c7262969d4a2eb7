package dev.hopmeter.load;

import java.util.List;

/**
 * The events of a run, what is attached to be told of them, and who is to get each. The same seed makes the same events.
 * Subscribers are numbered from 0; the deliveries to the first of them are measured, those to the rest are only checked.
 * Safe for use by many threads.
 */
interface Mix {

    /** What is attached to the backend, by the subscriber's number. */
    List<Interest> interests();

    /** How many subscribers there are: those attached, or one that only stands for the answers. */
    int subscribers();

    /** How many of them, from number 0 on, are measured. */
    int measured();

    /** The event of that number. */
    Event event(int number);

    /** An event that the subscriber is to get, whatever else gets it. */
    Event probe(int number, int subscriber);

    /** The subscribers that are to get the event, measured ones and others, in rising order. */
    int[] recipients(Event event);

    /** How many measured subscribers get an event on average. */
    double deliveriesEach();

    /** Whether exactly one measured subscriber gets each event, and not just on average. */
    boolean oneEach();
}
