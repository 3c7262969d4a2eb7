package dev.hopmeter.load;

import java.time.Duration;
import java.util.Optional;

/**
 * How long real traffic runs before anything is recorded.
 *
 * @param fixed exactly so long, and nothing is checked; otherwise until the settling rule holds
 * @param most at the latest after so long, and then the trial has failed
 */
public record WarmUpPlan(Optional<Duration> fixed, Duration most) {

    /** Until it has settled. */
    public static WarmUpPlan untilSettled(Duration most) {
        return new WarmUpPlan(Optional.empty(), most);
    }

    /** For exactly so long. */
    public static WarmUpPlan lasting(Duration length) {
        return new WarmUpPlan(Optional.of(length), length);
    }
}
