package dev.hopmeter.unified;

/** From when on a commit is answered, and what it wrote is notified and summed. */
enum Notify {
    /** Once the primary and a standby have flushed it: two of three copies. */
    QUORUM("on"),
    /** Once the primary has flushed it. */
    LOCAL("local");

    private final String synchronousCommit;

    Notify(String synchronousCommit) {
        this.synchronousCommit = synchronousCommit;
    }

    /** What Postgres calls it. */
    String synchronousCommit() {
        return synchronousCommit;
    }
}
