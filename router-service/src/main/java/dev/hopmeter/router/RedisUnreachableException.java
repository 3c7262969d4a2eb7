package dev.hopmeter.router;

/** Redis did not do what it was asked to; trying again later can help. */
final class RedisUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
