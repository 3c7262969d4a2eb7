package dev.hopmeter.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a ladder comes to: for each rung its quantiles, and what the knob has bought, each with its interval. */
final class LadderTable {

    private static final double[] QUANTILES = {0.5, 0.99};

    private final Bootstrap bootstrap;
    private final List<String> lines = new ArrayList<>();
    private final List<Map<String, Object>> nodes = new ArrayList<>();

    private LadderTable(long seed) {
        this.bootstrap = new Bootstrap(seed);
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
        for (int i = 0; i < rungs.size(); i++) {
            rows.add(table.rung(i, rungs.get(i), i == 0 ? Optional.empty() : Optional.of(rungs.get(i - 1))));
        }
        table.lines.addAll(aligned(rows));
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

    private List<String> rung(int number, Climbed climbed, Optional<Climbed> below) {
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
        for (double quantile : QUANTILES) {
            String name = quantile == 0.5 ? "p50" : "p99";
            values.add(tell(node, name, enough(climbed, quantile).map(trials -> bootstrap.quantile(trials, quantile))));
            changes.add(tell(
                    node,
                    name + "Change",
                    below.flatMap(lower -> enough(climbed, quantile)
                            .flatMap(trials -> enough(lower, quantile)
                                    .flatMap(before -> bootstrap.difference(trials, before, quantile))))));
        }
        nodes.add(node);
        return List.of(
                Integer.toString(number),
                climbed.totals().size() + (climbed.failed() == 0 ? "" : " (-" + climbed.failed() + ")"),
                values.get(0),
                values.get(1),
                changes.get(0),
                changes.get(1));
    }

    /** Each column as wide as its widest, with two spaces between. */
    private static List<String> aligned(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int in = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(in).length())
                        .max()
                        .orElseThrow();
                line.append(row.get(column)).repeat(' ', width - row.get(column).length() + 2);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static Optional<List<Series>> enough(Climbed climbed, double quantile) {
        long n = climbed.totals().stream().mapToLong(Series::ranked).sum();
        return n >= (quantile > 0.9 ? Series.LEAST_FOR_P99 : 1) ? Optional.of(climbed.totals()) : Optional.empty();
    }

    private static String tell(Map<String, Object> node, String name, Optional<Bootstrap.Interval> interval) {
        node.put(name + "Nanos", interval.map(Bootstrap.Interval::value).orElse(null));
        node.put(name + "FromNanos", interval.map(Bootstrap.Interval::from).orElse(null));
        node.put(name + "ToNanos", interval.map(Bootstrap.Interval::to).orElse(null));
        node.put(name + "AtLeast", interval.map(Bootstrap.Interval::atLeast).orElse(false));
        node.put(name + "ToAtLeast", interval.map(Bootstrap.Interval::open).orElse(false));
        return interval.map(each -> (each.atLeast() ? ">=" : "") + millis(each.value()) + " [" + millis(each.from())
                        + ", " + (each.open() ? "?" : millis(each.to())) + "]")
                .orElse("-");
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
    }
}
