package dev.hopmeter.notifier;

/** How far the inbox is read. Safe for use by many threads. */
final class InboxPosition {

    private volatile String last = "0-0";

    /** The id of the last entry that was read; {@code 0-0} before the first. */
    String last() {
        return last;
    }

    /** That entry and all before it are read. */
    void read(String entry) {
        last = entry;
    }
}
