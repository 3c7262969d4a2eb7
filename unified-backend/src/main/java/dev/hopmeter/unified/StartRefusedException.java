package dev.hopmeter.unified;

import org.jspecify.annotations.Nullable;

/** The service does not start as what it is to promise is not given; the message says in one line what and why. */
final class StartRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartRefusedException(String message) {
        this(message, null);
    }

    StartRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
