package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.BrokerLayout;
import dev.hopmeter.stack.CdcLayout;
import dev.hopmeter.stack.Compilers;
import dev.hopmeter.stack.Layout;
import dev.hopmeter.stack.ServiceLayout;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** What a run prints: readable, at most {@value #WIDTH} columns wide. */
final class Table {

    /** The widest line. */
    static final int WIDTH = 120;

    private static final int INDENT = 14;
    private static final String TOO_SMALL = "n too small";
    private static final double NANOS_A_MILLI = 1e6;

    private final Report report;
    private final TrialResult trial;
    private final Measured measured;
    private final List<String> lines = new ArrayList<>();

    private Table(Report report) {
        this.report = report;
        this.trial = report.trial();
        this.measured = trial.measured();
    }

    static String of(Report report) {
        return new Table(report).text();
    }

    /** The total's median as a multiple of the floor's; empty where either is not known. */
    static OptionalDouble overFloor(Measured measured, Floor floor) {
        OptionalLong p50 = measured.total().quantile(0.5);
        OptionalLong least = floor.p50Nanos();
        return p50.isEmpty() || least.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) p50.getAsLong() / least.getAsLong());
    }

    private String text() {
        title();
        hops();
        beside();
        counts();
        floor();
        rest();
        verdict();
        return String.join("\n", lines) + "\n";
    }

    private void title() {
        TrialPlan plan = trial.plan();
        lines.add(plan.workload().word() + " on " + plan.backend().word() + ", arm " + report.arm() + ": "
                + count(trial.ledger().count()) + " " + plan.events() + " at " + number(plan.rate()) + "/s, "
                + plan.arrivals().word() + ", for " + Durations.text(plan.duration()) + ", seed " + plan.seed());
        report.layout()
                .ifPresent(layout -> lines.add(
                        switch (plan.backend()) {
                            case CONVENTIONAL -> conventional(layout) + compilers(layout);
                            case UNIFIED -> unified(layout) + compilers(layout);
                            case HARPER -> "three Harper nodes, a process each";
                            case IN_MEMORY -> "method calls";
                        }));
        lines.add("");
    }

    private static String compilers(Layout layout) {
        return layout.compilers() == Compilers.FIRST ? ", the first compiler alone" : ", both compilers";
    }

    private static String unified(Layout layout) {
        return "a Postgres primary and two standbys, "
                + (layout.instances() == 1 ? "one service" : layout.instances() + " instances of the service");
    }

    private String conventional(Layout layout) {
        return "three brokers "
                + (layout.brokers() == BrokerLayout.TOGETHER ? "in one process" : "in a process each")
                + (trial.plan().workload() == Workload.INGEST
                        ? ", no services"
                        : ", services "
                                + (layout.services() == ServiceLayout.TOGETHER
                                        ? "in one process"
                                        : "in a process each"))
                + (layout.cdc() == CdcLayout.ENGINE ? "" : ", a Kafka Connect worker");
    }

    private void hops() {
        row("hop (ms)", "mean", "p50", "p99", "of mean", "of p99 band");
        List<Hop> hops = measured.route().hops();
        long[] sums = measured.hops().stream().mapToLong(Series::sum).toArray();
        long[] means = Shares.means(sums, measured.total().count());
        Optional<long[]> ofMean = measured.total().sum() == 0
                ? Optional.empty()
                : Optional.of(tenths(hop -> measured.shareOfMean(hop).orElseThrow(), sums.length));
        String noBand = measured.total().ranked() < Series.LEAST_FOR_P99 ? TOO_SMALL : "not seen";
        Optional<long[]> ofBand = measured.band().map(band -> tenths(band::share, sums.length));
        for (int i = 0; i < sums.length; i++) {
            int hop = i;
            Series series = measured.hops().get(i);
            row(
                    hops.get(i).word() + (hops.get(i).to() == Stamp.SENT ? " (slip)" : ""),
                    exact(means[i]),
                    quantile(series, 0.5),
                    quantile(series, 0.99),
                    ofMean.map(tenths -> percent(tenths[hop])).orElse(TOO_SMALL),
                    ofBand.map(tenths -> percent(tenths[hop])).orElse(noBand));
        }
        Series total = measured.total();
        row(
                "total",
                exact(Shares.mean(total.sum(), total.count())),
                quantile(total, 0.5),
                quantile(total, 0.99),
                percent(1_000),
                ofBand.isPresent() ? percent(1_000) : noBand);
        lines.add("Means and shares add up, the means to the nanosecond; the p50 and p99 columns do not add.");
        if (total.censored() > 0) {
            lines.add("Hops and means are of the " + count(total.count())
                    + " that arrived; in the total's p50 and p99 the " + count(total.censored())
                    + " that did not count as later than the deadline.");
        }
        lines.add("The slip is the load generator's own lateness.");
        if (measured.route().stamps().contains(Stamp.COMMITTED)) {
            lines.add(
                    "Commit time is Postgres's own, taken while committing: part of the flush can lie in the hop after"
                            + " it.");
        }
        lines.add("");
    }

    private void beside() {
        row("beside the hops (ms)", "mean", "p50", "p99", "p99.9", "n");
        beside("total from actual send", measured.totalFromSend());
        measured.spans().forEach((span, series) -> beside(span.word(), series));
        for (Annotation annotation : report.annotations()) {
            row(
                    annotation.what(),
                    mean(annotation.meanNanos(), annotation.count()),
                    quantile(annotation.p50Nanos(), annotation.p50AtLeast(), annotation.interpolated()),
                    quantile(annotation.p99Nanos(), annotation.p99AtLeast(), annotation.interpolated()),
                    "",
                    count(annotation.count()));
        }
        if (report.annotations().stream().anyMatch(Annotation::interpolated)) {
            lines.add("~ interpolated from the buckets of the service's own timer");
        }
        lines.add("");
    }

    private void beside(String what, Series series) {
        row(
                what,
                mean(Shares.mean(series.sum(), series.count()), series.count()),
                quantile(series, 0.5),
                quantile(series, 0.99),
                quantile(series, 0.999),
                count(series.count()));
    }

    private void counts() {
        Counts counts = measured.counts();
        boolean several = !trial.ledger().oneEach();
        labelled(
                "counts",
                count(counts.sent()) + " sent, " + count(counts.acknowledged()) + " acknowledged, "
                        + (several ? count(counts.due()) + " deliveries due, " : "") + count(counts.delivered())
                        + " delivered, " + count(counts.lost()) + " lost, " + count(counts.duplicate()) + " duplicate, "
                        + (several ? count(counts.extra()) + " extra, " : "") + count(counts.late()) + " late, "
                        + count(counts.reordered()) + " reordered, " + count(counts.negative()) + " negative hops, "
                        + count(counts.refused()) + " refused, " + count(counts.unanswered()) + " unanswered, "
                        + count(counts.beforeAcknowledged()) + " here before their acknowledgement"
                        + (trial.plan().workload() == Workload.FRESHNESS
                                ? ", " + count(trial.reconnections()) + " reconnected"
                                : ""));
        int others = trial.ledger().others();
        if (others > 0) {
            labelled(
                    "others",
                    others + " subscribers with narrower filters: " + count(counts.othersExpected())
                            + " deliveries due, " + count(counts.othersDelivered()) + " came, "
                            + count(counts.missing()) + " missing, " + count(counts.extra()) + " extra, "
                            + count(counts.othersDuplicate()) + " duplicate");
        }
        Guests.Tally guests = trial.guests();
        if (trial.plan().audience().guests() > 0) {
            labelled(
                    "guests",
                    count(guests.visits()) + " subscribers came and went, "
                            + trial.plan().audience().guests()
                            + " at a time: " + count(guests.due()) + " deliveries due, " + count(guests.missing())
                            + " missing, " + count(guests.extra()) + " extra, " + count(guests.duplicate())
                            + " duplicate, " + count(guests.afterLeaving()) + " after leaving");
        }
        labelled("lag", trial.steadiness().text());
        report.findings().forEach(finding -> labelled(finding.word(), finding.text()));
        measured.band()
                .ifPresent(band -> labelled(
                        "p99 band",
                        count(band.count()) + (several ? " deliveries" : " events") + " whose total, "
                                + millis(band.fromNanos()) + " to " + millis(band.toNanos())
                                + " ms, lies between p98.5 and p99.5"));
    }

    private void floor() {
        report.floor().ifPresent(floor -> {
            lines.add("");
            row("floor, measured alone (ms)", "mean", "p50", "p99", "times", "n");
            for (Floor.Part part : floor.parts()) {
                part.series()
                        .ifPresentOrElse(
                                series -> row(
                                        part.word(),
                                        exact(Shares.mean(series.sum(), series.count())),
                                        quantile(series, 0.5),
                                        quantile(series, 0.99),
                                        part.times() == 0 ? "-" : Integer.toString(part.times()),
                                        count(series.count())),
                                () -> labelled("", part.word() + " could not be measured: " + part.problem()));
            }
            OptionalDouble over = overFloor(measured, floor);
            if (over.isPresent()) {
                labelled(
                        "over floor",
                        "the total's p50 is " + String.format(Locale.ROOT, "%.1f", over.getAsDouble())
                                + " times the floor of " + millis(floor.p50Nanos())
                                + " ms (the p50s above, each as often as one event takes that step)");
            }
            lines.add("");
        });
    }

    private void rest() {
        Durability durability = report.durability();
        labelled(
                "durability",
                "order: " + durability.order() + "; record: " + durability.record() + "; notification: "
                        + durability.notification());
        report.notes().forEach(note -> labelled("note", note));
        cost();
        WarmUp.Outcome warmUp = trial.warmUp();
        String ended =
                !warmUp.checked() ? "of fixed length, not checked" : warmUp.settled() ? "settled" : "NOT settled";
        labelled(
                "warm-up",
                String.format(
                        Locale.ROOT,
                        "%.1f s, %s events%s, %s",
                        warmUp.length().toMillis() / 1e3,
                        count(warmUp.events()),
                        warmUp.failed() == 0 ? "" : " (" + count(warmUp.failed()) + " refused or unanswered)",
                        ended));
        if (!report.startUp().isEmpty()) {
            labelled(
                    "start-up",
                    String.join(
                            ", ",
                            report.startUp().stream()
                                    .filter(phase -> phase.partOf().isEmpty())
                                    .map(this::withParts)
                                    .toList()));
        }
    }

    private void cost() {
        if (report.costs().isEmpty()) {
            return;
        }
        double all = 0;
        List<String> each = new ArrayList<>();
        for (ProcessCosts.Cost cost : report.costs()) {
            all += cost.processorSecondsPer1000Events();
            each.add(String.format(Locale.ROOT, "%s %.2f", cost.process(), cost.processorSecondsPer1000Events()));
        }
        labelled(
                "cost",
                String.format(
                                Locale.ROOT,
                                "%.2f processor seconds for 1 000 %s: ",
                                all,
                                trial.plan().events())
                        + String.join(", ", each)
                        + (report.layout().isEmpty() && trial.plan().backend() != Backend.IN_MEMORY
                                ? "; the stack's own are not seen from here"
                                : ""));
        memory();
    }

    private void memory() {
        long all = report.costs().stream()
                .mapToLong(ProcessCosts.Cost::residentBytes)
                .sum();
        // Nothing where the system does not tell it.
        if (all > 0) {
            labelled(
                    "memory",
                    count(report.costs().stream()
                                    .mapToLong(cost -> Math.round(cost.residentBytes() / 1e6))
                                    .sum())
                            + " MB resident at the end of the measurement: "
                            + String.join(
                                    ", ",
                                    report.costs().stream()
                                            .map(cost -> cost.process() + " " + megabytes(cost.residentBytes()))
                                            .toList()));
        }
    }

    private static String megabytes(long bytes) {
        return count(Math.round(bytes / 1e6));
    }

    private String withParts(StartUpPhase phase) {
        String parts = String.join(
                ", ",
                report.startUp().stream()
                        .filter(part ->
                                part.partOf().filter(phase.word()::equals).isPresent())
                        .map(Table::timed)
                        .toList());
        return timed(phase) + (parts.isEmpty() ? "" : " (side by side, each from its own start: " + parts + ")");
    }

    private static String timed(StartUpPhase phase) {
        return String.format(
                Locale.ROOT, "%s %.1f s", phase.word(), phase.length().toMillis() / 1e3);
    }

    private void verdict() {
        lines.add("");
        if (report.valid()) {
            lines.add("VALID");
        } else {
            lines.add("NOT VALID:");
            report.why().forEach(why -> labelled("", why));
        }
    }

    private void row(String first, String mean, String p50, String p99, String fifth, String sixth) {
        lines.add(String.format(Locale.ROOT, "%-42s%15s%15s%15s%15s%15s", first, mean, p50, p99, fifth, sixth)
                .stripTrailing());
    }

    /** A label and a text that is broken at blanks where the line would become too long. */
    private void labelled(String label, String text) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-" + INDENT + "s", label));
        boolean first = true;
        for (String word : text.split(" ", -1)) {
            if (!first && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(INDENT));
                first = true;
            }
            line.append(first ? "" : " ").append(word);
            first = false;
        }
        lines.add(line.toString());
    }

    private static String quantile(Series series, double quantile) {
        OptionalLong value = series.quantile(quantile);
        return value.isPresent() && series.bounded(quantile) ? ">=" + millis(value) : millis(value);
    }

    private static String quantile(OptionalLong nanos, boolean atLeast, boolean interpolated) {
        String mark = atLeast ? ">=" : interpolated ? "~" : "";
        return nanos.isPresent() ? mark + millis(nanos) : millis(nanos);
    }

    private static String millis(OptionalLong nanos) {
        return nanos.isEmpty() ? TOO_SMALL : millis(nanos.getAsLong());
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / NANOS_A_MILLI);
    }

    private static String mean(long nanos, long count) {
        return count == 0 ? "-" : exact(nanos);
    }

    /** Milliseconds to the last nanosecond. */
    private static String exact(long nanos) {
        return String.format(
                Locale.ROOT,
                "%s%d.%06d",
                nanos < 0 ? "-" : "",
                Math.abs(nanos) / 1_000_000,
                Math.abs(nanos) % 1_000_000);
    }

    private static long[] tenths(IntToDoubleFunction share, int hops) {
        return Shares.tenthsOfAPercent(
                IntStream.range(0, hops).mapToDouble(share).toArray());
    }

    private static String percent(long tenths) {
        return String.format(Locale.ROOT, "%.1f %%", tenths / 10.0);
    }

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n).replace(',', ' ');
    }

    static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? count((long) value)
                : BigDecimal.valueOf(value).toPlainString();
    }
}
