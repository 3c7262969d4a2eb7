package dev.hopmeter.load;

import dev.hopmeter.stack.BrokerLayout;
import java.util.Optional;

/**
 * What {@code run} is asked for, checked.
 *
 * @param at a stack that is up already; one is started if empty
 */
record RunRequest(TrialPlan plan, Stacks.Configuration arm, BrokerLayout brokers, Optional<Endpoints> at) {}
