package dev.hopmeter.load;

import dev.hopmeter.stack.Layout;
import java.util.Optional;

/**
 * What {@code run} is asked for, checked.
 *
 * @param at a stack that is up already; one is started if empty
 * @param highestRate where the rate rises, none above it is tried
 * @param floor whether it is measured as well
 */
record RunRequest(
        TrialPlan plan,
        Stacks.Configuration arm,
        Layout layout,
        Optional<Endpoints> at,
        double highestRate,
        boolean floor) {

    /** Where no rate is too high, with the floor. */
    RunRequest(TrialPlan plan, Stacks.Configuration arm, Layout layout, Optional<Endpoints> at) {
        this(plan, arm, layout, at, TrialPlan.MOST_PER_SECOND, true);
    }

    RunRequest withHighestRate(double rate) {
        return new RunRequest(plan, arm, layout, at, rate, floor);
    }

    RunRequest withoutFloor() {
        return new RunRequest(plan, arm, layout, at, highestRate, false);
    }
}
