package dev.hopmeter.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** What a ladder comes to: for each rung its quantiles, and what the knob has bought, each with its interval. */
final class LadderTable {

    private static final double[] QUANTILES = {0.5, 0.99};

    private static final List<Optional<Estimate>> NONE = List.of(Optional.empty(), Optional.empty());

    private final long seed;
    private final List<String> lines = new ArrayList<>();
    private final List<Map<String, Object>> nodes = new ArrayList<>();

    private LadderTable(long seed) {
        this.seed = seed;
    }

    /**
     * One rung's trials.
     *
     * @param totals of each valid trial, with what was not seen in it
     * @param failed how many trials were not valid
     */
    record Climbed(Ladder.Rung rung, List<Series> totals, int failed) {}

    /** Text and JSON of a ladder for one measure, as in "from intended send to delivery". */
    record Told(String text, Map<String, Object> json) {}

    static Told of(String measure, List<Climbed> rungs, long seed) {
        LadderTable table = new LadderTable(seed);
        table.lines.add(measure + ", in ms, with 95 % intervals over trials");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "trials", "p50", "p99", "p50, change", "p99, change"));
        List<Optional<Estimate>> below = NONE;
        for (int i = 0; i < rungs.size(); i++) {
            List<Optional<Estimate>> now = table.estimates(rungs.get(i));
            rows.add(table.rung(i, rungs.get(i), now, below));
            below = now;
        }
        table.lines.addAll(Columns.aligned(rows));
        table.notSeen(rungs);
        table.lines.add("");
        for (int i = 0; i < rungs.size(); i++) {
            Ladder.Rung rung = rungs.get(i).rung();
            String knob = rung.knob()
                    .map(each -> change(each, rung.from(), rung.to()))
                    .orElse(rung.arm().name());
            table.lines.add(String.format(Locale.ROOT, "%-4s%s", Integer.toString(i), knob));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("measure", measure);
        json.put("rungs", table.nodes);
        return new Told(String.join("\n", table.lines) + "\n", json);
    }

    /** What stands under the tables of what differs and is not climbed; empty if nothing does. */
    static String apart(List<Ladder.Change> apart) {
        return apart.isEmpty()
                ? ""
                : apart.stream()
                        .map(each -> "    " + change(each.knob(), each.from(), each.to()) + "\n")
                        .collect(Collectors.joining(
                                "", "\nOn every rung as on the highest, as they have no part in any latency:\n", ""));
    }

    static List<Map<String, Object>> nodes(List<Ladder.Change> apart) {
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (Ladder.Change each : apart) {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("knob", each.knob());
            node.put("from", told(each.knob(), each.from()));
            node.put("to", told(each.knob(), each.to()));
            nodes.add(node);
        }
        return nodes;
    }

    private static String change(String knob, String from, String to) {
        return knob + ": " + told(knob, from) + " -> " + told(knob, to);
    }

    private static String told(String knob, String value) {
        return value.equals(Ladder.UNSET) ? value : Secrets.masked(knob, value);
    }

    private void notSeen(List<Climbed> rungs) {
        List<String> each = new ArrayList<>();
        for (int i = 0; i < rungs.size(); i++) {
            long censored = censored(rungs.get(i));
            if (censored > 0) {
                each.add(censored + " on rung " + i);
            }
        }
        if (!each.isEmpty()) {
            lines.add("Not seen by the end, and counted as later than all that was: " + String.join(", ", each) + ".");
        }
    }

    private static long censored(Climbed climbed) {
        return climbed.totals().stream().mapToLong(Series::censored).sum();
    }

    private List<String> rung(
            int number, Climbed climbed, List<Optional<Estimate>> now, List<Optional<Estimate>> below) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("rung", number);
        node.put("knob", climbed.rung().knob().orElse(null));
        node.put("from", told(climbed.rung().knob().orElse(""), climbed.rung().from()));
        node.put("to", told(climbed.rung().knob().orElse(""), climbed.rung().to()));
        node.put("validTrials", climbed.totals().size());
        node.put("failedTrials", climbed.failed());
        node.put("censored", censored(climbed));
        List<String> values = new ArrayList<>();
        List<String> changes = new ArrayList<>();
        for (int i = 0; i < QUANTILES.length; i++) {
            String name = QUANTILES[i] == 0.5 ? "p50" : "p99";
            Optional<Estimate> value = now.get(i);
            Optional<Estimate> before = below.get(i);
            values.add(tell(node, name, value.map(Estimate::interval)));
            changes.add(tell(node, name + "Change", value.flatMap(above -> before.flatMap(above::minus))));
        }
        nodes.add(node);
        return List.of(
                Integer.toString(number),
                StudyText.trials(climbed.totals().size(), climbed.failed()),
                values.get(0),
                values.get(1),
                changes.get(0),
                changes.get(1));
    }

    private List<Optional<Estimate>> estimates(Climbed climbed) {
        return DoubleStream.of(QUANTILES)
                .mapToObj(quantile -> Bootstrap.estimate(climbed.totals(), quantile, seed))
                .toList();
    }

    private static String tell(Map<String, Object> node, String name, Optional<Estimate.Interval> interval) {
        node.put(name + "Nanos", interval.map(each -> Math.round(each.value())).orElse(null));
        Optional<Estimate.Range> range = interval.flatMap(Estimate.Interval::range);
        node.put(name + "FromNanos", range.map(each -> Math.round(each.from())).orElse(null));
        node.put(name + "ToNanos", range.map(each -> Math.round(each.to())).orElse(null));
        node.put(name + "AtLeast", interval.map(Estimate.Interval::atLeast).orElse(false));
        return interval.map(each -> (each.atLeast() ? ">=" : "")
                        + millis(each.value())
                        + range.map(ends -> " [" + millis(ends.from()) + ", " + millis(ends.to()) + "]")
                                .orElse(" [?]"))
                .orElse("-");
    }

    private static String millis(double nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
    }
}
