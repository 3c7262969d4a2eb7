package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One of the results of the study that is rerun (Haugom, "Kafka-Centered Stacks vs. a Single Harper Cluster", June 2026), and ours
 * of the same workload.
 *
 * @param text what was claimed
 * @param ratio of medians as they had it, of the conventional side by the other
 * @param ours our conventional arms against each other backend's
 */
record Claim(Workload workload, String text, double ratio, List<Study.Comparison> ours) {

    /** Where the conventional side has the lower median, then what is compared head-on. */
    private static final Comparator<Study.Comparison> LOSSES_FIRST = Comparator.<Study.Comparison, Boolean>comparing(
                    each -> !each.isWonByTheFirst("p50"))
            .thenComparing(each -> !each.equallyDurable().orElse(false));

    /** Those of the workloads that were compared; where the conventional side has the lower median comes first. */
    static List<Claim> of(List<Study.Comparison> comparisons) {
        List<Claim> claims = new ArrayList<>();
        for (Claim claim : List.of(
                claimed(Workload.WRITE_NOTIFY, "save data, then notify: about 56 times lower median with Harper", 56),
                claimed(
                        Workload.FAN_OUT,
                        "live messages to filtered subscribers: about 13 times lower with Harper",
                        13),
                claimed(Workload.FRESHNESS, "fresh aggregates: about 3 times lower with Harper", 3),
                claimed(
                        Workload.POINT_QUERY,
                        "an aggregate by key: about 6 times lower with Kafka Streams",
                        1 / 6.0))) {
            List<Study.Comparison> ours = comparisons.stream()
                    .filter(each -> each.arm().workload() == claim.workload())
                    .filter(Study.Comparison::isAcrossBackends)
                    .sorted(LOSSES_FIRST)
                    .toList();
            if (!ours.isEmpty()) {
                claims.add(new Claim(claim.workload(), claim.text(), claim.ratio(), ours));
            }
        }
        claims.sort(Comparator.comparing(claim -> !claim.isWonByTheConventionalSide()));
        return List.copyOf(claims);
    }

    private static Claim claimed(Workload workload, String text, double ratio) {
        return new Claim(workload, text, ratio, List.of());
    }

    /** Whether one of our conventional arms has a lower median, for sure, than at least one that it is compared with. */
    boolean isWonByTheConventionalSide() {
        return ours.stream().anyMatch(each -> each.isWonByTheFirst("p50"));
    }
}
