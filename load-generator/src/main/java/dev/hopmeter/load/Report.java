package dev.hopmeter.load;

import dev.hopmeter.stack.CdcLayout;
import dev.hopmeter.stack.Layout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that is told of a trial.
 *
 * @param arm the configuration's name
 * @param settings every property that the arm sets
 * @param notes what a reader must know to read the results rightly, each in one sentence
 * @param layout how many processes the parts ran in, if that is known
 * @param cdc the way of change data capture, where the stack has one
 * @param findings what the workload's own checks came to
 * @param costs of each process during the measurement
 * @param startUp the way to the first measured event, in order
 * @param environment where it was measured, by topic
 * @param configuration every setting of every part, as it says itself; empty where there is no stack
 * @param alsoWhy what speaks against the trial besides what its own counts say
 */
record Report(
        TrialResult trial,
        String runId,
        String arm,
        Map<String, String> settings,
        List<String> notes,
        Optional<Layout> layout,
        Optional<CdcLayout> cdc,
        List<Annotation> annotations,
        List<Finding> findings,
        List<ProcessCosts.Cost> costs,
        Optional<Floor> floor,
        Durability durability,
        List<StartUpPhase> startUp,
        Map<String, Object> environment,
        Map<String, Object> configuration,
        List<String> alsoWhy) {

    /** What was measured beside the route under that word, if it was measured here. */
    Optional<Series> besideRoute(String word) {
        return annotations.stream()
                .filter(annotation -> annotation.word().equals(word))
                .findFirst()
                .flatMap(Annotation::series);
    }

    boolean valid() {
        return why().isEmpty();
    }

    List<String> why() {
        return Stream.concat(trial.why().stream(), alsoWhy.stream()).toList();
    }
}
