package dev.hopmeter.contract;

/**
 * What is published live and stored in no table: a message for whoever's filter it passes, or an event to be summed.
 *
 * @param id given by the publisher, another for each message: 1 to 128 visible ASCII characters
 * @param region where, a word of 1 to 32 of a-z, 0-9 and '-'
 * @param kind what sort of message, a word like the region
 * @param amount in minor units, 1 to {@link Limits#MAX_AMOUNT}
 * @param sequence counts up among the messages of one publisher with the same region and kind; 0 where nobody counts
 * @param text whatever is to be said, 0 to {@link Limits#MAX_TEXT} characters
 */
public record Message(String id, String region, String kind, long amount, long sequence, String text) {

    /**
     * Checks the message.
     *
     * @throws IllegalArgumentException if a part is out of its bounds; the message names it
     */
    public Message {
        Limits.identifier("id", id);
        Limits.word("region", region);
        Limits.word("kind", kind);
        Limits.range("amount", amount, 1, Limits.MAX_AMOUNT);
        Limits.range("sequence", sequence, 0, Limits.MAX_SEQUENCE);
        Limits.length("text", text, 0, Limits.MAX_TEXT);
    }

    /** The key under which this message is summed. */
    public WindowKey windowKey() {
        return new WindowKey(region, kind);
    }
}
