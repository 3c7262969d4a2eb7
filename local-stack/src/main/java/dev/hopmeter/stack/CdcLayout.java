package dev.hopmeter.stack;

/** How changes are captured. */
public enum CdcLayout {
    /** Debezium's engine inside {@code cdc-connector}. */
    ENGINE,
    /** Debezium's connector in a Kafka Connect worker. */
    CONNECT
}
