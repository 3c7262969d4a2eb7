package dev.hopmeter.load;

import java.util.List;
import java.util.SplittableRandom;

/** The regions, kinds and amounts that events are made of: regions and kinds evenly, amounts over four decades. */
final class Market {

    static final List<String> REGIONS = List.of("eu-west", "eu-central", "us-east", "us-west", "ap-south");
    static final List<String> KINDS = List.of("retail", "wholesale", "subscription", "gift");

    /** How many pairs of region and kind there are. */
    static final int CELLS = REGIONS.size() * KINDS.size();

    private static final long LEAST_AMOUNT = 100;
    private static final double DECADES = 4;

    private Market() {}

    static String region(int cell) {
        return REGIONS.get(cell % REGIONS.size());
    }

    static String kind(int cell) {
        return KINDS.get(cell / REGIONS.size());
    }

    /** Log-uniform from 1 to 10 000 of the currency's major unit, in minor units. */
    static long amount(SplittableRandom random) {
        return Math.round(LEAST_AMOUNT * Math.pow(10, DECADES * random.nextDouble()));
    }

    /** The amount that the given share of amounts reaches or exceeds. */
    static long amountReachedBy(double share) {
        return Math.round(LEAST_AMOUNT * Math.pow(10, DECADES * (1 - share)));
    }

    /** Numbers that are unlike for each event of a seed, and the same each time. */
    static SplittableRandom random(long seed, int number) {
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
    }
}
