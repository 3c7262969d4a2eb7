package dev.hopmeter.cdc;

import org.jspecify.annotations.Nullable;

/** The file of the stored position is there and cannot be read. */
final class OffsetsUnreadableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OffsetsUnreadableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
