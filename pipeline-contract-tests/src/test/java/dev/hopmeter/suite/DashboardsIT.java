package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.load.Hopmeter;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.Service;
import dev.hopmeter.stack.UnifiedStack;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What dashboards and alert rules ask Prometheus for, held against what loaded stacks tell it. */
@ExtendWith({RunningStack.class, RunningUnifiedStack.class})
@ResourceLock(RunningUnifiedStack.LOCK)
class DashboardsIT {

    private static final Path ROOT = Path.of(System.getProperty("hopmeter.root", ".."));

    /** Prometheus's own. */
    private static final Set<String> OF_EVERY_TARGET = Set.of("up");

    private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset", "bool", "inf", "nan");
    private static final Pattern PORT = Pattern.compile("metrics at port (\\d+)");
    private static final Pattern QUOTED = Pattern.compile("\"(\\\\.|[^\"\\\\])*\"");
    private static final Pattern LABELS =
            Pattern.compile("\\{[^}]*}|\\[[^]]*]|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:.$])[a-zA-Z_:][\\w:]*(?![\\w:]|\\s*\\()");
    private static final Pattern VALUES = Pattern.compile("(?:label_values|query_result)\\((.+?)(?:,\\s*\\w+)?\\)");
    private static final Pattern RULE = Pattern.compile("(?m)^ +expr: *\\|?((?:.|\\n)+?)\\n +(?:for|labels):");

    private final LocalStack conventional;
    private final UnifiedStack unified;

    DashboardsIT(LocalStack conventional, UnifiedStack unified) {
        this.conventional = conventional;
        this.unified = unified;
    }

    @Test
    void everyMetricThatADashboardOrAnAlertNamesIsTold(@TempDir Path folder) throws Exception {
        Map<String, Set<String>> named = named();
        assertThat(named).hasSizeGreaterThan(20);
        Set<String> told = new TreeSet<>(OF_EVERY_TARGET);
        Steady onUnified = new Steady(RunningUnifiedStack.addressesIn(folder, unified), "--others=none");
        onUnified.tell(told, name -> name.startsWith("hopmeter_stack_postgres_standbys"));
        told.addAll(names(unified.service().url().resolve("/actuator/prometheus")));
        Steady onConventional = new Steady(RunningStack.addressesIn(folder, conventional), "--others=fan-out");
        onConventional.tell(told, name -> told.containsAll(named.keySet()));
        for (Service service : Service.values()) {
            told.addAll(names(conventional.service(service).url().resolve("/actuator/prometheus")));
        }
        onUnified.end("journey: ");
        onConventional.end("journey: ", "fan-out: ");
        named.keySet().removeAll(told);
        assertThat(named)
                .as("metrics that nobody tells, and where they are named")
                .isEmpty();
    }

    /** One round of {@code hopmeter steady}. */
    private static final class Steady {

        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private final CompletableFuture<Integer> load;

        Steady(Path addresses, String others) {
            String[] arguments = {
                "steady",
                "--at=" + addresses,
                "--metrics=127.0.0.1:0",
                "--rate=300",
                "--length=4s",
                "--warm-up=2s",
                others,
                "--rounds=1",
                "--deadline=60s"
            };
            load = CompletableFuture.supplyAsync(
                    () -> new Hopmeter().run(arguments, new PrintWriter(out, true), new PrintWriter(err, true)),
                    command -> Thread.ofPlatform().name("steady").start(command));
        }

        /** Adds the names that it tells, until it has ended or one that it told is enough. */
        void tell(Set<String> told, Predicate<String> enough) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> load.isDone() || PORT.matcher(err.toString()).find());
            Matcher port = PORT.matcher(err.toString());
            assertThat(port.find()).as("%s", err).isTrue();
            URI metrics = URI.create("http://127.0.0.1:" + port.group(1) + "/metrics");
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> {
                        try {
                            told.addAll(names(metrics));
                        } catch (IOException e) {
                            // Its round ends, and with it who tells; what it has not told by then is missing below.
                            load.join();
                        }
                        return load.isDone() || told.stream().anyMatch(enough);
                    });
        }

        /** Waits for its end, and that a trial of each of these came to a measurement. */
        void end(String... trials) {
            assertThat(load.join()).as("%s%n%s", out, err).isIn(Hopmeter.VALID, Hopmeter.NOT_VALID);
            assertThat(out.toString()).contains(trials).doesNotContain("BROKEN");
        }
    }

    @Test
    void namesAreFoundInExpressions() {
        assertThat(metricsIn("histogram_quantile(0.5, sum by (le, hop) (rate(a_bucket{b=\"c_d\"}[$__rate_interval])))"
                        + " / on (job) group_left (x) e:f > bool 64e6 unless max by (job) (up) * 0"))
                .containsExactlyInAnyOrder("a_bucket", "e:f", "up");
    }

    /** Each metric, and in which files it is. */
    private static Map<String, Set<String>> named() throws IOException {
        Map<String, Set<String>> named = new TreeMap<>();
        Path alerts = ROOT.resolve("prometheus").resolve("alerts.yml");
        Matcher rule = RULE.matcher(Files.readString(alerts));
        int rules = 0;
        while (rule.find()) {
            rules++;
            add(named, rule.group(1), alerts);
        }
        assertThat(rules).isEqualTo((int) Files.readString(alerts)
                .lines()
                .filter(line -> line.contains("- alert:"))
                .count());
        try (Stream<Path> dashboards = Files.list(ROOT.resolve("grafana").resolve("dashboards"))) {
            for (Path dashboard : dashboards.toList()) {
                JsonNode board = JsonMapper.builder().build().readTree(Files.readString(dashboard));
                for (JsonNode expression : board.findValues("expr")) {
                    add(named, expression.asString(), dashboard);
                }
                for (JsonNode variable : board.at("/templating/list")) {
                    Matcher values = VALUES.matcher(variable.at("/query/query").asString());
                    assertThat(values.matches()).as("%s", variable).isTrue();
                    add(named, values.group(1), dashboard);
                }
            }
        }
        return named;
    }

    private static void add(Map<String, Set<String>> named, String expression, Path file) {
        metricsIn(expression)
                .forEach(name -> named.computeIfAbsent(name, each -> new TreeSet<>())
                        .add(file.getFileName().toString()));
    }

    private static Set<String> metricsIn(String expression) {
        String bare = LABELS.matcher(QUOTED.matcher(expression).replaceAll("")).replaceAll("");
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(bare);
        while (name.find()) {
            if (!WORDS.contains(name.group())) {
                names.add(name.group());
            }
        }
        return names;
    }

    private static Set<String> names(URI address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            Set<String> names = new TreeSet<>();
            client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> names.add(line.substring(0, line.indexOf(line.contains("{") ? '{' : ' '))));
            return names;
        }
    }
}
