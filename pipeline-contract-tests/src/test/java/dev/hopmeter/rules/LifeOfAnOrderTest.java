package dev.hopmeter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/life-of-an-order.md} and {@code docs/life-of-a-message.md} against the code. */
class LifeOfAnOrderTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]+) \\| `([a-z-]+)` `(\\w+)` \\|");
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]+(?:[A-Z][a-z]+)*)`");

    @ParameterizedTest
    @CsvSource({"life-of-an-order.md, JOURNEY", "life-of-a-message.md, FAN_OUT"})
    void theTableIsTheRouteOfTheWorkload(String name, Workload workload) {
        String page = page(name);
        List<Stamp> stamps = new ArrayList<>();
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            stamps.add(Stamp.valueOf(row.group(1)));
        }

        assertThat(stamps)
                .isEqualTo(
                        Route.of(Backend.CONVENTIONAL, workload).orElseThrow().stamps());
    }

    @ParameterizedTest
    @ValueSource(strings = {"life-of-an-order.md", "life-of-a-message.md"})
    void everyPlaceOfTheTableTakesItsStamp(String name) {
        Matcher row = ROW.matcher(page(name));
        while (row.find()) {
            String stamp = row.group(1);
            String module = row.group(2);
            String type = row.group(3);
            List<Path> sources = Tree.mainSources().stream()
                    .filter(source -> source.startsWith(Tree.root().resolve(module)))
                    .filter(source -> source.endsWith(type + ".java"))
                    .toList();
            assertThat(sources).as("%s in %s", type, module).hasSize(1);
            assertThat(Tree.read(sources.getFirst()))
                    .as("%s in %s", type, module)
                    .contains("Stamp." + stamp);
        }
    }

    @ParameterizedTest
    @CsvSource({"life-of-an-order.md, 20", "life-of-a-message.md, 15"})
    void everyTypeThatThePageNamesExists(String name, int fewest) {
        Set<String> types = Tree.mainSources().stream()
                .map(source -> source.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        List<String> named =
                TYPE.matcher(page(name)).results().map(match -> match.group(1)).toList();

        assertThat(named).hasSizeGreaterThan(fewest);
        assertThat(types).containsAll(named);
    }

    private static String page(String name) {
        return Tree.read(Tree.root().resolve("docs").resolve(name));
    }
}
