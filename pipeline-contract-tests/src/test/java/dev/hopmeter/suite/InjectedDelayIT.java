package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.Service;
import dev.hopmeter.stack.StackPlan;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A delay in one hop, on a stack of its own. Beside the other classes, as the last of its thread, when little else runs: on a busy
 * machine every hop is as long as the delay.
 */
@Order(5)
@Execution(ExecutionMode.CONCURRENT)
class InjectedDelayIT {

    private static final int SECONDS = 5;

    @TempDir
    private Path folder = Path.of("");

    /** At a rate at which nothing arrives while the delay lasts. */
    @Test
    void aDelayInOneHopIsFoundThereAndOnlyThere() throws Exception {
        String injected = "taken-routed";
        long delayNanos = 20_000_000;
        Arm delayed = Arm.of("strong").with("delayed", Map.of("router-service.hopmeter.router.injected-delay", "20ms"));
        try (LocalStack stack = LocalStack.start(
                StackPlan.of(RunningStack.root(), delayed.in(Workload.FAN_OUT)).with(Extent.of(Workload.FAN_OUT)),
                (part, sinceStart, own) -> {})) {
            Path at = RunningStack.addressesIn(folder, stack);
            Path results = folder.resolve("results");
            JsonNode summary = CommandLine.run(
                    results,
                    new StringWriter(),
                    List.of(
                            "--at=" + at,
                            "--workload=fan-out",
                            "--subscribers=1",
                            "--match=100",
                            "--guests=0",
                            "--rate=10",
                            "--duration=5s",
                            "--warm-up=5s",
                            "--no-floor"));

            Summaries.assertNothingLost(summary, 10 * SECONDS);
            Summaries.assertHopsAddUp(summary);
            assertThat(Summaries.setting(
                            CommandLine.json(results, "environment.json").at("/effective/services"),
                            "router-service properties",
                            "hopmeter.router.injected-delay"))
                    .isEqualTo("20ms");
            assertThat(summary.get("hops").valueStream())
                    .allSatisfy(hop -> assertThat(hop.get("leastNanos").asLong() >= delayNanos)
                            .as("%s", hop)
                            .isEqualTo(hop.get("hop").asString().equals(injected)));
            assertThat(CommandLine.trails(results))
                    .allSatisfy(trail -> assertThat(length(trail, "taken", "routed"))
                            .as("%s", trail)
                            .isBetween(delayNanos, length(trail, "intended", "delivered")));
            assertThat(CommandLine.table(results))
                    .filteredOn(line -> line.startsWith(injected + " "))
                    .singleElement()
                    .satisfies(line -> assertThat(new BigDecimal(line.split(" +")[1]))
                            .isGreaterThanOrEqualTo(BigDecimal.valueOf(delayNanos, 6)));
            assertReportShows(injected, delayNanos, results, summary);
            Scrape router = Scrape.of(stack.service(Service.ROUTER));
            Scrape notifier = Scrape.of(stack.service(Service.NOTIFIER));
            assertThat(router.hops(injected)).isGreaterThanOrEqualTo(10 * SECONDS);
            assertThat(router.hopsAtMost(injected, delayNanos / 1e9)).isZero();
            assertThat(router.hopSeconds(injected)).isGreaterThanOrEqualTo(router.hops(injected) * delayNanos / 1e9);
            for (String other : List.of("routed-fetched", "fetched-pushed")) {
                assertThat(notifier.hopsAtMost(other, delayNanos / 1e9))
                        .as(other)
                        .isPositive();
            }
            assertThat(router.hopsAtMost("sent-taken", delayNanos / 1e9)).isPositive();
        }
    }

    /** The page for readers has the summary, and its waterfall the same means, that of a hop at least so long. */
    private static void assertReportShows(String hop, long leastNanos, Path results, JsonNode summary)
            throws IOException {
        JsonNode trial = report(results).path("trial");
        assertThat(trial.path("summary")).isEqualTo(summary);
        JsonNode arm = trial.at("/workloads/0/arms/0");
        List<String> words = Summaries.words(summary);
        assertThat(Summaries.words(arm)).isEqualTo(words);
        for (int i = 0; i < words.size(); i++) {
            // Those of the summary are rounded so that they add up.
            assertThat(meanNanos(arm, i)).as(words.get(i)).isCloseTo(meanNanos(summary, i), within(1.0));
        }
        assertThat(meanNanos(arm, words.indexOf(hop))).isGreaterThanOrEqualTo((double) leastNanos);
    }

    private static double meanNanos(JsonNode node, int hop) {
        return node.get("hops").get(hop).get("meanNanos").asDouble();
    }

    /** What {@code report.html} holds, from which its script makes all that it shows. */
    private static JsonNode report(Path results) throws IOException {
        Path valid = results.resolve("report.html");
        Path page = Files.exists(valid) ? valid : results.resolve("report.FAIL.html");
        List<String> lines = Files.readAllLines(page);
        int before = lines.indexOf("<script type=\"application/json\" id=\"content\">");
        assertThat(before).isNotNegative();
        return JsonMapper.shared().readTree(lines.get(before + 1));
    }

    private static long length(Map<String, String> trail, String from, String to) {
        return Long.parseLong(trail.get(to)) - Long.parseLong(trail.get(from));
    }
}
