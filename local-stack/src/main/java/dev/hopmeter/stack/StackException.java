package dev.hopmeter.stack;

/** A part of the stack cannot be started, stopped or configured; the message says which and why, for the user to read. */
public final class StackException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StackException(String message) {
        super(message);
    }

    StackException(String message, Throwable cause) {
        super(message, cause);
    }
}
