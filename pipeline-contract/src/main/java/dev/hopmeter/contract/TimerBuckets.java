package dev.hopmeter.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The upper bounds of the Prometheus histograms: log-spaced from 50 us to 30 s, 16 to a decade for hops and 24 for totals. A
 * quantile read from them is off by about 3 % at most where the distribution is smooth inside a bucket.
 */
public final class TimerBuckets {

    private static final long LEAST_NANOS = 50_000L;
    private static final long MOST_NANOS = 30_000_000_000L;

    private TimerBuckets() {}

    /** The bounds for a hop's timer. */
    public static Duration[] forHops() {
        return logSpaced(16);
    }

    /** The bounds for a total's timer. */
    public static Duration[] forTotals() {
        return logSpaced(24);
    }

    private static Duration[] logSpaced(int perDecade) {
        List<Duration> bounds = new ArrayList<>();
        for (int i = 0; ; i++) {
            long nanos = Math.round(LEAST_NANOS * Math.pow(10, (double) i / perDecade));
            if (nanos >= MOST_NANOS) {
                bounds.add(Duration.ofNanos(MOST_NANOS));
                return bounds.toArray(Duration[]::new);
            }
            bounds.add(Duration.ofNanos(nanos));
        }
    }
}
