package dev.hopmeter.contract;

import java.util.regex.Pattern;

/** The bounds of the contract's values, in one place. */
public final class Limits {

    /** The largest amount of an order, in minor units of its currency: exact as a double, as Redis scores are. */
    public static final long MAX_AMOUNT = 1_000_000_000_000L;

    /** The most lines that an order has. */
    public static final int MAX_LINES = 100;

    /** The most characters that a message's text has. */
    public static final int MAX_TEXT = 16 * 1024;

    /** The highest sequence number: exact as a double, as JSON's numbers are for many readers. */
    public static final long MAX_SEQUENCE = (1L << 53) - 1;

    /** The most bytes that an order or a message has on the wire. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
    private static final int MOST_OF_A_WORD = 32;
    private static final int MOST_OF_AN_IDENTIFIER = 128;

    private Limits() {}

    static String word(String name, String value) {
        return passing(name, value, isWord(value), "1 to 32 of a-z, 0-9 and '-', not starting with '-'");
    }

    static String currency(String name, String value) {
        return passing(name, value, CURRENCY.matcher(value).matches(), "three capital letters, as in EUR");
    }

    /**
     * Checks a client's idempotency key.
     *
     * @return the value
     * @throws IllegalArgumentException if the value is not a key; the message starts with the name
     */
    public static String idempotencyKey(String name, String value) {
        return identifier(name, value);
    }

    static String identifier(String name, String value) {
        return passing(name, value, isIdentifier(value), "1 to 128 visible ASCII characters without spaces");
    }

    static String length(String name, String value, int least, int most) {
        if (value.length() < least || value.length() > most) {
            throw new IllegalArgumentException(
                    name + " has " + least + " to " + most + " characters, not " + value.length());
        }
        if (!isText(value)) {
            throw new IllegalArgumentException(name + " has no control characters and no halves of surrogate pairs");
        }
        return value;
    }

    static long range(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is between " + least + " and " + most + ", not " + value);
        }
        return value;
    }

    private static boolean isText(String value) {
        int i = 0;
        while (i < value.length()) {
            int codePoint = value.codePointAt(i);
            if (Character.isISOControl(codePoint)
                    || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE)) {
                return false;
            }
            i += Character.charCount(codePoint);
        }
        return true;
    }

    /** A loop, as each event's words are checked. */
    private static boolean isWord(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && i > 0))) {
                return false;
            }
        }
        return !value.isEmpty() && value.length() <= MOST_OF_A_WORD;
    }

    private static boolean isIdentifier(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '!' || value.charAt(i) > '~') {
                return false;
            }
        }
        return !value.isEmpty() && value.length() <= MOST_OF_AN_IDENTIFIER;
    }

    private static String passing(String name, String value, boolean passes, String form) {
        if (!passes) {
            throw new IllegalArgumentException(name + " is " + form + ", not '" + shown(value) + "'");
        }
        return value;
    }

    private static String shown(String value) {
        return value.length() <= 40 ? value : value.substring(0, 40) + "...";
    }
}
