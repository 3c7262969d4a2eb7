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
import org.junit.jupiter.api.Test;

/** {@code docs/life-of-an-order.md} against the code. */
class LifeOfAnOrderTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]+) \\| `([a-z-]+)` `(\\w+)` \\|");
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]+(?:[A-Z][a-z]+)*)`");

    private final String page = Tree.read(Tree.root().resolve("docs/life-of-an-order.md"));

    @Test
    void theTableIsTheRouteOfTheJourney() {
        List<Stamp> stamps = new ArrayList<>();
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            stamps.add(Stamp.valueOf(row.group(1)));
        }

        assertThat(stamps)
                .isEqualTo(Route.of(Backend.CONVENTIONAL, Workload.JOURNEY)
                        .orElseThrow()
                        .stamps());
    }

    @Test
    void everyPlaceOfTheTableTakesItsStamp() {
        Matcher row = ROW.matcher(page);
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

    @Test
    void everyTypeThatThePageNamesExists() {
        Set<String> types = Tree.mainSources().stream()
                .map(source -> source.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        List<String> named =
                TYPE.matcher(page).results().map(match -> match.group(1)).toList();

        assertThat(named).hasSizeGreaterThan(20);
        assertThat(types).containsAll(named);
    }
}
