package dev.hopmeter.cdc;

/** Ends the process at once, when a part of it hangs and cannot be closed. */
@FunctionalInterface
interface LastResort {

    /** Does not return. */
    void halt();
}
