package dev.hopmeter.load;

/** A trial could not be run to its end; the message says why, in one line. */
public final class TrialException extends Exception {

    private static final long serialVersionUID = 1L;

    /** For that reason. */
    public TrialException(String message) {
        super(message);
    }

    /** For that reason, which that failure brought to light. */
    public TrialException(String message, Throwable cause) {
        super(message, cause);
    }
}
