package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.Layout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HopmeterTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        run --nonsense                                 | --nonsense
        runn                                           | runn
        run --rate                                     | --rate
        run --workload lunch                           | journey, write-notify
        run --backend in-memory --workload fan-out --subscribers 0    | 1 to 10000
        run --backend in-memory --workload fan-out --match 0          | above 0
        run --backend in-memory --workload fan-out --match 101        | at most 100
        run --workload fan-out --subscribers 10000 --match 100 --duration 6s   | 5000000 deliveries
        run --backend in-memory --workload fan-out --guests -1        | 0 to 1000
        run --backend in-memory --workload freshness --subscribers 3  | nobody subscribes
        run --backend in-memory --workload freshness --events 3       | only point-query
        run --backend in-memory --workload point-query --events 0     | above 0
        run --guests 3                                 | only fan-out
        run --match 3                                  | only fan-out
        ladder --workload ingest                       | write-notify
        publish                                        | which study?
        publish nowhere                                | there is no study in nowhere
        compare nowhere nowhere                        | there is no study in nowhere
        study --out /proc/study                        | /proc/study
        ladder --trials 0                              | 1 to 100
        ladder --from strong --to strong               | the same
        ladder --to fast                               | shipped, strong
        ladder --duration 3                            | --duration
        ladder --out /proc/ladder                      | /proc/ladder
        up --workload lunch                            | journey, write-notify
        run --backend oracle                           | conventional, unified, harper, in-memory
        run --backend harper                           | npm install harperdb
        run --backend harper --harper-home /nowhere    | there is no Harper in /nowhere
        run --backend harper --harper-home / --brokers separate | Harper has three nodes
        run --harper-home /nowhere                     | for --backend harper
        run --backend in-memory --harper-home /nowhere | has no processes
        run --backend unified --harper-url http://127.0.0.1:1 | for --backend harper
        run --backend harper --harper-url 127.0.0.1:1  | --harper-url is an address
        run --backend harper --harper-url http://127.0.0.1:1 | no Harper node
        run --backend harper --arm quorum --harper-home /nowhere | there is no Harper
        up --backend harper                            | npm install harperdb
        study --arms harper --workloads fan-out        | npm install harperdb
        study --harper-home /nowhere                   | there is no Harper in /nowhere
        study --arms unified --harper-home /nowhere    | no arm is Harper's
        up --backend oracle                            | conventional, unified
        up --backend in-memory                         | no stack
        run --arm fast                                 | shipped, strong
        run --arm quorum                               | shipped, strong
        run --backend unified --arm strong             | quorum, local
        up --backend unified --arm shipped             | quorum, local
        run --backend unified --services together      | one service
        run --backend unified --instances 0            | 1 to 8
        run --instances 2                              | for the unified backend
        run --backend unified --cdc connect            | one service
        run --arm strong --backend in-memory           | nothing to configure
        run --rate 0                                   | is 1 to 100000 a second, not 0
        run --rate -5                                  | --rate
        run --workload fan-out --match 500             | --match is above 0 and at most 100 (percent), not 500
        run --workload fan-out --guests -1             | --guests
        run --warm-up 5s --warm-up-at-most 10s         | --warm-up-at-most cannot be used here
        up --workload fan-out --order-port 8081        | no service takes orders
        run --arm /                                    | the arm / cannot be read
        run --at /                                     | / does not hold the addresses of a stack
        run --rate 100001                              | is 1 to 100000 a second, not 100 001
        run --rate NaN                                 | is 1 to 100000 a second, not NaN
        run --rate Infinity                            | is 1 to 100000 a second, not Infinity
        run --rate many                                | 'many'
        run --duration 0s                              | above 0
        run --duration 30                              | 30s
        run --duration -1s                             | 30s
        run --duration forever                         | forever
        run --rate 100000 --duration 1h                | 5000000
        run --rate 0.000001                            | is 1 to 100000 a second, not 0.0000010
        run --duration 999999999h                      | 24h at most
        run --deadline 25h                             | 24h at most
        run --workload freshness --duration 1h         | windows older than an hour
        run --workload point-query --duration 48m --warm-up-at-most 2m | 50m at most
        run --warm-up 999999999h                       | 24h at most
        run --warm-up-at-most 25h                      | 24h at most
        run --warm-up maybe                            | --warm-up
        run --warm-up-at-most 3                        | --warm-up-at-most
        run --warm-up-at-most 0s                       | --warm-up-at-most is above 0
        ladder --warm-up-at-most 0s                    | --warm-up-at-most is above 0
        run --arm=                                     | --arm= is empty
        run --deadline 0ms                             | deadline
        run --arrivals never                           | uniform or poisson
        run --subscribers -1                           | 0 to 63
        run --subscribers 64                           | 0 to 63
        run --subscribers some                         | some
        run --in-flight 0                              | in flight
        run --backend in-memory --workload ingest --highest-rate 2000 | one rate
        run --highest-rate 200                         | only the rate of ingest rises
        run --workload ingest --highest-rate 900       | not below --rate, which is 1 000
        run --workload ingest --highest-rate Infinity  | 100000 at most
        run --seed x                                   | --seed
        run --in-flight 99999999999                    | 99999999999' is too large
        run --brokers apart                            | together or separate
        run --services apart                           | separate or together
        run --services together --backend in-memory    | no processes
        run --cdc debezium                             | engine or connect
        run --cdc connect --workload fan-out           | no changes are captured in fan-out
        run --cdc connect --workload ingest            | no changes are captured in ingest
        up --cdc connect --workload freshness          | no changes are captured in freshness
        ladder --cdc connect --workload point-query    | no changes are captured in point-query
        run --cdc connect --backend in-memory          | no processes
        run --at /nowhere/stack.json                   | /nowhere/stack.json
        run --metrics-port 70000 --backend in-memory   | 65535
        run --out /proc/hopmeter --backend in-memory   | /proc/hopmeter
        up --arm fast                                  | shipped, strong
        up --order-port 0                              | 1 to 65535
        up --brokers apart                             | together or separate
        steady                                         | --at
        steady --at /nowhere/stack.json                | /nowhere/stack.json
        doctor --cure                                  | --cure
        """)
    void badInputIsRefusedInOneLineThatSaysWhatIsWrong(String command, String named) {
        assertThat(run(command.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains(named);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aTakenPortIsRefusedInOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(run("up", "--order-port", port)).isEqualTo(2);
            assertThat(err.toString().lines()).singleElement().asString().contains(port, "taken");
            err.getBuffer().setLength(0);
            assertThat(run(
                            "run",
                            "--backend",
                            "in-memory",
                            "--metrics-port",
                            port,
                            "--out",
                            folder.resolve("results").toString()))
                    .isEqualTo(2);
            assertThat(err.toString().lines()).singleElement().asString().contains(port, "taken");
            assertThat(folder.resolve("results")).doesNotExist();
        }
    }

    @Test
    void aResultsFolderThatIsAFileOrIsNotEmptyIsRefusedBeforeAnythingStarts() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        for (Path bad : List.of(file, file.resolve("below"), folder)) {
            err.getBuffer().setLength(0);
            assertThat(run("run", "--out", bad.toString())).isEqualTo(2);
            assertThat(err.toString().lines()).singleElement().asString().contains(bad.toString());
        }
    }

    @Test
    void aWordThatIsEmptyIsRefusedAndIsNotTheWorkingFolder() {
        assertThat(run("run", "--arm", "")).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("what comes after --arm is empty");
    }

    @Test
    void aFileThatCannotBeReadIsRefusedInWordsWithoutTheNameOfAClass() throws IOException {
        Path latin = Files.write(folder.resolve("latin.properties"), new byte[] {(byte) 0xe9, '=', '1'});
        for (String[] command : List.of(
                new String[] {"run", "--arm", latin.toString()}, new String[] {"run", "--at", latin.toString()})) {
            err.getBuffer().setLength(0);
            assertThat(run(command)).isEqualTo(2);
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .contains(latin.toString(), "it is not UTF-8 text")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void flagsForOneServiceAreRefusedBeforeTheServicesStartTogether() throws IOException {
        Path own = Files.writeString(folder.resolve("own.properties"), "jvm.order-service=-Xmx64m");
        assertThat(run("run", "--services", "together", "--arm", own.toString()))
                .isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("jvm.order-service", "all-services");
    }

    @Test
    void aStackThatDoesNotStartIsOneLineAndLeavesNoResults() {
        Path results = folder.resolve("deep").resolve("results");
        assertThat(run("run", "--page", "off", "--out", results.toString())).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("no stack in this test");
        assertThat(results.getParent()).doesNotExist();
        assertThat(folder).exists();
    }

    @Test
    void helpTeachesByExamplesAndEndsWell() {
        assertThat(run("--help")).isZero();
        assertThat(run("run", "--help")).isZero();
        assertThat(out.toString()).contains("hopmeter run --arm shipped", "--warm-up", "Exit status");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= Table.WIDTH);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theVersionIsPrinted() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("Hopmeter ");
    }

    @Test
    void aValidRunEndsWithZeroAndItsFilesAgreeWithItsTable() throws IOException {
        Path results = folder.resolve("results");
        assertThat(inMemory(results, "--duration", "2s", "--warm-up", "500ms")).isZero();
        assertThat(files(results))
                .containsExactlyInAnyOrder(
                        "histograms.hlog",
                        "trails.csv.gz",
                        "summary.json",
                        "summary.txt",
                        "environment.json",
                        "configuration.json",
                        "report.html",
                        "report.md");
        assertThat(results.resolve("report.md")).content().contains("Valid.", "sent-delivered");

        JsonNode summary = JsonMapper.builder().build().readTree(Files.readString(results.resolve("summary.json")));
        assertThat(summary.path("valid").asBoolean()).isTrue();
        assertThat(summary.path("why").size()).isZero();
        assertThat(summary.path("counts").path("sent").asLong()).isEqualTo(2_000);
        assertThat(summary.path("counts").path("delivered").asLong()).isEqualTo(2_000);
        for (String count : List.of("lost", "duplicate", "late", "reordered", "negative")) {
            assertThat(summary.path("counts").path(count).asLong(-1)).as(count).isZero();
        }
        hopsAddUp(summary);
        String table = Files.readString(results.resolve("summary.txt"));
        assertThat(out.toString()).startsWith(table);
        assertThat(table.lines()).allMatch(line -> line.length() <= Table.WIDTH).contains("VALID");
        assertThat(table).contains("do not add", "2 000 sent", "intended-sent (slip)", "loopback-http");
        if (Files.isDirectory(Path.of("/proc/self"))) {
            assertThat(row(table, "memory "))
                    .containsPattern("\\d+ MB resident at the end of the measurement: load-generator \\d+");
        }
        for (JsonNode hop : summary.path("hops")) {
            assertThat(row(table, hop.path("hop").asString()))
                    .contains(millis(hop.path("meanNanos").asLong()));
        }
        assertThat(row(table, "total "))
                .contains(millis(summary.path("total").path("meanNanos").asLong()));
    }

    @Test
    void rawTrailsAndHistogramLogHoldEveryEvent() throws IOException {
        Path results = folder.resolve("results");
        assertThat(inMemory(results, "--duration", "2s", "--warm-up", "100ms")).isZero();
        List<String> rows = new ArrayList<>();
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(results.resolve("trails.csv.gz")))) {
            new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().forEach(rows::add);
        }
        assertThat(rows).hasSize(2_001);
        assertThat(rows.getFirst()).isEqualTo("event,subscriber,intended,sent,delivered,answer,answered");
        JsonNode total = JsonMapper.builder()
                .build()
                .readTree(Files.readString(results.resolve("summary.json")))
                .path("total");
        long sum = rows.stream()
                .skip(1)
                .map(row -> row.split(",", -1))
                .mapToLong(cells -> Long.parseLong(cells[4]) - Long.parseLong(cells[2]))
                .sum();
        assertThat(sum).isEqualTo(total.path("sumNanos").asLong());

        Histogram merged = new Histogram(3);
        try (HistogramLogReader log =
                new HistogramLogReader(results.resolve("histograms.hlog").toFile())) {
            for (EncodableHistogram next = log.nextIntervalHistogram();
                    next != null;
                    next = log.nextIntervalHistogram()) {
                if ("total".equals(next.getTag())) {
                    merged.add((Histogram) next);
                }
            }
        }
        assertThat(merged.getTotalCount()).isEqualTo(2_000);
        assertThat(merged.getValueAtPercentile(50))
                .isEqualTo(total.path("p50Nanos").asLong());
    }

    @Test
    void aRunThatIsNotValidEndsWithOneAndEachOfItsFilesSaysSo() throws IOException {
        Path results = folder.resolve("results");
        assertThat(inMemory(results, "--duration", "500ms", "--warm-up-at-most", "1s"))
                .isEqualTo(1);
        assertThat(files(results))
                .hasSize(8)
                .contains("report.FAIL.html", "report.FAIL.md")
                .allMatch(name -> name.contains(".FAIL"));
        JsonNode summary =
                JsonMapper.builder().build().readTree(Files.readString(results.resolve("summary.json.FAIL")));
        assertThat(summary.path("valid").asBoolean(true)).isFalse();
        assertThat(summary.path("why").get(0).asString()).contains("warm-up did not settle within 1s");
        assertThat(summary.path("total").path("p99Nanos").isNull()).isTrue();
        assertThat(out.toString()).contains("NOT VALID", "warm-up did not settle", "n too small");
    }

    @Test
    void theDoctorLooksAtWhatARunNeeds() {
        assertThat(run("doctor")).isIn(0, 1);
        assertThat(out.toString()).contains("JDK", "Maven", "cores", "memory", "disk flush", "user", "ports");
        // Of the range that the local stack takes them from.
        assertThat(row(out.toString(), "ok  ports")).containsPattern("as (2\\d|3[01])\\d{3}$");
    }

    private static void hopsAddUp(JsonNode summary) {
        long means = 0;
        long sums = 0;
        double shares = 0;
        double bandShares = 0;
        for (JsonNode hop : summary.path("hops")) {
            means += hop.path("meanNanos").asLong();
            sums += hop.path("sumNanos").asLong();
            shares += hop.path("shareOfMean").asDouble();
            bandShares += hop.path("shareInP99Band").asDouble();
        }
        assertThat(means).isEqualTo(summary.path("total").path("meanNanos").asLong());
        assertThat(sums).isEqualTo(summary.path("total").path("sumNanos").asLong());
        assertThat(shares).isBetween(0.999999, 1.000001);
        assertThat(bandShares).isBetween(0.999999, 1.000001);
    }

    private int inMemory(Path results, String... more) {
        List<String> words = new ArrayList<>(
                List.of("run", "--backend", "in-memory", "--rate", "1000", "--out", results.toString()));
        words.addAll(List.of(more));
        return run(words.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return new Hopmeter(EpochClock.system(), new NoStacks())
                .run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private static List<String> files(Path results) throws IOException {
        try (Stream<Path> files = Files.list(results)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String row(String table, String start) {
        return table.lines().filter(line -> line.startsWith(start)).findFirst().orElse("");
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%d.%06d", nanos / 1_000_000, nanos % 1_000_000);
    }

    private static final class NoStacks implements Stacks {

        private final Stacks real = new LocalStacks(EpochClock.system(), Path.of(""));

        @Override
        public Configuration arm(Backend backend, String nameOrFile, Optional<Workload> workload, Layout layout)
                throws IOException {
            return real.arm(backend, nameOrFile, workload, layout);
        }

        @Override
        public Running start(Configuration arm, Layout layout, Extent extent, OptionalInt orderPort, Progress progress)
                throws IOException {
            throw new IOException("there is no stack in this test");
        }
    }
}
