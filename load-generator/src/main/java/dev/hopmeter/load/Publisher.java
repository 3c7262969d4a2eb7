package dev.hopmeter.load;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an application publishes live messages and events with. It never waits: what it cannot take is said to have failed. */
interface Publisher extends AutoCloseable {

    /** What an arm's lines about it begin with. */
    String PART = "publisher.";

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

    /** What an arm says of the load generator's publisher, by names without the prefix. */
    static Map<String, String> settings(Map<String, String> arm) {
        Map<String, String> own = new LinkedHashMap<>();
        arm.forEach((key, value) -> {
            if (key.startsWith(PART)) {
                own.put(key.substring(PART.length()), value);
            }
        });
        return own;
    }

    /** When an event happened, in epoch milliseconds. */
    static long millis(Trail trail) {
        return trail.at(Stamp.SENT).orElseThrow() / 1_000_000;
    }

    /** Lets go, after seconds at most; what is not acknowledged by then fails. */
    @Override
    void close();
}
