package dev.hopmeter.contract;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is run: where an event starts and where it ends. */
public enum Workload {
    /** An order's intended send until a matching subscriber has it, through the whole pipeline. */
    JOURNEY,
    /** An order's intended send until a downstream consumer has it, without the router. */
    WRITE_NOTIFY,
    /** A message's intended send until each matching subscriber has it. */
    FAN_OUT,
    /** An event's intended send until a watcher of its key sees an aggregate that includes it. */
    FRESHNESS,
    /** A query's intended send until its answer is here. */
    POINT_QUERY,
    /** An event's intended send until it is accepted at the backend's durability. */
    INGEST;

    private static final Workload[] ALL = values();

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The workload's word on the command line, on the wire and in metrics, as in {@code write-notify}. */
    public String word() {
        return word;
    }

    /** The workload with that word, if there is one. */
    public static Optional<Workload> of(String word) {
        for (Workload workload : ALL) {
            if (workload.word.equals(word)) {
                return Optional.of(workload);
            }
        }
        return Optional.empty();
    }

    /** Every workload's word, in the order of declaration. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Workload::word).toList();
    }
}
