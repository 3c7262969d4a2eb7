package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an acknowledgement and a notification promise. Only trials of equal durability are compared head-on.
 *
 * @param order when its placement is acknowledged
 * @param record when a subscriber can hear of it
 * @param notification what it may precede
 * @param acknowledged where an event is at the least when its sender is told; empty where that is not known
 * @param told where it is at the least when a subscriber is told; likewise
 */
record Durability(String order, String record, String notification, Optional<Held> acknowledged, Optional<Held> told) {

    private static final String TWO_OF_THREE = "flushed on two of three servers";
    private static final String ONE_OF_THREE = "flushed on one of three servers";
    private static final Optional<Held> UNKNOWN = Optional.empty();

    /**
     * Where an event is.
     *
     * @param copies on how many servers
     * @param flushed on how many of them it is flushed to disk
     */
    record Held(int copies, int flushed) {

        Held and(Held other) {
            return new Held(copies + other.copies, flushed + other.flushed);
        }
    }

    /**
     * Of a backend, by what its parts say of themselves (see {@link Versions}); what they do not say is not known.
     *
     * @param acks what the producers of its records wait for, as Kafka writes it; none if they did not tell
     */
    static Durability of(Backend backend, Workload workload, Map<String, String> said, Set<String> acks) {
        if (backend == Backend.IN_MEMORY) {
            return new Durability(
                    "in the memory of one process",
                    "none is kept",
                    "nothing is kept that it could precede",
                    Optional.of(new Held(1, 0)),
                    Optional.of(new Held(1, 0)));
        }
        Optional<Held> row = row(said);
        Optional<Held> readable = readable(said, acks);
        return switch (workload) {
            case JOURNEY, WRITE_NOTIFY ->
                new Durability(
                        order(said),
                        record(said, acks),
                        "follows the commit; a record is readable once every in-sync replica has it",
                        row,
                        row.flatMap(held -> readable.map(held::and)));
            case FAN_OUT ->
                new Durability(
                        "there is none",
                        record(said, acks),
                        "can precede its message's acknowledgement; a record is readable once every in-sync replica"
                                + " has it",
                        readable,
                        readable);
            case FRESHNESS, POINT_QUERY ->
                new Durability(
                        "there is none",
                        record(said, acks),
                        "shows the store as it is, before Kafka Streams commits: what is shown is summed again from the"
                                + " topic after a crash",
                        readable,
                        readable);
            case INGEST -> new Durability("there is none", record(said, acks), "there is none", readable, UNKNOWN);
        };
    }

    /**
     * Of the unified backend.
     *
     * @param notified what an answer and a notification wait for, as the service says: {@code quorum} or {@code local}
     */
    static Durability unified(Workload workload, Map<String, String> said, Optional<String> notified) {
        String flushed = flushed(said, notified);
        boolean quorum = notified.equals(Optional.of("quorum"));
        String first = quorum
                ? "follows the flush of the second copy"
                : notified.isPresent()
                        ? "follows the flush on the primary; can precede the second copy"
                        : "not known: the service does not say what it waits for";
        Optional<Held> held = flushed.startsWith(TWO_OF_THREE)
                ? Optional.of(new Held(2, 2))
                : flushed.startsWith(ONE_OF_THREE) ? Optional.of(new Held(1, 1)) : UNKNOWN;
        return switch (workload) {
            case JOURNEY, WRITE_NOTIFY ->
                new Durability(flushed, "is the order's own entry in the log", first, held, held);
            case FAN_OUT, FRESHNESS -> new Durability("there is none", flushed, first, held, held);
            case POINT_QUERY ->
                new Durability(
                        "there is none",
                        flushed,
                        "an answer shows what was summed by then, which " + first,
                        held,
                        held);
            case INGEST -> new Durability("there is none", flushed, "there is none", held, UNKNOWN);
        };
    }

    /**
     * Of Harper, which does not say what is flushed when it confirms.
     *
     * @param notified when the application tells subscribers, as every node says: {@code confirmed} or {@code local}
     */
    static Durability harper(Workload workload, Optional<String> notified) {
        String stored =
                "committed on one node and confirmed by another before it is acknowledged; what is flushed then is"
                        + " not told";
        boolean confirmed = notified.equals(Optional.of("confirmed"));
        String first = confirmed
                ? "follows the confirmation of the second copy"
                : notified.isPresent()
                        ? "follows the local commit; can precede the second copy"
                        : "not known: the nodes do not say what it waits for";
        Optional<Held> acknowledged = Optional.of(new Held(2, 0));
        Optional<Held> told = notified.map(word -> new Held(confirmed ? 2 : 1, 0));
        return switch (workload) {
            case JOURNEY, WRITE_NOTIFY -> new Durability(stored, "is the order itself", first, acknowledged, told);
            case FAN_OUT, FRESHNESS -> new Durability("there is none", stored, first, acknowledged, told);
            case POINT_QUERY ->
                new Durability(
                        "there is none",
                        stored,
                        "an answer shows what is committed on the node that is asked",
                        acknowledged,
                        Optional.of(new Held(1, 0)));
            case INGEST -> new Durability("there is none", stored, "there is none", acknowledged, UNKNOWN);
        };
    }

    private static String flushed(Map<String, String> said, Optional<String> notified) {
        String fsync = said.get(Versions.FSYNC);
        String commit = said.get(Versions.SYNCHRONOUS_COMMIT);
        if (fsync == null || commit == null || notified.isEmpty()) {
            return "not known: Postgres or the service could not be asked";
        }
        if (!fsync.equals("on") || commit.equals("off")) {
            return "NOT flushed when it is acknowledged (fsync " + fsync + ", synchronous_commit " + commit + ")";
        }
        if (notified.get().equals("local")) {
            return ONE_OF_THREE + " before it is acknowledged";
        }
        String names = said.getOrDefault(Versions.STANDBY_NAMES, "");
        boolean standbysFlush = said.entrySet().stream()
                .filter(each -> each.getKey().startsWith(Versions.STANDBY_FSYNC))
                .allMatch(each -> each.getValue().equals("on"));
        return names.startsWith("ANY 1 (") && commit.equals("on") && standbysFlush
                ? TWO_OF_THREE + " before it is acknowledged (" + said.get(Versions.STREAMING) + " standbys stream)"
                : "NOT sure to be flushed on two of three servers (synchronous_standby_names '" + names
                        + "', synchronous_commit " + commit + (standbysFlush ? "" : ", a standby without fsync") + ")";
    }

    /** Of an order in the one Postgres server. */
    private static Optional<Held> row(Map<String, String> said) {
        return order(said).startsWith("flushed") ? Optional.of(new Held(1, 1)) : UNKNOWN;
    }

    /** Of a record that a consumer may read: it is then in the memory of as many replicas as must be in sync. */
    private static Optional<Held> readable(Map<String, String> said, Set<String> acks) {
        String least = said.get(Versions.LEAST_IN_SYNC);
        if (least == null || !acks.equals(Set.of("-1"))) {
            return UNKNOWN;
        }
        int copies = Integer.parseInt(least);
        return Optional.of(new Held(copies, isFlushed(said) ? copies : 0));
    }

    private static boolean isFlushed(Map<String, String> said) {
        return Optional.ofNullable(said.get(Versions.FLUSH_EACH)).equals(Optional.of("1"));
    }

    private static String order(Map<String, String> said) {
        String fsync = said.get(Versions.FSYNC);
        String commit = said.get(Versions.SYNCHRONOUS_COMMIT);
        if (fsync == null || commit == null) {
            return "not known: Postgres could not be asked";
        }
        return fsync.equals("on") && !commit.equals("off")
                ? "flushed on one disk before it is acknowledged"
                : "not flushed when it is acknowledged (fsync " + fsync + ", synchronous_commit " + commit + ")";
    }

    private static String record(Map<String, String> said, Set<String> acks) {
        String copies = said.get(Versions.COPIES);
        String least = said.get(Versions.LEAST_IN_SYNC);
        if (copies == null || least == null) {
            return "not known: the brokers could not be asked about the topic";
        }
        return acknowledged(acks) + " (" + copies + " copies, at least " + least + "), "
                + (isFlushed(said) ? "each flushed to disk" : "in memory, not flushed to disk");
    }

    private static String acknowledged(Set<String> acks) {
        if (acks.isEmpty()) {
            return "not known by whom acknowledged, as no producer told its acks";
        }
        if (acks.equals(Set.of("-1"))) {
            return "acknowledged by the in-sync replicas";
        }
        return acks.contains("0")
                ? "NOT acknowledged at all (acks=0)"
                : "acknowledged by the leader ALONE (acks=" + String.join(" and ", acks) + ")";
    }
}
