package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;

/**
 * Who is attached in a trial.
 *
 * @param subscribers of {@code fan-out}: all of them; of {@code journey} and {@code write-notify}: how many besides the one that
 *     gets everything
 * @param match of {@code fan-out}: the share of the messages that a subscriber gets on average
 * @param guests of {@code fan-out}: how many more come and go at any time
 */
public record Audience(int subscribers, double match, int guests) {

    /** The most guests at a time. */
    static final int MOST_GUESTS = 1_000;

    /** That many subscribers with narrower filters. */
    public static Audience of(int narrower) {
        return new Audience(narrower, 0.02, 0);
    }

    /** Who is attached in that workload, unless told otherwise. */
    static Audience usual(Workload workload) {
        return switch (workload) {
            case JOURNEY, WRITE_NOTIFY -> of(8);
            case FAN_OUT -> new Audience(500, 0.02, 4);
            case FRESHNESS, POINT_QUERY, INGEST -> of(0);
        };
    }

    /**
     * Checks what can be checked without a workload.
     *
     * @throws IllegalArgumentException if a part is out of its bounds
     */
    public Audience {
        if (!(match > 0 && match <= 1)) {
            throw new IllegalArgumentException("the match is above 0 and at most 1, not " + match);
        }
        if (guests < 0 || guests > MOST_GUESTS) {
            throw new IllegalArgumentException(
                    "the number of guests (--guests) is 0 to " + MOST_GUESTS + ", not " + guests);
        }
    }
}
