package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsTest {

    private static final ConventionalEndpoints ENDPOINTS = new ConventionalEndpoints(
            Optional.of(URI.create("http://127.0.0.1:1")),
            Optional.of(URI.create("http://127.0.0.1:2")),
            Optional.of(URI.create("http://127.0.0.1:3")),
            Optional.empty(),
            List.of(URI.create("http://127.0.0.1:4"), URI.create("http://127.0.0.1:44")),
            Optional.of(URI.create("http://127.0.0.1:5")),
            Optional.of("jdbc:postgresql://127.0.0.1:6/hopmeter"),
            Optional.of("hopmeter"),
            Optional.of("secret"),
            "127.0.0.1:7,127.0.0.1:8",
            Optional.empty(),
            "strong",
            Optional.of("freshness"),
            Map.of("publisher.linger.ms", "0", "for.ingest.publisher.linger.ms", "5"));

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
    void aHarperClusterIsWrittenAndReadBackAsOne() throws IOException {
        HarperEndpoints cluster = new HarperEndpoints(
                List.of(URI.create("http://127.0.0.1:1"), URI.create("http://127.0.0.2:1")),
                Optional.of("4.7"),
                "confirmed",
                Optional.of("journey"),
                Map.of("application.notify", "confirmed"));
        Path file = folder.resolve("harper.json");
        cluster.writeTo(file);
        assertThat(Endpoints.readFrom(file)).isEqualTo(cluster);

        Files.writeString(file, "{\"backend\":\"harper\",\"arm\":\"confirmed\"}");
        assertThatThrownBy(() -> Endpoints.readFrom(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("harperNodes is missing");
    }

    @Test
    void aFileCanLeavePasswordsToTheEnvironment() throws IOException {
        Path file = folder.resolve("stack.json");
        Files.writeString(file, "{\"kafka\":\"127.0.0.1:9092\",\"arm\":\"mine\",\"redisUrl\":\"redis://${PATH}\"}");
        ConventionalEndpoints read = (ConventionalEndpoints) Endpoints.readFrom(file);
        assertThat(read.redisUrl()).hasValue("redis://" + System.getenv("PATH"));

        Files.writeString(file, "{\"kafka\":\"127.0.0.1:9092\",\"arm\":\"${HOPMETER_NOBODY_SETS_THIS}\"}");
        assertThatThrownBy(() -> Endpoints.readFrom(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("HOPMETER_NOBODY_SETS_THIS");
    }

    @Test
    void aStackOfTheUnifiedBackendIsReadBackAsOne() throws IOException {
        UnifiedEndpoints unified = new UnifiedEndpoints(
                List.of(URI.create("http://127.0.0.1:1"), URI.create("http://127.0.0.1:2")),
                Optional.of("jdbc:postgresql://127.0.0.1:6/hopmeter"),
                List.of("jdbc:postgresql://127.0.0.1:7/hopmeter"),
                Optional.of("hopmeter"),
                Optional.of("secret"),
                "quorum",
                Optional.empty(),
                Map.of("unified-backend.hopmeter.unified.notify", "quorum"));
        Path file = folder.resolve("unified.json");
        unified.writeTo(file);
        assertThat(Endpoints.readFrom(file)).isEqualTo(unified);

        Files.writeString(file, "{\"backend\":\"unified\",\"arm\":\"mine\"}");
        assertThatThrownBy(() -> Endpoints.readFrom(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unifiedServices");
        Files.writeString(file, "{\"backend\":\"oracle\",\"arm\":\"mine\"}");
        assertThatThrownBy(() -> Endpoints.readFrom(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("conventional, unified");
    }

    @Test
    void brokersAreEnoughAndWhatAWorkloadNeedsBesideIsNamed() throws IOException {
        Path file = folder.resolve("least.json");
        Files.writeString(file, "{\"kafka\":\"127.0.0.1:9092\",\"arm\":\"mine\"}");
        ConventionalEndpoints least = (ConventionalEndpoints) Endpoints.readFrom(file);
        assertThat(least.aggregatorServices()).isEmpty();
        assertThatThrownBy(() -> least.notifier(Workload.FAN_OUT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("notifierService")
                .hasMessageContaining("fan-out");
    }

    @Test
    void somethingElseIsRefusedWithTheFilesName() throws IOException {
        for (String text : new String[] {
            "",
            "{}",
            "hello",
            "[1]",
            "{\"kafka\":null}",
            "{\"kafka\":\"a:1\",\"arm\":\"b\",\"redisUrl\":1}",
            "{\"kafka\":\"a:1\",\"arm\":\"b\",\"workload\":\"lunch\"}",
            "{\"kafka\":\"a:1\",\"arm\":\"b\",\"settings\":{\"redis.hz\":10}}"
        }) {
            Path file = folder.resolve("other.json");
            Files.writeString(file, text);
            assertThatThrownBy(() -> Endpoints.readFrom(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("other.json");
        }
    }
}
