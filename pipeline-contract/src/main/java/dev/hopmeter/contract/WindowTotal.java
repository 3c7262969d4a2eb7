package dev.hopmeter.contract;

/**
 * What one window of one key adds up to.
 *
 * @param count how many events
 * @param sum their amounts, in minor units
 * @param through the highest sequence number among them; 0 where none has one. Events of one publisher and key are taken
 *     in order, so that of that publisher every event with a lower number is included in this window or another, unless it
 *     came too late for its window, which is in none
 * @param newestMillis when the latest of them happened, in epoch milliseconds; 0 for none
 */
public record WindowTotal(long count, long sum, long through, long newestMillis) {

    /** The total of no event. */
    public static final WindowTotal EMPTY = new WindowTotal(0, 0, 0, 0);

    /**
     * This total with one more event. Every backend folds its windows with it.
     *
     * @param sequence of the event, 0 for none
     * @param millis when it happened, in epoch milliseconds
     * @throws ArithmeticException if the sum leaves the range of a long
     */
    public WindowTotal plus(long amount, long sequence, long millis) {
        return new WindowTotal(
                count + 1, Math.addExact(sum, amount), Math.max(through, sequence), Math.max(newestMillis, millis));
    }
}
