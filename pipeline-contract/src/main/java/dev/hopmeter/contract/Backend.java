package dev.hopmeter.contract;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What serves the workloads. */
public enum Backend {
    /** Separate services around Postgres, Debezium, Kafka, Redis and Kafka Streams. */
    CONVENTIONAL,
    /** One service on one replicated engine. */
    UNIFIED,
    /** The vendor study's system, installed by the user. */
    HARPER,
    /** Method calls inside the load generator: it measures the ruler itself. */
    IN_MEMORY;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The backend's word on the command line, in profiles and in metrics, as in {@code in-memory}. */
    public String word() {
        return word;
    }

    /** The backend with that word, if there is one. */
    public static Optional<Backend> of(String word) {
        return Arrays.stream(values())
                .filter(backend -> backend.word.equals(word))
                .findFirst();
    }

    /** Every backend's word, in the order of declaration. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Backend::word).toList();
    }
}
