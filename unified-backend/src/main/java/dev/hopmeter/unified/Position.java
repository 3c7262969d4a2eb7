package dev.hopmeter.unified;

import java.util.Locale;

/** Positions in the log: numbers of bytes, not negative, that Postgres writes in two hexadecimal halves. */
final class Position {

    private Position() {}

    /** As Postgres writes it, as in {@code 16/B374D848}. */
    static String text(long position) {
        return Long.toHexString(position >>> 32).toUpperCase(Locale.ROOT) + "/"
                + Long.toHexString(position & 0xFFFF_FFFFL).toUpperCase(Locale.ROOT);
    }

    /** What Postgres writes so. */
    static long of(String text) {
        int slash = text.indexOf('/');
        return (Long.parseLong(text.substring(0, slash), 16) << 32) + Long.parseLong(text.substring(slash + 1), 16);
    }
}
