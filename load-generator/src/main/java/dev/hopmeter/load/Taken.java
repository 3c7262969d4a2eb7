package dev.hopmeter.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A trial that was taken, with what was seen beside it.
 *
 * @param begunNanos when its driver was opened, in epoch nanoseconds
 * @param costs of each process during the measurement, by {@link ProcessCosts#since}
 * @param load of the machine meanwhile
 * @param othersShare of the machine's processors meanwhile, of what is neither the load generator's nor the stack's
 * @param brokerAcknowledged the connector's own timer
 */
record Taken(
        TrialResult trial,
        long begunNanos,
        List<ProcessCosts.Cost> costs,
        Map<String, Object> load,
        OptionalDouble othersShare,
        Optional<Annotation> brokerAcknowledged,
        List<Finding> findings,
        List<Annotation> beside) {

    /** The same with further findings. */
    Taken with(List<Finding> more) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(more);
        return new Taken(trial, begunNanos, costs, load, othersShare, brokerAcknowledged, List.copyOf(all), beside);
    }
}
