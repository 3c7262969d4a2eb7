package dev.hopmeter.stack;

import java.time.Duration;

/** Hears how a stack comes up. Parts start at the same time, so it is called by several threads at once. */
@FunctionalInterface
public interface StartListener {

    /**
     * A part is ready.
     *
     * @param part as in {@code postgres}, {@code brokers}, {@code order-service}
     * @param sinceStart from the start of the stack
     * @param own from the start of that part
     */
    void ready(String part, Duration sinceStart, Duration own);

    /** Does nothing. */
    static StartListener silent() {
        return (part, sinceStart, own) -> {};
    }
}
