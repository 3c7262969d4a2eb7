package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.stream.Stream;

/** What the conventional side wins in a study, in sentences. */
final class Losses {

    private static final String P999 = "p999";

    private final Study study;
    private final List<Study.Comparison> across;

    private Losses(Study study) {
        this.study = study;
        this.across = study.comparisons().stream()
                .flatMap(each -> each.conventionalFirst().stream())
                .toList();
    }

    /**
     * Of all comparisons of a conventional arm with one of another backend, the A/A arm's too: at which quantiles the conventional
     * one is lower by a 95 % interval, and at which none is; then on how much each p99.9 rests. Empty where there is nothing to
     * compare.
     */
    static List<String> of(Study study) {
        Losses losses = new Losses(study);
        return Stream.concat(
                        losses.won().stream(),
                        study.plan().workloads().stream().flatMap(workload -> losses.resting(workload).stream()))
                .toList();
    }

    private Optional<String> won() {
        List<String> won = new ArrayList<>();
        List<String> none = new ArrayList<>();
        for (String quantile : Study.QUANTILES.keySet()) {
            List<Study.Comparison> told = across.stream()
                    .filter(each -> each.ratio(quantile).isPresent())
                    .toList();
            List<String> here = told.stream()
                    .filter(each -> each.isWonByTheFirst(quantile))
                    .map(each -> "at " + Study.name(quantile) + " " + pair(each) + ", " + ratio(each, quantile))
                    .toList();
            won.addAll(here);
            if (!told.isEmpty() && here.isEmpty()) {
                none.add(Study.name(quantile));
            }
        }
        if (won.isEmpty() && none.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                "Of all comparisons with another backend, the A/A arm's among them, the conventional side wins "
                        + (won.isEmpty()
                                ? "none by a 95 % interval, at " + listed(none)
                                : "by a 95 % interval: " + String.join("; ", won)
                                        + (none.isEmpty() ? "" : "; none at " + listed(none)))
                        + ".");
    }

    /** The p99.9 of that workload, if there is one. */
    private Optional<String> resting(Workload workload) {
        LongSummaryStatistics deliveries = across.stream()
                .filter(each ->
                        each.arm().workload() == workload && each.ratio(P999).isPresent())
                .flatMap(each -> Stream.of(each.arm(), each.against()))
                .mapToLong(Study.Group::events)
                .summaryStatistics();
        if (deliveries.getCount() == 0) {
            return Optional.empty();
        }
        String chance = study.comparisons().stream()
                .filter(each -> each.arm().workload() == workload && each.againstItself())
                .filter(each -> each.ratio(P999).isPresent())
                .findFirst()
                .map(each -> "; an arm by itself there: " + ratio(each, P999))
                .orElse("");
        return Optional.of("The p99.9 of " + workload.word() + " is of "
                + between(deliveries.getMin(), deliveries.getMax()) + " deliveries on each arm, in trials of "
                + Table.count(FireTimes.count(study.plan().rate(), study.plan().duration()))
                + " events each: the slowest "
                + between(beyond(deliveries.getMin()), beyond(deliveries.getMax())) + " deliveries lie beyond it"
                + chance
                + ".");
    }

    private static long beyond(long deliveries) {
        return deliveries - Series.rank(Study.QUANTILES.getOrDefault(P999, 1.0), deliveries);
    }

    private static String between(long least, long most) {
        return Table.count(least) + (least == most ? "" : " to " + Table.count(most));
    }

    private static String pair(Study.Comparison each) {
        return each.arm().workload().word() + ", " + each.arm().arm().label() + " by "
                + each.against().arm().label();
    }

    private static String ratio(Study.Comparison each, String quantile) {
        return each.ratio(quantile).map(ratio -> StudyText.interval(ratio, 1)).orElse("-");
    }

    /** As in {@code p50, p90 and p99}. */
    private static String listed(List<String> words) {
        return words.size() == 1
                ? words.getFirst()
                : String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
    }
}
