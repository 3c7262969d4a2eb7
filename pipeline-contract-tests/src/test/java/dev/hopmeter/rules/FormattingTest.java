package dev.hopmeter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every source is formatted by palantir-java-format; {@code -Dhopmeter.format=write} formats instead of failing. */
@Execution(ExecutionMode.CONCURRENT)
class FormattingTest {

    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());

    @Test
    void everySourceIsFormatted() {
        boolean write = "write".equals(System.getProperty("hopmeter.format"));
        List<Path> sources = Tree.allSources();
        List<Path> unformatted = sources.parallelStream()
                .filter(source -> !isFormatted(source, write))
                .map(Tree.root()::relativize)
                .toList();
        assertThat(sources).hasSizeGreaterThan(50);
        assertThat(unformatted)
                .as("mvn -q test -pl pipeline-contract-tests -am -Dtest=FormattingTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dhopmeter.format=write"
                        + " formats them")
                .isEmpty();
    }

    /** Or is from now on, if it is to be written. */
    private boolean isFormatted(Path source, boolean write) {
        try {
            String text = Tree.read(source);
            String formatted = formatter.formatSourceAndFixImports(text);
            if (write && !formatted.equals(text)) {
                Files.writeString(source, formatted);
            }
            return write || formatted.equals(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (FormatterException e) {
            throw new IllegalStateException(source + " cannot be formatted", e);
        }
    }
}
