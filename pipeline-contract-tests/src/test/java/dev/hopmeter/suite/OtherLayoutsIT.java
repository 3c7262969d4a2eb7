package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/**
 * Short trials on stacks of their own: what a workload needs alone, and parts that are laid out otherwise. Beside the other
 * classes; its tests one after the other.
 */
@Order(3)
@Execution(ExecutionMode.CONCURRENT)
class OtherLayoutsIT {

    private static final int RATE = 50;
    private static final int SECONDS = 5;

    @TempDir
    private Path folder = Path.of("");

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void servicesInOneProcessBesideAConnectWorkerDoTheSameAsTheyAreShipped() {
        JsonNode summary = trial("--services=together", "--cdc=connect", "--arm=shipped");

        assertThat(summary.get("services").asString()).isEqualTo("together");
        assertThat(summary.get("cdc").asString()).isEqualTo("connect");
        Summaries.assertNothingLost(summary, SECONDS * RATE);
        assertThat(Summaries.words(summary)).hasSize(9);
        Summaries.assertHopsAddUp(summary);
        JsonNode environment = CommandLine.json(folder, "environment.json");
        Summaries.assertNothingIsUnknown(environment.path("effective"));
        assertThat(environment.at("/libraries/connect-worker/connect-runtime").asString(""))
                .isNotEmpty();
        assertThat(CommandLine.json(folder, "configuration.json")
                        .path("services")
                        .path("connect-worker producer connector-producer-hopmeter-orders-0")
                        .at("/settings/acks/value")
                        .asString(""))
                .isIn("all", "-1");
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void aStackHasOnlyWhatItsWorkloadNeedsAndExactlyOnceTotalsAreExact() {
        JsonNode summary = trial("--workload=freshness", "--arm=strong-exactly-once");

        Summaries.assertNothingLost(summary, SECONDS * RATE);
        Summaries.assertHopsAddUp(summary);
        JsonNode totals = CommandLine.finding(summary, "totals");
        assertThat(totals.at("/figures/guarantee").asString("")).isEqualTo("exactly_once_v2");
        assertThat(totals.at("/figures/over").asLong()).as("%s", totals).isZero();
        assertThat(summary.get("processes")
                        .valueStream()
                        .map(each -> each.get("process").asString()))
                .containsExactlyInAnyOrder("load-generator", "brokers", "aggregator-service");
        JsonNode effective = CommandLine.json(folder, "environment.json").path("effective");
        assertThat(effective
                        .at("/services")
                        .path("aggregator-service streams")
                        .at("/settings/commit.interval.ms/value")
                        .asString(""))
                .isEqualTo("100");
    }

    private JsonNode trial(String... layout) {
        List<String> options = new ArrayList<>(List.of(
                "--rate=" + RATE, "--duration=" + SECONDS + "s", "--warm-up=5s", "--deadline=30s", "--no-floor"));
        options.addAll(List.of(layout));
        return CommandLine.run(folder, new StringWriter(), options);
    }
}
