package dev.hopmeter.load;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;

/** What an application publishes live messages and events with. It never waits: what it cannot take is said to have failed. */
interface Publisher extends AutoCloseable {

    /** What became of an event. One of its methods is called, once, by any thread; each returns within microseconds. */
    interface Outcome {

        /** The backend has it, as durable as it promises. */
        void acknowledged();

        /**
         * The backend will not have it.
         *
         * @param status of an HTTP answer that means the same
         * @param problem as problem details
         */
        void refused(int status, String problem);

        /** It is not known to be there, and no answer will come. */
        void failed(String why);
    }

    /** Sends the event's JSON with its trail; it happened at its SENT. Called by one thread at a time; a key's order is kept. */
    void send(Event event, Trail trail, Outcome outcome);

    /** When an event happened, in epoch milliseconds. */
    static long millis(Trail trail) {
        return trail.at(Stamp.SENT).orElseThrow() / 1_000_000;
    }

    /** Lets go, after seconds at most; what is not acknowledged by then fails. */
    @Override
    void close();
}
