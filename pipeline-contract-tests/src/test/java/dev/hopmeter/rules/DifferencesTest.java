package dev.hopmeter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/differences.md} lists each test of the contract that a backend overrides, and nothing else. */
class DifferencesTest {

    private static final Pattern CONTRACT = Pattern.compile("abstract class (\\w+Contract)");
    private static final Pattern BACKEND = Pattern.compile("class (\\w+) extends \\w+Contract");
    private static final Pattern TEST = Pattern.compile("@Test\\s+void (\\w+)\\(");
    private static final Pattern OVERRIDE = Pattern.compile("@Override\\s+void (\\w+)\\(");
    private static final Pattern LISTED = Pattern.compile("^\\|[^|]*\\| `(\\w+)` \\|", Pattern.MULTILINE);

    @Test
    void everyOverriddenTestIsListedWithItsBackend() {
        String page = Tree.read(Tree.root().resolve("docs").resolve("differences.md"));
        List<String> sources = Tree.allSources().stream()
                .filter(DifferencesTest::isOfTheSuite)
                .map(Tree::read)
                .toList();
        Set<String> tests = sources.stream()
                .filter(source -> CONTRACT.matcher(source).find())
                .flatMap(source -> names(TEST, source).stream())
                .collect(Collectors.toSet());
        List<String> overridden = new ArrayList<>();
        for (String source : sources) {
            List<String> here =
                    names(OVERRIDE, source).stream().filter(tests::contains).toList();
            if (!here.isEmpty()) {
                assertThat(page).contains("`" + names(BACKEND, source).getFirst() + "`");
            }
            overridden.addAll(here);
        }

        assertThat(tests).isNotEmpty();
        assertThat(names(LISTED, page)).containsExactlyInAnyOrderElementsOf(overridden);
    }

    private static boolean isOfTheSuite(Path source) {
        return source.toString().contains("/dev/hopmeter/suite/");
    }

    private static List<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}
