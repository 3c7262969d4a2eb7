package dev.hopmeter.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code kafka-producer-perf-test}, the one that comes with Kafka, in a process of its own. */
final class ProducerTest {

    private static final String TOPIC = "hopmeter.producer-test";
    private static final int RECORDS = 500_000;
    private static final int BYTES = 330;
    private static final int LONGEST_SECONDS = 180;
    private static final Pattern LAST = Pattern.compile(
            "^(\\d+) records sent, ([\\d.]+) records/sec .*?([\\d.]+) ms avg latency,.*?([\\d.]+) ms 99th",
            Pattern.MULTILINE);

    private ProducerTest() {}

    /** What it says at its end. */
    record Outcome(double recordsPerSecond, double averageMillis, double p99Millis) {}

    /**
     * Runs it with the settings of {@link Publisher} and others, as fast as it goes.
     *
     * @throws IOException if it fails; the message ends with its last line
     */
    static Outcome run(String bootstrapServers, Map<String, String> settings) throws IOException, InterruptedException {
        Publisher.to(bootstrapServers, TOPIC, Event::key, Map.of()).close();
        Map<String, Object> all = Publisher.settings(bootstrapServers, settings);
        all.remove("max.block.ms");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+PerfDisableSharedMem",
                "-cp",
                System.getProperty("java.class.path"),
                Leashed.class.getName(),
                "org.apache.kafka.tools.ProducerPerformance",
                "--topic",
                TOPIC,
                "--num-records",
                Integer.toString(RECORDS),
                "--record-size",
                Integer.toString(BYTES),
                "--throughput",
                "-1",
                "--producer-props"));
        all.forEach((key, value) -> command.add(key + "=" + value));
        Path log = Files.createTempFile("hopmeter-producer-test-", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("it did not end within " + LONGEST_SECONDS + " s");
                }
            } finally {
                process.destroyForcibly();
            }
            return parse(Files.readString(log));
        } finally {
            Files.deleteIfExists(log);
        }
    }

    /** The last of the lines that say how many records were sent. */
    static Outcome parse(String said) throws IOException {
        Outcome last = null;
        Matcher matcher = LAST.matcher(said);
        while (matcher.find()) {
            last = new Outcome(
                    Double.parseDouble(matcher.group(2)),
                    Double.parseDouble(matcher.group(3)),
                    Double.parseDouble(matcher.group(4)));
        }
        if (last == null) {
            throw new IOException(said.lines().reduce((before, after) -> after).orElse("it said nothing"));
        }
        return last;
    }
}
