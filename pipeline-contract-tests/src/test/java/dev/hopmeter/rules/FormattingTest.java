package dev.hopmeter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every source is formatted by palantir-java-format; {@code -Dhopmeter.format=write} formats instead of failing. */
class FormattingTest {

    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());

    @Test
    void everySourceIsFormatted() throws IOException, FormatterException {
        boolean write = "write".equals(System.getProperty("hopmeter.format"));
        List<Path> sources = Tree.allSources();
        List<Path> unformatted = new ArrayList<>();
        for (Path source : sources) {
            String text = Tree.read(source);
            String formatted = formatter.formatSourceAndFixImports(text);
            if (!formatted.equals(text)) {
                if (write) {
                    Files.writeString(source, formatted);
                } else {
                    unformatted.add(Tree.root().relativize(source));
                }
            }
        }
        assertThat(sources).hasSizeGreaterThan(50);
        assertThat(unformatted)
                .as("mvn -o verify -pl pipeline-contract-tests -Dtest=FormattingTest -Dhopmeter.format=write"
                        + " formats them")
                .isEmpty();
    }
}
