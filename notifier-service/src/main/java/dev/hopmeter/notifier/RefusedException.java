package dev.hopmeter.notifier;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** A subscriber is not let in; the message says why, in words for the one who asked. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;

    RefusedException(HttpStatus status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    HttpStatus status() {
        return status;
    }
}
