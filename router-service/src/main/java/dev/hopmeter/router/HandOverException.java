package dev.hopmeter.router;

/** Not all events could be handed over now. */
final class HandOverException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int first;

    HandOverException(int first, RedisUnreachableException cause) {
        super(cause.getMessage(), cause);
        this.first = first;
    }

    /** The place, from 0, of the first event that is not known to be handed over. */
    int first() {
        return first;
    }
}
