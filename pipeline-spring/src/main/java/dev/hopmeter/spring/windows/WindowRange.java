package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.spring.MalformedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * The windows that hold a moment of a span of time.
 *
 * @param firstStart the start of the first window, in epoch milliseconds, not negative
 * @param lastStart the start of the last window, in epoch milliseconds; before {@code firstStart} for no window
 */
public record WindowRange(long firstStart, long lastStart) {

    private static final int DEFAULT_WINDOWS = 10;
    /** The end of all time. */
    public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /**
     * The windows that hold a moment from {@code from}, included, to {@code to}, excluded. Without {@code to} they end with
     * the present window; without {@code from} they are the last ten before the end.
     *
     * @param nowMillis the present moment in epoch milliseconds
     * @throws MalformedException if one is no ISO instant from 1970 to 9999, if {@code from} is not before {@code to}, or
     *     if there are more windows than {@code most}
     */
    static WindowRange of(WindowSize size, Optional<String> from, Optional<String> to, long nowMillis, int most) {
        long width = size.duration().toMillis();
        long end = to.map(text -> millisUp("to", text)).orElseGet(() -> size.startOf(nowMillis) + width);
        long lastStart = size.startOf(end - 1);
        long firstStart = lastStart - (Math.min(DEFAULT_WINDOWS, most) - 1) * width;
        if (from.isPresent()) {
            long start = millis("from", from.get());
            if (start >= end) {
                throw new MalformedException(
                        "from is before to, which is the end of the present window where it is not given", null);
            }
            firstStart = size.startOf(start);
        }
        long windows = (lastStart - firstStart) / width + 1;
        if (windows > most) {
            throw new MalformedException(
                    "a query spans at most " + most + " windows of " + size.word() + ", not " + windows, null);
        }
        return new WindowRange(Math.max(0, firstStart), lastStart);
    }

    /** Whether there is no such window. */
    boolean isEmpty() {
        return lastStart < firstStart;
    }

    /** Whether the window of that start, in epoch milliseconds, is one of them. */
    boolean has(long startMillis) {
        return startMillis >= firstStart && startMillis <= lastStart;
    }

    /** The start of the first window. */
    Instant first() {
        return Instant.ofEpochMilli(firstStart);
    }

    private static long millis(String name, String text) {
        return moment(name, text).toEpochMilli();
    }

    private static long millisUp(String name, String text) {
        return moment(name, text).plusNanos(999_999).toEpochMilli();
    }

    private static Instant moment(String name, String text) {
        Instant moment;
        try {
            moment = Instant.parse(text);
        } catch (DateTimeException e) {
            throw new MalformedException(name + " is an ISO instant, as in 2026-06-08T12:00:00Z", e);
        }
        if (moment.isBefore(Instant.EPOCH) || moment.isAfter(LATEST)) {
            throw new MalformedException(name + " is between " + Instant.EPOCH + " and " + LATEST, null);
        }
        return moment;
    }
}
