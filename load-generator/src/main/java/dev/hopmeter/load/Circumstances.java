package dev.hopmeter.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/**
 * On what machine, of what build and with what settings of each arm the trials of a study were taken: of all the same, or its
 * figures are of several.
 *
 * @param values by their names in {@code environment.json}, each value once, null of JSON where a trial does not say; and after
 *     them each setting that trials of one arm have otherwise, by workload, arm and name
 */
record Circumstances(Map<String, List<JsonNode>> values) {

    /** How many of what may be many are told. */
    static final int MOST_TOLD = 10;

    private static final List<String> WORDS = List.of("commit", "cpu", "cores", "jdk");

    /** Of all trials that came to a measurement, valid or not. */
    static Circumstances of(List<Study.Group> groups) {
        List<JsonNode> all = groups.stream()
                .flatMap(group -> group.trials().stream())
                .map(each -> each.trial().environment())
                .filter(each -> !each.isEmpty())
                .toList();
        Map<String, List<JsonNode>> values = new LinkedHashMap<>();
        WORDS.forEach(word -> values.put(
                word,
                all.stream()
                        .map(each -> each.hasNonNull(word) ? each.get(word) : NullNode.getInstance())
                        .distinct()
                        .toList()));
        Map<String, List<JsonNode>> settings = new LinkedHashMap<>();
        groups.forEach(group -> settings.computeIfAbsent(
                        group.workload().word() + " on "
                                + group.arm().original().label(),
                        none -> new ArrayList<>())
                .addAll(group.settings()));
        settings.forEach((arm, its) -> names(its.stream()).forEach(name -> {
            List<String> different = values(its, name);
            if (different.size() > 1) {
                values.put(
                        arm + ", " + name,
                        different.stream().<JsonNode>map(StringNode::valueOf).toList());
            }
        }));
        return new Circumstances(values);
    }

    /** As {@code study.json} has them in its environment. */
    static Circumstances read(JsonNode environment) {
        Map<String, List<JsonNode>> values = new LinkedHashMap<>();
        environment
                .path("distinct")
                .properties()
                .forEach(each ->
                        values.put(each.getKey(), each.getValue().valueStream().toList()));
        return new Circumstances(values);
    }

    /** The names in any of those settings, in order. */
    static TreeSet<String> names(Stream<JsonNode> settings) {
        return settings.flatMap(each -> each.propertyNames().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What those settings have under that name, each value once. */
    static List<String> values(List<JsonNode> settings, String name) {
        return settings.stream()
                .map(each -> each.path(name).asString(Ladder.UNSET))
                .distinct()
                .toList();
    }

    /**
     * All values of that name, as in {@code 2 and 4}.
     *
     * @param otherwise in place of a value that is not known
     */
    String told(String word, String otherwise) {
        List<JsonNode> all = values.getOrDefault(word, List.of());
        return all.isEmpty()
                ? otherwise
                : all.stream()
                        .map(each -> each.isNull() ? otherwise : each.asString())
                        .collect(Collectors.joining(" and "));
    }

    /** What has more than one value, with all of them; empty where nothing has. */
    Optional<String> warning() {
        List<String> words = several(WORDS::contains, " ");
        List<String> settings = several(name -> !WORDS.contains(name), ": ");
        List<String> warnings = new ArrayList<>();
        if (!words.isEmpty()) {
            warnings.add("NOT ALL TRIALS are of one machine and one build: " + String.join("; ", words) + ".");
        }
        if (!settings.isEmpty()) {
            warnings.add("NOT ALL TRIALS of one arm have the same settings: "
                    + settings.stream().limit(MOST_TOLD).collect(Collectors.joining("; "))
                    + (settings.size() > MOST_TOLD ? "; and " + (settings.size() - MOST_TOLD) + " more" : "") + ".");
        }
        return warnings.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", warnings));
    }

    private List<String> several(Predicate<String> which, String between) {
        return values.keySet().stream()
                .filter(which)
                .filter(name -> values.getOrDefault(name, List.of()).size() > 1)
                .map(name -> name + between + told(name, "unknown"))
                .toList();
    }
}
