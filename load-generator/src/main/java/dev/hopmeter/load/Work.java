package dev.hopmeter.load;

import java.util.List;

/**
 * What a trial of one workload on one backend needs besides its plan: the driver, who looks on, and what they have seen. It is
 * used for one trial and then closed, which closes the driver.
 */
interface Work extends AutoCloseable {

    Driver driver();

    /** Who wants to know of replies. */
    default Recorder.Replies replies() {
        return Recorder.Replies.ignored();
    }

    /** Who looks on. */
    default Trial.Surroundings surroundings() {
        return Trial.Surroundings.unobserved();
    }

    /** Lengths that were measured beside the route. Asked for once, after the findings. */
    default List<Annotation> beside() {
        return List.of();
    }

    /**
     * What was checked. Asked for once, after the measurement; may ask the backend, and block while it does.
     *
     * @param trial what was measured
     */
    default List<Finding> findings(TrialResult trial) throws InterruptedException {
        return List.of();
    }

    @Override
    default void close() {
        driver().close();
    }

    /** Work that is no more than its driver. */
    static Work of(Driver driver) {
        return () -> driver;
    }
}
