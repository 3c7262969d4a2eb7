package dev.hopmeter.stack;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The services of the conventional backend. */
public enum Service {
    ORDER("order-service"),
    CDC("cdc-connector"),
    ROUTER("router-service"),
    AGGREGATOR("aggregator-service"),
    NOTIFIER("notifier-service");

    private final String word;

    Service(String word) {
        this.word = word;
    }

    /** The name of its module, its jar and its part of an arm, as in {@code order-service}. */
    public String word() {
        return word;
    }

    /** The service with that word, if there is one. */
    public static Optional<Service> of(String word) {
        return Arrays.stream(values())
                .filter(service -> service.word.equals(word))
                .findFirst();
    }

    /** Every service's word, in the order of declaration. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Service::word).toList();
    }
}
