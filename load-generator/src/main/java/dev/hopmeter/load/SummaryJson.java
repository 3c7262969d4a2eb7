package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Stamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code summary.json}, as {@code docs/results-format.md} describes it. */
final class SummaryJson {

    static final int FORMAT = 1;

    private static final JsonMapper INDENTED =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Report report;
    private final TrialResult trial;
    private final Measured measured;

    private SummaryJson(Report report) {
        this.report = report;
        this.trial = report.trial();
        this.measured = trial.measured();
    }

    static String of(Report report) {
        return write(new SummaryJson(report).root());
    }

    /** Of a trial that came to no measurement. */
    static String ofNothing(String why) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("format", FORMAT);
        root.put("valid", false);
        root.put("why", List.of(why));
        return write(root);
    }

    static String write(Map<String, Object> root) {
        return INDENTED.writeValueAsString(root) + "\n";
    }

    private Map<String, Object> root() {
        TrialPlan plan = trial.plan();
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("format", FORMAT);
        root.put("valid", report.valid());
        root.put("why", report.why());
        root.put("run", report.runId());
        root.put("workload", plan.workload().word());
        root.put("backend", plan.backend().word());
        root.put("arm", report.arm());
        root.put("notes", report.notes());
        report.layout().ifPresent(layout -> {
            if (plan.backend() == Backend.CONVENTIONAL) {
                root.put("brokers", layout.brokers().name().toLowerCase(Locale.ROOT));
                root.put("services", layout.services().name().toLowerCase(Locale.ROOT));
            }
            if (plan.backend() == Backend.UNIFIED) {
                root.put("instances", layout.instances());
            }
            if (plan.backend() != Backend.HARPER) {
                root.put("compilers", layout.compilers().name().toLowerCase(Locale.ROOT));
            }
        });
        report.cdc().ifPresent(cdc -> root.put("cdc", cdc.name().toLowerCase(Locale.ROOT)));
        root.put("seed", plan.seed());
        root.put("ratePerSecond", plan.rate());
        root.put("arrivals", plan.arrivals().word());
        root.put("durationNanos", plan.duration().toNanos());
        root.put("deadlineNanos", plan.deadline().toNanos());
        root.put("startEpochNanos", trial.startNanos());
        root.put("counts", counts());
        root.put("hops", hops());
        root.put(
                "total",
                series(
                        measured.total(),
                        Shares.mean(measured.total().sum(), measured.total().count())));
        root.put("totalFromSend", series(measured.totalFromSend()));
        root.put("lag", lag());
        root.put("p99Band", band());
        root.put("spans", spans());
        root.put(
                "annotations",
                report.annotations().stream().map(SummaryJson::annotation).toList());
        root.put("findings", findings());
        root.put("processes", report.costs());
        root.put("floor", floor());
        root.put("durability", durability());
        root.put("warmUp", warmUp());
        root.put("startUp", startUp());
        return root;
    }

    private Map<String, Object> counts() {
        Counts counts = measured.counts();
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("planned", counts.planned());
        node.put("sent", counts.sent());
        node.put("acknowledged", counts.acknowledged());
        node.put("refused", counts.refused());
        node.put("refusedByStatus", counts.refusedByStatus());
        node.put("unanswered", counts.unanswered());
        node.put("due", counts.due());
        node.put("delivered", counts.delivered());
        node.put("lost", counts.lost());
        node.put("acknowledgedLost", counts.acknowledgedLost());
        node.put("duplicate", counts.duplicate());
        node.put("late", counts.late());
        node.put("reordered", counts.reordered());
        node.put("negative", counts.negative());
        node.put("incomplete", counts.incomplete());
        node.put("beforeAcknowledged", counts.beforeAcknowledged());
        node.put("foreign", trial.foreign());
        node.put("dropped", trial.dropped());
        node.put("reconnected", trial.reconnections());
        Map<String, Object> others = new LinkedHashMap<>();
        others.put("subscribers", trial.ledger().others());
        others.put("expected", counts.othersExpected());
        others.put("delivered", counts.othersDelivered());
        others.put("missing", counts.missing());
        others.put("extra", counts.extra());
        others.put("duplicate", counts.othersDuplicate());
        node.put("others", others);
        Map<String, Object> guests = new LinkedHashMap<>();
        guests.put("visits", trial.guests().visits());
        guests.put("expected", trial.guests().due());
        guests.put("missing", trial.guests().missing());
        guests.put("extra", trial.guests().extra());
        guests.put("duplicate", trial.guests().duplicate());
        guests.put("afterLeaving", trial.guests().afterLeaving());
        guests.put("failed", trial.guests().failed());
        node.put("guests", guests);
        return node;
    }

    private List<Map<String, Object>> findings() {
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (Finding finding : report.findings()) {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("finding", finding.word());
            node.put("text", finding.text());
            node.put("against", finding.against());
            node.put("figures", finding.figures());
            nodes.add(node);
        }
        return nodes;
    }

    private List<Map<String, Object>> hops() {
        List<Hop> hops = measured.route().hops();
        long[] sums = measured.hops().stream().mapToLong(Series::sum).toArray();
        long[] means = Shares.means(sums, measured.total().count());
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (int i = 0; i < sums.length; i++) {
            int hop = i;
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("hop", hops.get(i).word());
            node.put("slip", hops.get(i).to() == Stamp.SENT);
            node.putAll(series(measured.hops().get(i), means[i]));
            OptionalDouble share = measured.shareOfMean(hop);
            node.put("shareOfMean", share.isPresent() ? share.getAsDouble() : null);
            node.put(
                    "shareInP99Band",
                    measured.band().map(band -> band.share(hop)).orElse(null));
            nodes.add(node);
        }
        return nodes;
    }

    private Map<String, Object> lag() {
        Map<String, Object> node = new LinkedHashMap<>();
        trial.steadiness().trend().ifPresent(trend -> {
            node.put("growing", trend.growing());
            node.put("nanosPerSecond", Math.round(trend.slope() * 1e9));
            node.put("riseNanos", Math.round(trend.riseNanos()));
            node.put("laterIsSlower", trend.rising());
        });
        return node;
    }

    private Map<String, Object> band() {
        Map<String, Object> node = new LinkedHashMap<>();
        measured.band().ifPresent(band -> {
            node.put("count", band.count());
            node.put("fromNanos", band.fromNanos());
            node.put("toNanos", band.toNanos());
            node.put("totalSumNanos", band.totalSum());
            node.put("hopSumNanos", band.hopSums());
        });
        return node;
    }

    private List<Map<String, Object>> spans() {
        List<Map<String, Object>> nodes = new ArrayList<>();
        measured.spans().forEach((span, series) -> {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("span", span.word());
            node.putAll(series(series));
            nodes.add(node);
        });
        return nodes;
    }

    private static Map<String, Object> annotation(Annotation annotation) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("annotation", annotation.word());
        node.put("what", annotation.what());
        node.put("count", annotation.count());
        node.put("sumNanos", annotation.sumNanos());
        node.put("meanNanos", annotation.meanNanos());
        put(node, "p50Nanos", annotation.p50Nanos());
        put(node, "p99Nanos", annotation.p99Nanos());
        node.put("p50AtLeast", annotation.p50AtLeast());
        node.put("p99AtLeast", annotation.p99AtLeast());
        node.put("interpolated", annotation.interpolated());
        return node;
    }

    private Map<String, Object> floor() {
        Map<String, Object> node = new LinkedHashMap<>();
        report.floor().ifPresent(floor -> {
            List<Map<String, Object>> parts = new ArrayList<>();
            for (Floor.Part part : floor.parts()) {
                Map<String, Object> step = new LinkedHashMap<>();
                step.put("part", part.word());
                step.put("what", part.what());
                step.put("timesInFloor", part.times());
                part.series()
                        .ifPresentOrElse(
                                series -> step.putAll(series(series)), () -> step.put("problem", part.problem()));
                parts.add(step);
            }
            node.put("parts", parts);
            put(node, "p50SumNanos", floor.p50Nanos());
            OptionalDouble over = Table.overFloor(measured, floor);
            node.put("totalP50OverFloor", over.isPresent() ? over.getAsDouble() : null);
        });
        return node;
    }

    private Map<String, Object> durability() {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("order", report.durability().order());
        node.put("record", report.durability().record());
        node.put("notification", report.durability().notification());
        node.put("acknowledged", held(report.durability().acknowledged()));
        node.put("told", held(report.durability().told()));
        return node;
    }

    private static @Nullable Map<String, Object> held(Optional<Durability.Held> held) {
        return held.map(each -> Map.<String, Object>of("copies", each.copies(), "flushed", each.flushed()))
                .orElse(null);
    }

    private Map<String, Object> warmUp() {
        WarmUp.Outcome outcome = trial.warmUp();
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("checked", outcome.checked());
        node.put("settled", outcome.settled());
        node.put("lengthNanos", outcome.length().toNanos());
        node.put("events", outcome.events());
        node.put("failed", outcome.failed());
        node.put("sliceP50Nanos", outcome.p50Nanos());
        return node;
    }

    private List<Map<String, Object>> startUp() {
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (StartUpPhase phase : report.startUp()) {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("phase", phase.word());
            node.put("partOf", phase.partOf().orElse(null));
            node.put("nanos", phase.length().toNanos());
            nodes.add(node);
        }
        return nodes;
    }

    private static Map<String, Object> series(Series series) {
        return series(series, Shares.mean(series.sum(), series.count()));
    }

    private static Map<String, Object> series(Series series, long mean) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("count", series.count());
        node.put("sumNanos", series.sum());
        node.put("meanNanos", mean);
        put(node, "leastNanos", series.least());
        put(node, "p50Nanos", series.quantile(0.5));
        put(node, "p90Nanos", series.quantile(0.9));
        put(node, "p99Nanos", series.quantile(0.99));
        put(node, "p999Nanos", series.quantile(0.999));
        put(node, "mostNanos", series.most());
        node.put("negative", series.negative());
        node.put("censored", series.censored());
        return node;
    }

    private static void put(Map<String, Object> node, String name, OptionalLong value) {
        node.put(name, value.isPresent() ? value.getAsLong() : null);
    }
}
