package dev.hopmeter.unified;

import java.util.ArrayList;
import java.util.List;

/** What one commit wrote that is of interest here. Filled by the thread that reads the log, and then not changed. */
final class Transaction {

    private final int xid;
    private final long commitNanos;
    private final List<Entry> entries = new ArrayList<>();
    private long end;
    private long length;

    /** Of that number, whose commit has that time, in epoch nanoseconds. */
    Transaction(int xid, long commitNanos) {
        this.xid = xid;
        this.commitNanos = commitNanos;
    }

    /** The lower half of its number, which is unique among those that are under way. */
    int xid() {
        return xid;
    }

    /** Postgres's commit time, in epoch nanoseconds. */
    long commitNanos() {
        return commitNanos;
    }

    /** The log's position right after its commit. */
    long end() {
        return end;
    }

    /** How many bytes of the log's messages it was read from. */
    long length() {
        return length;
    }

    List<Entry> entries() {
        return entries;
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    void readFrom(int bytes) {
        length += bytes;
    }

    void endsAt(long position) {
        end = position;
    }
}
