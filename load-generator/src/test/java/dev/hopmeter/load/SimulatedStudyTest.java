package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies of trials on disk whose truth is known. */
class SimulatedStudyTest {

    private static final int STUDIES = 100;
    private static final int EVENTS = 31;
    private static final Map<String, Double> MEDIANS = Map.of("strong", 20e6, "quorum", 8e6);

    @TempDir
    private Path folder;

    @Test
    void intervalsCoverAKnownDifferenceAndAnArmAgainstItselfRaisesFewAlarms() throws IOException {
        int ratioCovers = 0;
        int differenceCovers = 0;
        int falseAlarms = 0;
        for (int seed = 1; seed <= STUDIES; seed++) {
            Study study = simulated(seed);
            for (Study.Comparison comparison : study.comparisons()) {
                if (comparison.againstItself()) {
                    falseAlarms += comparison.faster("p50").isPresent() ? 1 : 0;
                } else if (!comparison.against().arm().again()) {
                    ratioCovers += holds(comparison.ratio("p50").orElseThrow(), 2.5);
                    differenceCovers += holds(comparison.difference("p50").orElseThrow(), 12e6);
                }
            }
        }
        assertThat(ratioCovers).isGreaterThanOrEqualTo(93);
        assertThat(differenceCovers).isGreaterThanOrEqualTo(93);
        assertThat(falseAlarms).isLessThanOrEqualTo(7);
    }

    private static int holds(Estimate.Interval interval, double truth) {
        return interval.range().orElseThrow().holds(truth) ? 1 : 0;
    }

    /** Three trials of each arm, whose medians scatter by a seventh about the arm's, of events that scatter far more. */
    private Study simulated(int seed) throws IOException {
        StudyArm strong = StudyArm.of("conventional/strong");
        StudyPlan plan = new StudyPlan(
                List.of(Workload.FRESHNESS),
                List.of(strong, StudyArm.of("unified"), strong.copy()),
                3,
                100,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                seed,
                false);
        SplittableRandom random = new SplittableRandom(seed);
        return MadeUp.study(plan, folder.resolve("study-" + seed), (request, planned) -> {
            double own = MEDIANS.getOrDefault(planned.arm().arm(), 1.0) * Math.exp(0.15 * random.nextGaussian());
            TrialResult trial = MadeUp.trial(
                    request.plan(), EVENTS, event -> Math.round(own * Math.exp(0.6 * random.nextGaussian())));
            return MadeUp.report(request, trial, List.of());
        });
    }
}
