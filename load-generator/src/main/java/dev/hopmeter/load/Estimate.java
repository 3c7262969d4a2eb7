package dev.hopmeter.load;

import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A quantile of an arm's trials, in nanoseconds, and how far it would scatter if all of them were taken again: enough to make its
 * interval, and those of its ratio to another and of its difference from it. How: {@code docs/decisions/intervals.md}.
 *
 * @param value of all trials together
 * @param atLeast whether the value falls among those that are only known to be large, so that this is the least it can be
 * @param bounded whether so much of it is only known to be large that there is no interval
 * @param trials how many have any value
 * @param error the standard error; empty for one trial, and where it is bounded
 * @param logError that of the logarithm; empty also where not all of it is above 0
 */
record Estimate(
        double value, boolean atLeast, boolean bounded, int trials, Optional<Double> error, Optional<Double> logError) {

    private static final double LEVEL = 0.95;

    /**
     * A value and its 95 % interval.
     *
     * @param range empty where there is one trial only, or too much is only known to be large
     * @param atLeast whether this is the least that the value can be
     */
    record Interval(double value, Optional<Range> range, boolean atLeast) {}

    /** From where to where. */
    record Range(double from, double to) {

        boolean holds(double value) {
            return from <= value && value <= to;
        }
    }

    /** Its own interval. */
    Interval interval() {
        Optional<Range> range = logError.map(each -> about(value, half(each, trials - 1.0)))
                .or(() ->
                        error.map(each -> half(each, trials - 1.0)).map(half -> new Range(value - half, value + half)));
        return new Interval(value, range, atLeast);
    }

    /** This minus another; empty where one of them is bounded. */
    Optional<Interval> minus(Estimate other) {
        if (bounded || other.bounded) {
            return Optional.empty();
        }
        double difference = value - other.value;
        Optional<Range> range = error.flatMap(
                        mine -> other.error.map(its -> half(mine, trials - 1.0, its, other.trials - 1.0)))
                .map(half -> new Range(difference - half, difference + half));
        return Optional.of(new Interval(difference, range, false));
    }

    /** This by another; empty where one of them is bounded or not above 0. */
    Optional<Interval> by(Estimate other) {
        if (bounded || other.bounded || value <= 0 || other.value <= 0) {
            return Optional.empty();
        }
        double ratio = value / other.value;
        Optional<Range> range = logError.flatMap(
                        mine -> other.logError.map(its -> half(mine, trials - 1.0, its, other.trials - 1.0)))
                .map(half -> about(ratio, half));
        return Optional.of(new Interval(ratio, range, false));
    }

    private static Range about(double value, double half) {
        return new Range(value * Math.exp(-half), value * Math.exp(half));
    }

    private static double half(double error, double freedom) {
        return error == 0 ? 0 : TDistribution.of(freedom).inverseSurvivalProbability((1 - LEVEL) / 2) * error;
    }

    /** Of a sum or a difference, with Welch's degrees of freedom. */
    private static double half(double first, double firstFreedom, double second, double secondFreedom) {
        double a = first * first;
        double b = second * second;
        double parts = a * a / firstFreedom + b * b / secondFreedom;
        return parts == 0 ? 0 : half(Math.sqrt(a + b), (a + b) * (a + b) / parts);
    }
}
