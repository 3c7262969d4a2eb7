package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.load.Hopmeter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code hopmeter run} in this process, and reads what it has written. */
final class CommandLine {

    /** What it says when its parts are ready, and the first event of the warm-up is about to be due. */
    static final String WARMING = "warming up";

    /** What it says when the first measured event is about to be due. */
    static final String MEASURING = "measuring for";

    private CommandLine() {}

    /** Runs a trial that comes to a measurement, valid or not; its {@code summary.json}. */
    static JsonNode run(Path results, StringWriter err, List<String> options) {
        StringWriter out = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("run", "--out=" + results));
        arguments.addAll(options);
        int status = new Hopmeter()
                .run(arguments.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
        // Whether the trial kept its rate is a matter of the machine; that it ran to its end is not.
        assertThat(status).as("%s%n%s", out, err).isIn(Hopmeter.VALID, Hopmeter.NOT_VALID);
        return json(results, "summary.json");
    }

    /** The same on a thread of its own. */
    static CompletableFuture<JsonNode> start(Path results, StringWriter err, List<String> options) {
        return CompletableFuture.supplyAsync(
                () -> run(results, err, options),
                // Not the common pool, which the JDK's HTTP client answers on: with two cores it has a single thread.
                command -> Thread.ofPlatform().name("trial").start(command));
    }

    /** A file of JSON from the folder of results. */
    static JsonNode json(Path results, String file) {
        try {
            return JsonMapper.builder().build().readTree(Files.readAllBytes(found(results, file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of the table as they were printed. */
    static List<String> table(Path results) throws IOException {
        return Files.readAllLines(found(results, "summary.txt"));
    }

    /** Each delivery that was due, by the names of the columns; what is not known is empty. */
    static List<Map<String, String>> trails(Path results) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(found(results, "trails.csv.gz"))),
                StandardCharsets.US_ASCII))) {
            List<String> all = lines.lines().toList();
            String[] columns = all.getFirst().split(",", -1);
            return all.stream()
                    .skip(1)
                    .map(line -> row(columns, line.split(",", -1)))
                    .toList();
        }
    }

    private static Map<String, String> row(String[] columns, String[] cells) {
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < columns.length; i++) {
            row.put(columns[i], cells[i]);
        }
        return row;
    }

    /** What the trial's own check of that name came to. */
    static JsonNode finding(JsonNode summary, String word) {
        for (JsonNode finding : summary.get("findings")) {
            if (finding.get("finding").asString().equals(word)) {
                return finding;
            }
        }
        throw new AssertionError("there is no finding " + word + " in " + summary.get("findings"));
    }

    private static Path found(Path results, String file) {
        Path valid = results.resolve(file);
        return Files.exists(valid) ? valid : results.resolve(file + ".FAIL");
    }
}
