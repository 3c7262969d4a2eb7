package dev.hopmeter.spring;

import org.jspecify.annotations.Nullable;

/** What was given cannot be read, now or later; the message says what is wrong, in words for the one who sent it. */
public final class MalformedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With that reason, and what brought it to light. */
    public MalformedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
