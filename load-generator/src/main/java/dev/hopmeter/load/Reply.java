package dev.hopmeter.load;

/**
 * What came back to the sender of an event.
 *
 * @param forwarded whether the instance that was asked had to ask another
 * @param body JSON; empty for a mere acknowledgement
 */
public record Reply(boolean forwarded, String body) {

    /** It is accepted, and there is nothing to say. */
    public static final Reply ACCEPTED = new Reply(false, "");
}
