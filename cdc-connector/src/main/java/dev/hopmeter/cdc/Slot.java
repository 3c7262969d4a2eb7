package dev.hopmeter.cdc;

/** What Postgres says of the replication slot. */
sealed interface Slot {

    /** There is none. */
    record Absent() implements Slot {}

    /**
     * It can be streamed from.
     *
     * @param confirmed the place in the log up to which everything was confirmed
     * @param lagBytes log that Postgres has written since
     * @param active whether a connection streams from it at this moment
     * @param owner the process that streams, 0 for none
     * @param walStatus Postgres's word for how safe the slot's log is, as in {@code reserved}
     */
    record Usable(long confirmed, long lagBytes, boolean active, int owner, String walStatus) implements Slot {}

    /**
     * It is ours and can never be streamed from again.
     *
     * @param reason why
     */
    record Broken(String reason) implements Slot {}

    /**
     * It carries the name, but was made for something else.
     *
     * @param reason what differs
     */
    record Foreign(String reason) implements Slot {}
}
