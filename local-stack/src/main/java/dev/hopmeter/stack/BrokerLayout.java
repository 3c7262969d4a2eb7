package dev.hopmeter.stack;

/** How many processes the three brokers run in. Replication goes over loopback sockets in both. */
public enum BrokerLayout {
    /** Three brokers in one JVM: less memory, and on few cores a far shorter warm-up. */
    TOGETHER,
    /** A JVM for each broker, so that one can be killed. */
    SEPARATE
}
