package dev.hopmeter.load;

import dev.hopmeter.stack.Layout;
import java.util.Optional;

/**
 * What {@code run} is asked for, checked.
 *
 * @param at a stack that is up already; one is started if empty
 */
record RunRequest(TrialPlan plan, Stacks.Configuration arm, Layout layout, Optional<Endpoints> at) {}
