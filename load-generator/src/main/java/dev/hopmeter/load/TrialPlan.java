package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Workload;
import java.time.Duration;

/**
 * What a trial does.
 *
 * @param backend what serves it
 * @param workload which of the backend's workloads
 * @param rate events a second
 * @param duration of the measurement
 * @param arrivals how events are spread over time
 * @param warmUp what comes before
 * @param audience who is attached
 * @param eventsPerSecond of {@code point-query}: how many events flow while it is queried
 * @param deadline after its intended send an event is late
 * @param mostInFlight so many placements may be without an answer at a time; one more fails the trial
 * @param seed of the orders and of Poisson arrivals
 */
public record TrialPlan(
        Backend backend,
        Workload workload,
        double rate,
        Duration duration,
        Arrivals arrivals,
        WarmUpPlan warmUp,
        Audience audience,
        double eventsPerSecond,
        Duration deadline,
        int mostInFlight,
        long seed) {

    /** The most events and deliveries that one trial measures: their trails are kept in memory until its end. */
    public static final long MOST_EVENTS = 5_000_000;

    /** The lowest rate that is accepted: below it no warm-up would settle. */
    public static final double LEAST_PER_SECOND = 1;

    /** The highest rate that is accepted, in events a second. */
    public static final double MOST_PER_SECOND = 100_000;

    /** The longest duration, deadline and warm-up. */
    public static final Duration LONGEST = Duration.ofHours(24);

    /**
     * The longest warm-up, measurement and deadline together where windows are summed: at its end each of them must still be
     * there to be checked, so it is the aggregator's retention of 1 h less 10 minutes for what comes before and after.
     */
    public static final Duration LONGEST_SUMMED = Duration.ofMinutes(50);

    /** So many placements may be without an answer, unless told otherwise. */
    public static final int IN_FLIGHT = 4_096;

    /** In a rising load, the events of so many seconds may be without an answer, if that is more. */
    static final double IN_FLIGHT_SECONDS = 2;

    /**
     * Checks the plan.
     *
     * @throws IllegalArgumentException if no trial can be run by it; the message says why
     */
    public TrialPlan {
        require(
                rate >= LEAST_PER_SECOND && rate <= MOST_PER_SECOND,
                "the rate (--rate) is 1 to 100000 a second, not " + Table.number(rate));
        requireWithinADay("duration (--duration)", duration);
        requireWithinADay("deadline (--deadline)", deadline);
        requireWithinADay("warm-up (--warm-up)", warmUp.most());
        require(duration.isPositive(), "the duration (--duration) is above 0, not " + Durations.text(duration));
        require(deadline.isPositive(), "the deadline (--deadline) is above 0, not " + Durations.text(deadline));
        boolean summed = workload == Workload.FRESHNESS || workload == Workload.POINT_QUERY;
        require(
                !summed || duration.plus(deadline).plus(warmUp.most()).compareTo(LONGEST_SUMMED) <= 0,
                "warm-up, duration and deadline of " + workload.word() + " come to " + Durations.text(LONGEST_SUMMED)
                        + " at most: windows older than an hour are gone before they can be checked");
        int most = workload == Workload.FAN_OUT ? MessageMix.MOST_SUBSCRIBERS : OrderMix.MOST_SUBSCRIBERS - 1;
        int least = workload == Workload.FAN_OUT ? 1 : 0;
        require(
                audience.subscribers() >= least && audience.subscribers() <= most,
                "the number of subscribers (--subscribers) is " + least + " to " + most + ", not "
                        + audience.subscribers());
        require(
                eventsPerSecond > 0 && eventsPerSecond <= MOST_PER_SECOND,
                "the rate of events (--events) is above 0 and at most 100000 a second, not " + eventsPerSecond);
        require(mostInFlight > 0, "the number of events in flight (--in-flight) is above 0, not " + mostInFlight);
        require(
                rate * duration.toMillis() / 1e3 <= MOST_EVENTS,
                "the rate and the duration make more than " + MOST_EVENTS + " events; lower one of them");
        double each = workload == Workload.FAN_OUT ? audience.match() * audience.subscribers() : 1;
        require(
                each * rate * duration.toMillis() / 1e3 <= MOST_EVENTS,
                "rate, duration, subscribers and match make more than " + MOST_EVENTS
                        + " deliveries; lower one of them");
        if (Route.of(backend, workload).isEmpty()) {
            throw new IllegalArgumentException(
                    "the workload " + workload.word() + " is not served by " + backend.word());
        }
    }

    private static void requireWithinADay(String what, Duration length) {
        require(length.compareTo(LONGEST) <= 0, "the " + what + " is " + LONGEST.toHours() + "h at most");
    }

    /** The route of the trial's events. */
    public Route route() {
        return Route.of(backend, workload).orElseThrow();
    }

    /** The same at another backend, shorter or as long, with the least audience: to measure the ruler. */
    TrialPlan ruler(Duration length, WarmUpPlan warmUp) {
        Audience least = new Audience(workload == Workload.FAN_OUT ? 1 : 0, 1, 0);
        return new TrialPlan(
                Backend.IN_MEMORY,
                workload,
                rate,
                length,
                arrivals,
                warmUp,
                least,
                eventsPerSecond,
                deadline,
                mostInFlight,
                seed);
    }

    /**
     * The same at another rate: one step of a rising load. At high rates more events may be without an answer, {@link
     * #IN_FLIGHT_SECONDS} of them, so that the brokers' limit is found and not that of the pool.
     */
    TrialPlan at(double perSecond, WarmUpPlan otherWarmUp) {
        return new TrialPlan(
                backend,
                workload,
                perSecond,
                duration,
                arrivals,
                otherWarmUp,
                audience,
                eventsPerSecond,
                deadline,
                Math.max(mostInFlight, (int) Math.ceil(IN_FLIGHT_SECONDS * perSecond)),
                seed);
    }

    /** The highest rate, in events a second, that a trial of this duration can have. */
    double highestRate() {
        return Math.min(MOST_PER_SECOND, Math.floor(MOST_EVENTS * 1e3 / Math.max(1, duration.toMillis())));
    }

    /** What its events are called, in the plural. */
    String events() {
        return switch (workload) {
            case JOURNEY, WRITE_NOTIFY -> "orders";
            case FAN_OUT -> "messages";
            case FRESHNESS, INGEST -> "events";
            case POINT_QUERY -> "queries";
        };
    }

    /** About how many deliveries are measured. */
    long deliveries() {
        double each = workload == Workload.FAN_OUT ? Math.max(1, audience.match() * audience.subscribers()) : 1;
        return Math.round(each * FireTimes.count(rate, duration));
    }

    /** The events of a run by this plan, and who is to get them. */
    Mix mix(String runId) {
        return switch (workload) {
            case JOURNEY, WRITE_NOTIFY -> new OrderMix(runId, seed, audience.subscribers());
            case FAN_OUT -> new MessageMix(runId, seed, audience.subscribers(), audience.match());
            case FRESHNESS -> new EventMix(runId, seed, true);
            case POINT_QUERY -> new QueryMix(runId, seed, new EventMix(runId, seed, false).keys());
            case INGEST -> new EventMix(runId, seed, false);
        };
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
