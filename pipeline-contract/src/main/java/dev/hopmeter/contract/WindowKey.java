package dev.hopmeter.contract;

/**
 * What is summed together.
 *
 * @param region a word of 1 to 32 of a-z, 0-9 and '-'
 * @param kind a word like the region
 */
public record WindowKey(String region, String kind) {

    /**
     * Checks the key.
     *
     * @throws IllegalArgumentException if a part is not such a word; the message names it
     */
    public WindowKey {
        Limits.word("region", region);
        Limits.word("kind", kind);
    }

    /** The key's text, {@code region/kind}, which {@link #parse} reads back. */
    public String text() {
        return region + "/" + kind;
    }

    /**
     * Reads a key's text.
     *
     * @throws IllegalArgumentException if it is not {@code region/kind}
     */
    public static WindowKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a window's key reads region/kind, not '" + text + "'");
        }
        return new WindowKey(text.substring(0, slash), text.substring(slash + 1));
    }
}
