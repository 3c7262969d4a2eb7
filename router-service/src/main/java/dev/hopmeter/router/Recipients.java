package dev.hopmeter.router;

import java.util.Arrays;

/**
 * The subscribers of one notifier that one event is for. In bytes, as an event can be for a thousand of them, and what is made
 * of each delays them all. For one thread.
 */
final class Recipients {

    private static final int ROOM = 256;

    private final byte[] notifier;
    private byte[] ids = new byte[ROOM];
    private int length;
    private int count;

    /** None yet, of the notifier whose id is the first so many bytes of that member of the index. */
    Recipients(byte[] member, int idLength) {
        this.notifier = Arrays.copyOf(member, idLength);
    }

    /** Whether the first so many bytes of that member of the index are this notifier's id. */
    boolean areOf(byte[] member, int idLength) {
        return Arrays.equals(notifier, 0, notifier.length, member, 0, idLength);
    }

    /** Adds the subscriber whose id starts there in the member. */
    void add(byte[] member, int start) {
        int more = member.length - start;
        if (length + 1 + more > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(2 * ids.length, length + 1 + more));
        }
        if (count > 0) {
            ids[length++] = ',';
        }
        System.arraycopy(member, start, ids, length, more);
        length += more;
        count++;
    }

    /** How many. */
    int count() {
        return count;
    }

    /** Their ids, separated by a comma. */
    byte[] joined() {
        return Arrays.copyOf(ids, length);
    }
}
