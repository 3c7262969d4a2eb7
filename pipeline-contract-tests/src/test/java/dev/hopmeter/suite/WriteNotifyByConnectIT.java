package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.load.Hopmeter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A short trial by the command line, on a stack of its own with a Kafka Connect worker. */
class WriteNotifyByConnectIT {

    private static final int ORDERS = 150;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void ordersArriveByWayOfConnectAndThePartsSayWhatTheyRunWith() throws IOException {
        Path results = folder.resolve("results");
        StringWriter said = new StringWriter();

        int status = new Hopmeter()
                .run(
                        new String[] {
                            "run",
                            "--workload=write-notify",
                            "--cdc=connect",
                            "--arm=strong-flush",
                            "--rate=50",
                            "--duration=3s",
                            "--warm-up=3s",
                            "--deadline=30s",
                            "--out=" + results
                        },
                        new PrintWriter(said, true),
                        new PrintWriter(said, true));

        // Whether the trial kept its rate is a matter of the machine; that it ran to its end is not.
        assertThat(status).as("%s", said).isIn(Hopmeter.VALID, Hopmeter.NOT_VALID);
        JsonNode summary = json(results, "summary.json");
        assertThat(summary.get("cdc").asString()).isEqualTo("connect");
        assertThat(summary.at("/counts/delivered").asInt()).as("%s", said).isEqualTo(ORDERS);
        assertThat(summary.get("why").toString()).doesNotContain("setting");
        assertThat(summary.at("/durability/record").asString(""))
                .isEqualTo("acknowledged by the in-sync replicas (3 copies, at least 2), each flushed to disk");
        JsonNode environment = json(results, "environment.json");
        assertThat(environment.at("/libraries/connect-worker/connect-runtime").asString(""))
                .isNotEmpty();
        JsonNode producer = environment.at(
                "/effective/services/connect-worker producer connector-producer-hopmeter-orders-0/settings");
        assertThat(producer.at("/linger.ms/value").asString("")).isEqualTo("0");
        assertThat(producer.at("/compression.type/value").asString("")).isEqualTo("lz4");
        assertThat(json(results, "configuration.json")
                        .at("/services/connect-worker worker/settings/plugin.discovery/value")
                        .asString("")
                        .toLowerCase(Locale.ROOT))
                .isEqualTo("service_load");
    }

    private static JsonNode json(Path results, String file) throws IOException {
        Path valid = results.resolve(file);
        Path found = Files.exists(valid) ? valid : results.resolve(file + ".FAIL");
        return JsonMapper.builder().build().readTree(Files.readAllBytes(found));
    }
}
