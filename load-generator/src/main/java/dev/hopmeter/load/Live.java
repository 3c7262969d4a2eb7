package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.util.List;

/**
 * Is told of a trial's events while they happen, those of its probes and warm-up among them. Called by the sender's and the
 * drivers' threads at once; never blocks.
 */
@FunctionalInterface
public interface Live {

    /** The event arrived at a measured subscriber; its trail ends with DELIVERED. */
    void arrived(Trail trail);

    /** An event is about to be placed. */
    default void placed() {}

    /** A trial with that plan begins. */
    default void began(TrialPlan plan) {}

    /**
     * It has ended with a measurement.
     *
     * @param why all that speaks against it; empty if it is valid
     */
    default void ended(TrialResult trial, List<String> why) {}

    /**
     * It has ended without one.
     *
     * @param why in words
     */
    default void broke(String why) {}

    /** Wants to know of nothing. */
    static Live ignored() {
        return trail -> {};
    }

    /** Both are told, one after the other. */
    static Live both(Live one, Live other) {
        return new Live() {
            @Override
            public void arrived(Trail trail) {
                one.arrived(trail);
                other.arrived(trail);
            }

            @Override
            public void placed() {
                one.placed();
                other.placed();
            }

            @Override
            public void began(TrialPlan plan) {
                one.began(plan);
                other.began(plan);
            }

            @Override
            public void ended(TrialResult trial, List<String> why) {
                one.ended(trial, why);
                other.ended(trial, why);
            }

            @Override
            public void broke(String why) {
                one.broke(why);
                other.broke(why);
            }
        };
    }
}
