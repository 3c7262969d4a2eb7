package dev.hopmeter.stack;

/** How many processes the services run in. */
public enum ServiceLayout {
    /** A process for each service, as they are deployed. */
    SEPARATE,
    /** All services in one JVM: what they have in common is loaded and compiled once. None can be killed alone. */
    TOGETHER
}
