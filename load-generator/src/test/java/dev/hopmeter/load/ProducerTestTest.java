package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducerTestTest {

    @Test
    void theLastLineIsReadNotThoseInBetween() throws IOException {
        ProducerTest.Outcome outcome = ProducerTest.parse("""
            70001 records sent, 14000.2 records/sec (4.41 MB/sec), 900.1 ms avg latency, 1500.0 ms max latency.
            500000 records sent, 48123.19 records/sec (15.14 MB/sec), 612.33 ms avg latency, 2211.00 ms max latency, 540 ms 50th, 1490 ms 95th, 2011 ms 99th, 2190 ms 99.9th.
            """);
        assertThat(outcome).isEqualTo(new ProducerTest.Outcome(48_123.19, 612.33, 2_011));
    }

    @Test
    void whatItSaysInsteadIsPassedOn() {
        assertThatThrownBy(() -> ProducerTest.parse("usage: ...\nproducer-performance: error: no such option"))
                .isInstanceOf(IOException.class)
                .hasMessage("producer-performance: error: no such option");
    }

    @Test
    void whatTheProducerIsToldIsInAFileThatOnlyItsOwnerCanRead(@TempDir Path folder) throws IOException {
        String jaas = "org.example.Login required password=\"pa=ss\\word\";";

        Path file = ProducerTest.properties(Map.of("sasl.jaas.config", jaas, "linger.ms", 5), folder);

        Properties read = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            read.load(in);
        }
        assertThat(read).isEqualTo(Map.of("sasl.jaas.config", jaas, "linger.ms", "5"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void itSendsTheRecordsOfTwentySecondsWithinBounds() {
        assertThat(ProducerTest.records(100)).isEqualTo(50_000);
        assertThat(ProducerTest.records(10_000)).isEqualTo(200_000);
        assertThat(ProducerTest.records(60_000)).isEqualTo(500_000);
    }
}
