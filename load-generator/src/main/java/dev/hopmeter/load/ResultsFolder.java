package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.stack.FileFault;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** The folder of one trial's files. Those of a trial that is not valid end in {@code .FAIL}. */
final class ResultsFolder {

    /** What the name of each file of a failed trial ends in. */
    static final String FAIL = ".FAIL";

    static final String SUMMARY = "summary.json";
    /** What the tag of lengths below zero ends in. */
    static final String NEGATIVE = ".negative";

    static final String HISTOGRAMS = "histograms.hlog";
    static final String ENVIRONMENT = "environment.json";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

    private static final long BYTES_AT_LEAST = 20_000_000;
    private static final long BYTES_A_STAMP = 8;
    private static final int MOST_INTERVALS = 120;

    private final Path folder;
    /** The folders above that were not there before, the outermost last. */
    private final List<Path> made;

    private ResultsFolder(Path folder, List<Path> made) {
        this.folder = folder;
        this.made = List.copyOf(made);
    }

    /** What a trial's folder is called, where nobody says otherwise. */
    static String nameFor(EpochClock clock, TrialPlan plan, String arm) {
        return timed(clock, plan.workload().word() + "-" + arm.replaceAll("[^A-Za-z0-9.-]", "-") + "-" + plan.seed());
    }

    /** The present moment and a word. */
    static String timed(EpochClock clock, String word) {
        return TIME.format(clock.instant()) + "-" + word;
    }

    /**
     * Makes the folder, or takes an empty one that is there, and sees that it can be written and has room for the plan.
     *
     * @throws IOException if not; the message says why, in one line
     */
    static ResultsFolder create(Path folder, TrialPlan plan) throws IOException {
        return create(folder, plan, made -> Files.getFileStore(made).getUsableSpace());
    }

    static ResultsFolder create(Path folder, TrialPlan plan, Space space) throws IOException {
        List<Path> made = new ArrayList<>();
        for (Path each = folder.toAbsolutePath(); each != null && !Files.exists(each); each = each.getParent()) {
            made.add(each);
        }
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new NotDirectoryException(folder.toString());
            }
            Files.createDirectories(folder);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                if (files.iterator().hasNext()) {
                    throw new IOException("it has files in it already; name another one");
                }
            }
            Path attempt = Files.createTempFile(folder, "writable", ".tmp");
            Files.delete(attempt);
            long need =
                    BYTES_AT_LEAST + plan.deliveries() * plan.route().stamps().size() * BYTES_A_STAMP;
            long free = space.freeBytes(folder);
            if (free < need) {
                throw new IOException("its disk has " + free / 1_000_000 + " MB left, and the results may need "
                        + need / 1_000_000 + " MB");
            }
            return new ResultsFolder(folder, made);
        } catch (IOException e) {
            new ResultsFolder(folder, made).giveUp();
            throw new IOException("results cannot be written to " + folder + ": " + FileFault.text(e), e);
        }
    }

    /** How much a folder's disk can still take. */
    interface Space {
        long freeBytes(Path folder) throws IOException;
    }

    Path path() {
        return folder;
    }

    /** Removes the folder and those above it that were made for it, as far as nothing is in them. */
    void giveUp() {
        try {
            for (Path each : made) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            // It is not empty, so it holds something that someone may want.
        }
    }

    /** Whether it is written what came of the trial. */
    boolean hasSummary() {
        return Files.exists(folder.resolve(SUMMARY)) || Files.exists(folder.resolve(SUMMARY + FAIL));
    }

    /** Writes that a trial came to no measurement. */
    void writeNothing(String why) throws IOException {
        Files.writeString(folder.resolve(SUMMARY + FAIL), SummaryJson.ofNothing(why));
    }

    /** Writes all files of a trial; the summary last, so that where it is, the others are. */
    void write(Report report, String table) throws IOException {
        String suffix = report.valid() ? "" : FAIL;
        try (OutputStream out = Files.newOutputStream(folder.resolve(HISTOGRAMS + suffix))) {
            histograms(report, out);
        }
        try (Writer out = new BufferedWriter(new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(folder.resolve("trails.csv.gz" + suffix)), 1 << 16),
                StandardCharsets.US_ASCII))) {
            trails(report.trial().ledger(), out);
        }
        Files.writeString(folder.resolve(ENVIRONMENT + suffix), SummaryJson.write(report.environment()));
        Files.writeString(folder.resolve("configuration.json" + suffix), SummaryJson.write(report.configuration()));
        Files.writeString(folder.resolve("summary.txt" + suffix), table);
        Files.writeString(folder.resolve(SUMMARY + suffix), SummaryJson.of(report));
    }

    /**
     * Writes for readers what the files of that trial hold, which are there already. That of a trial that is not valid has the
     * mark before the end of its name, by which a browser knows what it is.
     *
     * @throws IOException if they cannot be written, or the files there cannot be understood
     */
    void writeReports(Report report, String table) throws IOException {
        String mark = report.valid() ? "" : FAIL;
        Files.writeString(folder.resolve("report" + mark + ".html"), ReportPage.ofTrial(folder));
        TrialPlan plan = report.trial().plan();
        Files.writeString(
                folder.resolve("report" + mark + ".md"),
                "# " + plan.workload().word() + " on " + plan.backend().word() + ", arm " + report.arm() + "\n\n"
                        + (report.valid() ? "Valid." : "**NOT VALID**: " + String.join("; ", report.why()) + ".")
                        + "\n\n```\n" + table + "```\n");
    }

    private static void trails(Ledger ledger, Writer out) throws IOException {
        List<Stamp> stamps = ledger.route().stamps();
        out.write("event,subscriber");
        for (Stamp stamp : stamps) {
            out.write("," + stamp.word());
        }
        out.write(",answer,answered\n");
        for (int event = 0; event < ledger.count(); event++) {
            String answered = answer(ledger, event) + ","
                    + (ledger.answeredAt(event) == 0 ? "" : Long.toString(ledger.answeredAt(event)));
            for (int row = ledger.firstRow(event); row < ledger.firstRow(event + 1); row++) {
                StringBuilder line = new StringBuilder().append(ledger.first() + event);
                line.append(',').append(ledger.subscriberOf(row) < 0 ? "" : ledger.subscriberOf(row));
                for (int place = 0; place < stamps.size(); place++) {
                    line.append(',').append(text(stamp(ledger, event, row, place)));
                }
                out.write(line.append(',').append(answered).append('\n').toString());
            }
        }
    }

    /** Of a delivery that did not come, the first two stamps are known all the same. */
    private static long stamp(Ledger ledger, int event, int row, int place) {
        if (ledger.delivered(row) || place > 1) {
            return ledger.stamp(row, place);
        }
        return place == 0 ? ledger.intended(event) : ledger.sentAt(event);
    }

    private static String text(long stamp) {
        return stamp == Ledger.ABSENT ? "" : Long.toString(stamp);
    }

    private static String answer(Ledger ledger, int event) {
        if (ledger.acknowledged(event)) {
            return "acknowledged";
        }
        if (ledger.refused(event)) {
            return "refused";
        }
        return ledger.unanswered(event) ? "unanswered" : "";
    }

    /**
     * One histogram for each annotation, and for each hop and interval of intended send; negative lengths have one of their own,
     * without the sign.
     */
    private static void histograms(Report report, OutputStream to) {
        TrialResult trial = report.trial();
        Ledger ledger = trial.ledger();
        long seconds = Math.max(1, Math.ceilDiv(trial.plan().duration().toSeconds() + 1, MOST_INTERVALS));
        long interval = seconds * 1_000_000_000L;
        HistogramLogWriter log = new HistogramLogWriter(new BufferedOutputStream(to));
        log.outputComment("[Hopmeter " + trial.plan().workload().word() + " on "
                + trial.plan().backend().word() + ", nanoseconds, by intended send]");
        log.outputLogFormatVersion();
        log.outputStartTime(trial.startNanos() / 1_000_000);
        log.setBaseTime(trial.startNanos() / 1_000_000);
        log.outputLegend();
        double whole = trial.plan().duration().toNanos() / 1e9;
        for (Annotation annotation : report.annotations()) {
            annotation.series().ifPresent(series -> {
                write(log, annotation.word(), 0, whole, series.histogram());
                write(log, annotation.word() + NEGATIVE, 0, whole, series.negatives());
            });
        }
        List<Hop> hops = ledger.route().hops();
        int row = 0;
        for (long start = 0; row < ledger.rows(); start += interval) {
            TreeMap<String, Series> all = new TreeMap<>();
            for (; row < ledger.rows() && intended(ledger, ledger.eventOf(row), trial) < start + interval; row++) {
                if (ledger.delivered(row) && ledger.whole(row)) {
                    for (int hop = 0; hop < hops.size(); hop++) {
                        series(all, hops.get(hop).word()).record(ledger.stamp(row, hop + 1) - ledger.stamp(row, hop));
                    }
                    series(all, "total").record(ledger.total(row));
                    series(all, "total-from-send")
                            .record(ledger.total(row) - (ledger.stamp(row, 1) - ledger.stamp(row, 0)));
                }
            }
            double from = start / 1e9;
            all.forEach((tag, series) -> {
                write(log, tag, from, seconds, series.histogram());
                write(log, tag + NEGATIVE, from, seconds, series.negatives());
            });
        }
        log.close();
    }

    private static void write(HistogramLogWriter log, String tag, double from, double seconds, Histogram histogram) {
        if (histogram.getTotalCount() > 0) {
            histogram.setTag(tag);
            log.outputIntervalHistogram(from, from + seconds, histogram);
        }
    }

    private static Series series(TreeMap<String, Series> all, String tag) {
        return all.computeIfAbsent(tag, none -> new Series());
    }

    /** After the start, in nanoseconds; an event that was not sent belongs to the interval of the one before it. */
    private static long intended(Ledger ledger, int event, TrialResult trial) {
        return ledger.wasSent(event) ? ledger.intended(event) - trial.startNanos() : Long.MIN_VALUE;
    }
}
