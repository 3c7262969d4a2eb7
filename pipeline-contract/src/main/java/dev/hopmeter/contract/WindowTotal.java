package dev.hopmeter.contract;

/**
 * What one window of one key adds up to.
 *
 * @param count how many events
 * @param sum their amounts, in minor units
 */
public record WindowTotal(long count, long sum) {

    /** The total of no event. */
    public static final WindowTotal EMPTY = new WindowTotal(0, 0);

    /**
     * This total with one more event. Every backend folds its windows with it.
     *
     * @throws ArithmeticException if the sum leaves the range of a long
     */
    public WindowTotal plus(long amount) {
        return new WindowTotal(count + 1, Math.addExact(sum, amount));
    }
}
