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

    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
    private static final Pattern IDENTIFIER = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private Limits() {}

    static String word(String name, String value) {
        return matching(name, value, WORD, "1 to 32 of a-z, 0-9 and '-', not starting with '-'");
    }

    static String currency(String name, String value) {
        return matching(name, value, CURRENCY, "three capital letters, as in EUR");
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
        return matching(name, value, IDENTIFIER, "1 to 128 visible ASCII characters without spaces");
    }

    static String length(String name, String value, int least, int most) {
        if (value.length() < least || value.length() > most) {
            throw new IllegalArgumentException(
                    name + " has " + least + " to " + most + " characters, not " + value.length());
        }
        if (!value.codePoints().allMatch(Limits::isText)) {
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

    private static boolean isText(int codePoint) {
        return !Character.isISOControl(codePoint)
                && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
    }

    private static String matching(String name, String value, Pattern pattern, String form) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(name + " is " + form + ", not '" + shown(value) + "'");
        }
        return value;
    }

    private static String shown(String value) {
        return value.length() <= 40 ? value : value.substring(0, 40) + "...";
    }
}
