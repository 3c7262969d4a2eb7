package dev.hopmeter.router;

import java.nio.charset.StandardCharsets;

/** The subscribers of one notifier that one event is for. For one thread. */
final class Recipients {

    private final StringBuilder ids = new StringBuilder();
    private int count;

    /** Adds the subscriber whose id starts there in the text. */
    void add(String text, int start) {
        if (count > 0) {
            ids.append(',');
        }
        ids.append(text, start, text.length());
        count++;
    }

    /** How many. */
    int count() {
        return count;
    }

    /** Their ids, separated by a comma. */
    byte[] joined() {
        return ids.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
