package dev.hopmeter.load;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the steps that no configuration can avoid cost on this machine, measured in the same run.
 *
 * @param parts each on its own
 */
record Floor(List<Part> parts) {

    Floor {
        parts = List.copyOf(parts);
    }

    /**
     * One step.
     *
     * @param word its name in files
     * @param what it is, for a reader
     * @param times how often one event takes this step on its route at the least; 0 for what is only shown
     * @param series its lengths; empty if it could not be measured
     * @param problem why not; empty if it could
     */
    record Part(String word, String what, int times, Optional<Series> series, String problem) {}

    /**
     * The sum of the medians of the steps that one event takes, each as often as it takes it. Medians do not add up, so this
     * is a scale to hold a total against and no quantile of anything. Empty if a step could not be measured, or takes none.
     */
    OptionalLong p50Nanos() {
        long sum = 0;
        int steps = 0;
        for (Part part : parts) {
            if (part.times() > 0) {
                OptionalLong p50 =
                        part.series().map(series -> series.quantile(0.5)).orElse(OptionalLong.empty());
                if (p50.isEmpty()) {
                    return OptionalLong.empty();
                }
                sum += part.times() * p50.getAsLong();
                steps++;
            }
        }
        return steps == 0 ? OptionalLong.empty() : OptionalLong.of(sum);
    }
}
