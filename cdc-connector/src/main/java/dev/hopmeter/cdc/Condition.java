package dev.hopmeter.cdc;

import java.util.Optional;

/**
 * How the connector is at a moment.
 *
 * @param phase in a word
 * @param reason in a sentence
 * @param remedy what a person can do about it, where it takes one
 */
record Condition(Phase phase, String reason, Optional<String> remedy) {

    enum Phase {
        /** Something is not there yet; looked for again and again. */
        WAITING,
        /** The engine reads. */
        RUNNING,
        /** Going on would lose orders silently, so nothing is read until a person decides. */
        REFUSED,
        /** The engine or a part it needs has failed; started again after a back-off. */
        FAILED,
        /** The connector stops or has stopped. */
        STOPPED
    }

    static Condition waiting(String reason) {
        return new Condition(Phase.WAITING, reason, Optional.empty());
    }

    static Condition running() {
        return new Condition(Phase.RUNNING, "the engine reads", Optional.empty());
    }

    static Condition refused(String reason, String remedy) {
        return new Condition(Phase.REFUSED, reason, Optional.of(remedy));
    }

    static Condition failed(String reason) {
        return new Condition(Phase.FAILED, reason, Optional.empty());
    }

    static Condition stopped() {
        return new Condition(Phase.STOPPED, "the connector stops", Optional.empty());
    }
}
