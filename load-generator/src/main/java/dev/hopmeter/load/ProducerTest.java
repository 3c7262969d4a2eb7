package dev.hopmeter.load;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * {@code kafka-producer-perf-test}, the one that comes with Kafka, in a process of its own, on a topic that is made for it and
 * deleted after it. It sends our own values, as what it makes itself, random letters, hardly compresses; unlike {@link
 * Publisher} without keys and headers, and it waits where its buffer is full.
 */
final class ProducerTest {

    private static final String TOPIC = "hopmeter.producer-test.";
    private static final int VALUES = 10_000;
    private static final int LEAST_RECORDS = 50_000;
    private static final int MOST_RECORDS = 500_000;
    private static final double SECONDS = 20;
    private static final int LONGEST_SECONDS = 180;
    private static final int PATIENCE_SECONDS = 30;
    private static final Pattern LAST = Pattern.compile(
            "^(\\d+) records sent, ([\\d.]+) records/sec .*?([\\d.]+) ms avg latency,.*?([\\d.]+) ms 99th",
            Pattern.MULTILINE);

    private ProducerTest() {}

    /** What it says at its end. */
    record Outcome(double recordsPerSecond, double averageMillis, double p99Millis) {}

    /** What it came to, and the rate that was held beside it. */
    static Finding finding(Outcome test, double held) {
        double ratio = held / test.recordsPerSecond();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("recordsPerSecond", test.recordsPerSecond());
        figures.put("averageLatencyMillis", test.averageMillis());
        figures.put("p99LatencyMillis", test.p99Millis());
        figures.put("heldOverRecordsPerSecond", ratio);
        return new Finding(
                "producer-test",
                String.format(
                        Locale.ROOT,
                        "Kafka's own producer-perf-test, unthrottled, with the same settings and values, but"
                                + " without keys and headers: %.0f records a second (average latency %.0f ms, p99 %.0f"
                                + " ms); the rate held is %.2f of it",
                        test.recordsPerSecond(),
                        test.averageMillis(),
                        test.p99Millis(),
                        ratio),
                figures,
                false);
    }

    /** How many records it sends beside a rate that was held: those of 20 s, 50 000 at least and 500 000 at most. */
    static int records(double perSecond) {
        return (int) Math.clamp(Math.round(SECONDS * perSecond), LEAST_RECORDS, MOST_RECORDS);
    }

    /**
     * Runs it with the settings of {@link KafkaPublisher} and others, as fast as it goes.
     *
     * @param runId ends the topic's name
     * @param values makes the records' values, of which it draws some at random
     * @param folder where its files are, which are removed
     * @throws IOException if it fails, or if its topic cannot be deleted; the message ends with its last line
     */
    static Outcome run(
            String bootstrapServers, Map<String, String> settings, String runId, Mix values, int records, Path folder)
            throws IOException, InterruptedException {
        String topic = TOPIC + runId;
        Map<String, Object> all = KafkaPublisher.settings(bootstrapServers, settings);
        all.remove(ProducerConfig.MAX_BLOCK_MS_CONFIG);
        Path properties = properties(all, folder);
        Path payloads = Files.createTempFile(folder, "producer-test-", ".jsonl");
        Path log = Files.createTempFile(folder, "producer-test-", ".log");
        try {
            Files.write(
                    payloads,
                    IntStream.range(0, VALUES)
                            .mapToObj(number -> values.event(number).json())
                            .toList());
            KafkaPublisher.to(bootstrapServers, topic, Event::key, Map.of()).close();
            return parse(output(command(topic, records, payloads, properties), log));
        } finally {
            Files.deleteIfExists(properties);
            Files.deleteIfExists(payloads);
            Files.deleteIfExists(log);
            delete(bootstrapServers, topic);
        }
    }

    /** In a file that only its owner can read, as there may be passwords among them, and a command line is read by everybody. */
    static Path properties(Map<String, Object> settings, Path folder) throws IOException {
        Properties properties = new Properties();
        settings.forEach((key, value) -> properties.setProperty(key, String.valueOf(value)));
        Path file = Files.createTempFile(folder, "producer-test-", ".properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    private static List<String> command(String topic, int records, Path payloads, Path properties) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+PerfDisableSharedMem",
                "-cp",
                System.getProperty("java.class.path"),
                Leashed.class.getName(),
                "org.apache.kafka.tools.ProducerPerformance",
                "--topic",
                topic,
                "--num-records",
                Integer.toString(records),
                "--payload-file",
                payloads.toString(),
                "--throughput",
                "-1",
                "--command-config",
                properties.toString());
    }

    private static String output(List<String> command, Path log) throws IOException, InterruptedException {
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
        return Files.readString(log);
    }

    private static void delete(String bootstrapServers, String topic) throws IOException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            admin.deleteTopics(List.of(topic)).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw new IOException("the topic " + topic + " is left behind: " + e, e);
            }
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
