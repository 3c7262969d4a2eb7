package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsTest {

    private static final Endpoints ENDPOINTS = new Endpoints(
            URI.create("http://127.0.0.1:1"),
            URI.create("http://127.0.0.1:2"),
            URI.create("http://127.0.0.1:3"),
            URI.create("http://127.0.0.1:4"),
            URI.create("http://127.0.0.1:5"),
            "jdbc:postgresql://127.0.0.1:6/hopmeter",
            "hopmeter",
            "secret",
            "127.0.0.1:7,127.0.0.1:8",
            "redis://:secret@127.0.0.1:9",
            "strong");

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsReadBackAndNobodyElseMayReadIt() throws IOException {
        Path file = folder.resolve("stack.json");
        ENDPOINTS.writeTo(file);
        assertThat(Endpoints.readFrom(file)).isEqualTo(ENDPOINTS);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void somethingElseIsRefusedWithTheFilesName() throws IOException {
        for (String text : new String[] {"", "{}", "hello", "[1]", "{\"orderService\":null}"}) {
            Path file = folder.resolve("other.json");
            Files.writeString(file, text);
            assertThatThrownBy(() -> Endpoints.readFrom(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("other.json");
        }
    }
}
