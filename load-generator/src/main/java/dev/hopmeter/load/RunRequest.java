package dev.hopmeter.load;

import dev.hopmeter.stack.Layout;
import java.util.Optional;

/**
 * What {@code run} is asked for, checked.
 *
 * @param at a stack that is up already; one is started if empty
 * @param highestRate where the rate rises, none above it is tried
 */
record RunRequest(TrialPlan plan, Stacks.Configuration arm, Layout layout, Optional<Endpoints> at, double highestRate) {

    /** Where no rate is too high. */
    RunRequest(TrialPlan plan, Stacks.Configuration arm, Layout layout, Optional<Endpoints> at) {
        this(plan, arm, layout, at, TrialPlan.MOST_PER_SECOND);
    }
}
