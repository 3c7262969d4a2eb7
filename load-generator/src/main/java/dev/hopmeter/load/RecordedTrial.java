package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.FileFault;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A trial as its results folder has it.
 *
 * @param summary what {@code summary.json} holds
 * @param environment what {@code environment.json} holds; empty where the trial came to no measurement
 * @param total from intended send to delivery; nothing in it where the trial came to no measurement
 * @param overTime the same in intervals of intended send, by where they begin, in seconds after the first event was due
 * @param beside what was measured beside the route here, by its word
 */
record RecordedTrial(
        Path folder,
        JsonNode summary,
        JsonNode environment,
        Series total,
        TreeMap<Double, Interval> overTime,
        Map<String, Series> beside) {

    private static final String TOTAL = "total";
    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * An interval of intended send.
     *
     * @param seconds its length
     */
    record Interval(double seconds, Series total) {}

    /** Whether somebody has written what came of the trial in that folder. */
    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(ResultsFolder.SUMMARY))
                || Files.exists(folder.resolve(ResultsFolder.SUMMARY + ResultsFolder.FAIL));
    }

    /**
     * Reads one, valid or not.
     *
     * @throws IOException if there is none, or its files cannot be understood; the message says so in one line
     */
    static RecordedTrial read(Path folder) throws IOException {
        String suffix = Files.exists(folder.resolve(ResultsFolder.SUMMARY)) ? "" : ResultsFolder.FAIL;
        JsonNode summary = json(folder.resolve(ResultsFolder.SUMMARY + suffix));
        if (summary.path("format").asInt(0) != SummaryJson.FORMAT) {
            throw new IOException(
                    folder + " holds no trial of format " + SummaryJson.FORMAT + ", which is this version's");
        }
        Path environment = folder.resolve(ResultsFolder.ENVIRONMENT + suffix);
        Path log = folder.resolve(ResultsFolder.HISTOGRAMS + suffix);
        Recording recording = Recording.of(Files.exists(log) ? Optional.of(log) : Optional.empty());
        Series total = recording.all(TOTAL, summary.path(TOTAL));
        total.recordAtLeast(
                summary.path("deadlineNanos").asLong(0),
                summary.path(TOTAL).path("censored").asLong(0));
        if (total.count() != summary.path(TOTAL).path("count").asLong(0)) {
            throw new IOException(log + " and the summary beside it are not of one trial");
        }
        Map<String, Series> beside = new LinkedHashMap<>();
        for (JsonNode each : summary.path("annotations")) {
            String word = each.path("annotation").asString("");
            if (recording.has(word)) {
                beside.put(word, recording.all(word, each));
            }
        }
        return new RecordedTrial(
                folder,
                summary,
                Files.exists(environment) ? json(environment) : JsonNodeFactory.instance.objectNode(),
                total,
                recording.overTime(TOTAL),
                beside);
    }

    boolean valid() {
        return summary.path("valid").asBoolean(false);
    }

    /** What was run; of a trial that came to a measurement. */
    Workload workload() {
        return Workload.of(summary.path("workload").asString("")).orElseThrow();
    }

    /** On what; likewise. */
    StudyArm arm() {
        return new StudyArm(
                Backend.of(summary.path("backend").asString("")).orElseThrow(),
                summary.path("arm").asString(""),
                false);
    }

    /** What the host took from the processors while it measured, in percent; empty where it is not known. */
    OptionalDouble stolenPercent() {
        JsonNode stolen = environment.at("/duringMeasurement/stolenPercent");
        return stolen.isNumber() ? OptionalDouble.of(stolen.asDouble()) : OptionalDouble.empty();
    }

    List<String> why() {
        return summary.path("why").valueStream().map(JsonNode::asString).toList();
    }

    static JsonNode json(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new IOException(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no " + file, e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + FileFault.text(e), e);
        }
    }

    /** The histograms of a log, by tag. */
    private record Recording(Map<String, List<Histogram>> histograms, double baseSeconds) {

        static Recording of(Optional<Path> log) throws IOException {
            Map<String, List<Histogram>> histograms = new TreeMap<>();
            if (log.isEmpty()) {
                return new Recording(histograms, 0);
            }
            try (HistogramLogReader reader = new HistogramLogReader(log.get().toFile())) {
                while (reader.hasNext()) {
                    if (reader.nextIntervalHistogram() instanceof Histogram each && each.getTag() != null) {
                        histograms
                                .computeIfAbsent(each.getTag(), none -> new ArrayList<>())
                                .add(each);
                    }
                }
                return new Recording(histograms, reader.getStartTimeSec());
            } catch (FileNotFoundException e) {
                throw new IOException("there is no " + log.get() + " that can be read", e);
            } catch (RuntimeException e) {
                // The library has no exception of its own for what is no log.
                throw new IOException(log.get() + " is no log of histograms: " + e, e);
            }
        }

        boolean has(String tag) {
            return histograms.containsKey(tag) || histograms.containsKey(tag + ResultsFolder.NEGATIVE);
        }

        /** All intervals together; what histograms hold to three digits only is as the summary has it. */
        Series all(String tag, JsonNode summary) {
            return Series.read(
                    sum(tag),
                    sum(tag + ResultsFolder.NEGATIVE),
                    summary.path("sumNanos").asLong(0),
                    summary.path("leastNanos").asLong(Long.MIN_VALUE),
                    summary.path("mostNanos").asLong(Long.MAX_VALUE));
        }

        private Histogram sum(String tag) {
            Histogram sum = new Histogram(3);
            histograms.getOrDefault(tag, List.of()).forEach(sum::add);
            return sum;
        }

        /** Without lengths below zero, of which a total has none but by a clock that was set back. */
        TreeMap<Double, Interval> overTime(String tag) {
            TreeMap<Double, Interval> intervals = new TreeMap<>();
            for (Histogram each : histograms.getOrDefault(tag, List.of())) {
                double begin = each.getStartTimeStamp() / 1e3 - baseSeconds;
                double length = (each.getEndTimeStamp() - each.getStartTimeStamp()) / 1e3;
                intervals.put(
                        Math.rint(begin),
                        new Interval(
                                length,
                                Series.read(each, new Histogram(3), 0, each.getMinNonZeroValue(), each.getMaxValue())));
            }
            return intervals;
        }
    }
}
