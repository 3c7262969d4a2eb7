package dev.hopmeter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages that walk the code, {@code docs/life-of-…}, against the code. */
class LifeOfAnOrderTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]+) \\| `([a-z-]+)` `(\\w+)` \\|");
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]+(?:[A-Z][a-z]+)*)`");

    /** A page, which has a table for each of its workloads, in that order. */
    private enum Page {
        ORDER("life-of-an-order.md", 20, Workload.JOURNEY),
        MESSAGE("life-of-a-message.md", 15, Workload.FAN_OUT),
        AGGREGATE("life-of-an-aggregate.md", 25, Workload.FRESHNESS, Workload.POINT_QUERY),
        UNIFIED(
                "life-on-the-unified-backend.md",
                25,
                Backend.UNIFIED,
                Workload.JOURNEY,
                Workload.FRESHNESS,
                Workload.POINT_QUERY);

        private final String name;
        private final int fewestTypes;
        private final Backend backend;
        private final List<Workload> workloads;

        Page(String name, int fewestTypes, Workload... workloads) {
            this(name, fewestTypes, Backend.CONVENTIONAL, workloads);
        }

        Page(String name, int fewestTypes, Backend backend, Workload... workloads) {
            this.name = name;
            this.backend = backend;
            this.fewestTypes = fewestTypes;
            this.workloads = List.of(workloads);
        }

        String text() {
            return Tree.read(Tree.root().resolve("docs").resolve(name));
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachTableIsTheRouteOfAWorkload(Page page) {
        List<List<Stamp>> tables = Arrays.stream(page.text().split("\n\n"))
                .map(LifeOfAnOrderTest::stampsOf)
                .filter(stamps -> !stamps.isEmpty())
                .toList();

        assertThat(tables)
                .isEqualTo(page.workloads.stream()
                        .map(workload ->
                                Route.of(page.backend, workload).orElseThrow().stamps())
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void everyPlaceOfTheTableTakesItsStamp(Page page) {
        Matcher row = ROW.matcher(page.text());
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
    @EnumSource
    void everyTypeThatThePageNamesExists(Page page) {
        Set<String> types = Tree.mainSources().stream()
                .map(source -> source.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        List<String> named =
                TYPE.matcher(page.text()).results().map(match -> match.group(1)).toList();

        assertThat(named).hasSizeGreaterThan(page.fewestTypes);
        assertThat(types).containsAll(named);
    }

    private static List<Stamp> stampsOf(String paragraph) {
        List<Stamp> stamps = new ArrayList<>();
        Matcher row = ROW.matcher(paragraph);
        while (row.find()) {
            stamps.add(Stamp.valueOf(row.group(1)));
        }
        return stamps;
    }
}
