package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.io.IOException;

/**
 * The way to one backend, cut at the edges: what a client of that backend does, and nothing of how the backend does it. A
 * driver measures and records nothing; it tells the {@link Receiver} what happens.
 */
public interface Driver extends AutoCloseable {

    /** Says where deliveries and answers go. Called once, before anything else. */
    void open(Receiver receiver);

    /**
     * Attaches a subscriber. Blocks until the backend has accepted the request; the frame that tells the receiver when the
     * subscription is in effect may come later.
     *
     * @param subscriber its number, from 0 up, which the receiver is told with each delivery
     * @throws IOException if the backend cannot be reached or refuses; the message says why
     */
    void attach(int subscriber, Interest interest) throws IOException, InterruptedException;

    /** Detaches that subscriber; the receiver may still be told of what was on its way. */
    void detach(int subscriber);

    /** Whether the backend says that it can serve. May block for a few seconds; false also where it cannot be reached. */
    boolean ready() throws InterruptedException;

    /**
     * Sends the event with its trail and returns without waiting for an answer; never throws for what the backend does. For
     * each event the receiver is told once of its answer, or that there is none. Called by one thread.
     */
    void send(Event event, Trail trail);

    /** Detaches every subscriber and lets go of connections and threads. Nothing is told to the receiver afterwards. */
    @Override
    void close();
}
