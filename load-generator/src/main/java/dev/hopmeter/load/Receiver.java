package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;

/**
 * What a driver tells. Safe for use by many threads; deliveries to one subscriber come one after the other. Returns within
 * microseconds and never throws.
 */
public interface Receiver {

    /**
     * A subscriber's frame is here, whole. The driver calls this first thing with the frame in hand, as the event's last
     * stamp is taken in its first line.
     *
     * @param frame JSON as the wire format has it; not kept after the call
     */
    void delivered(int subscriber, CharSequence frame);

    /**
     * What the event was sent for has come back to its sender: a query's answer, or the acknowledgement where that is what is
     * measured. The driver calls this first thing, and no other method for that event.
     *
     * @param trail as it came back
     */
    void returned(int number, Trail trail, Reply reply);

    /** The event is durable as the backend promises it. */
    void acknowledged(int number);

    /**
     * The backend answered with an error.
     *
     * @param status of the HTTP answer, or one that means the same
     * @param body of that answer, as problem details; empty where the driver does not keep it
     */
    void refused(int number, int status, String body);

    /** There is no answer, and none will come. */
    void unanswered(int number, String why);

    /** The subscriber is no longer attached, though nobody asked for that. */
    void disconnected(int subscriber, String why);

    /** The subscriber that was disconnected is attached again. What it was not told in between may not be told any more. */
    void reconnected(int subscriber);
}
