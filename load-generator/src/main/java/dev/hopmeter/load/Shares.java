package dev.hopmeter.load;

import java.util.Arrays;

/** Whole numbers that add up. */
final class Shares {

    private Shares() {}

    /**
     * The means of several sums over the same number of values, each rounded to a whole number down or up, so that they add
     * up exactly to the rounded mean of all of it: those with the largest remainders are rounded up.
     *
     * @return one mean for each sum, in order
     */
    static long[] means(long[] sums, long count) {
        long[] means = new long[sums.length];
        if (count == 0) {
            return means;
        }
        long whole = 0;
        long floors = 0;
        Integer[] order = new Integer[sums.length];
        for (int i = 0; i < sums.length; i++) {
            means[i] = Math.floorDiv(sums[i], count);
            floors += means[i];
            whole = Math.addExact(whole, sums[i]);
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Long.compare(Math.floorMod(sums[b], count), Math.floorMod(sums[a], count)));
        long rest = mean(whole, count) - floors;
        for (int i = 0; i < rest; i++) {
            means[order[i]]++;
        }
        return means;
    }

    /**
     * Shares of a whole in tenths of a percent, rounded down or up so that they add up to 1 000: those with the largest
     * remainders are rounded up.
     *
     * @param shares that add up to 1
     */
    static long[] tenthsOfAPercent(double[] shares) {
        long[] tenths = new long[shares.length];
        double[] remainders = new double[shares.length];
        Integer[] order = new Integer[shares.length];
        long rest = 1_000;
        for (int i = 0; i < shares.length; i++) {
            tenths[i] = (long) Math.floor(1_000 * shares[i]);
            remainders[i] = 1_000 * shares[i] - tenths[i];
            rest -= tenths[i];
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Double.compare(remainders[b], remainders[a]));
        for (int i = 0; i < rest; i++) {
            tenths[order[i]]++;
        }
        return tenths;
    }

    /** The mean, rounded to the nearest whole number. */
    static long mean(long sum, long count) {
        return count == 0 ? 0 : Math.floorDiv(sum + count / 2, count);
    }
}
