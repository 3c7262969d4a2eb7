package dev.hopmeter.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * On what machine, and of what build, the trials of a study were taken: of all the same, or its figures are of several.
 *
 * @param values by their names in {@code environment.json}, each value once; null of JSON where a trial does not say
 */
record Circumstances(Map<String, List<JsonNode>> values) {

    private static final List<String> WORDS = List.of("commit", "cpu", "cores", "jdk");

    /** Of trials that have those environments; an empty one says nothing. */
    static Circumstances of(Stream<JsonNode> environments) {
        List<JsonNode> all = environments.filter(each -> !each.isEmpty()).toList();
        Map<String, List<JsonNode>> values = new LinkedHashMap<>();
        WORDS.forEach(word -> values.put(
                word,
                all.stream()
                        .map(each -> each.hasNonNull(word) ? each.get(word) : NullNode.getInstance())
                        .distinct()
                        .toList()));
        return new Circumstances(values);
    }

    /** As {@code study.json} has them in its environment. */
    static Circumstances read(JsonNode environment) {
        Map<String, List<JsonNode>> values = new LinkedHashMap<>();
        WORDS.forEach(word -> values.put(
                word, environment.path("distinct").path(word).valueStream().toList()));
        return new Circumstances(values);
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
        String several = WORDS.stream()
                .filter(word -> values.getOrDefault(word, List.of()).size() > 1)
                .map(word -> word + " " + told(word, "unknown"))
                .collect(Collectors.joining("; "));
        return several.isEmpty()
                ? Optional.empty()
                : Optional.of("NOT ALL TRIALS are of one machine and one build: " + several + ".");
    }
}
