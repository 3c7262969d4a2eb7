package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Holds the windows that the aggregator answers for against what the generator knows they must come to. Where windows are
 * behind, they are asked for again until they are complete or the patience ends.
 */
final class Totals {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final EpochClock clock;
    private final HttpClient client;
    private final URI aggregator;
    private final Truth truth;
    private final List<WindowKey> keys;

    Totals(EpochClock clock, HttpClient client, URI aggregator, Truth truth, List<WindowKey> keys) {
        this.clock = clock;
        this.client = client;
        this.aggregator = aggregator;
        this.truth = truth;
        this.keys = keys;
    }

    /**
     * What the comparison came to, over all windows of the shorter size.
     *
     * @param windows that must hold an event
     * @param events that they must hold
     * @param missing events that are in no window
     * @param over events that a window holds more than it must
     * @param wrongSums windows whose count is right and whose sum is not
     * @param unanswered keys that no answer could be had for
     */
    record Comparison(long windows, long events, long missing, long over, long wrongSums, long unanswered) {

        boolean exact() {
            return missing + over + wrongSums + unanswered == 0;
        }
    }

    /** As a finding: what is missing, wrong or not to be had speaks against the trial, what is counted twice is stated. */
    Finding finding() throws InterruptedException {
        Comparison all = compare();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("windows", all.windows());
        figures.put("events", all.events());
        figures.put("missing", all.missing());
        figures.put("over", all.over());
        figures.put("wrongSums", all.wrongSums());
        figures.put("unansweredKeys", all.unanswered());
        String text = all.windows() + " windows of " + keys.size() + " keys hold " + all.events() + " events: "
                + (all.exact()
                        ? "each count and sum is exactly what was sent"
                        : all.missing() + " missing, " + all.over() + " counted more than once, " + all.wrongSums()
                                + " wrong sums, " + all.unanswered() + " keys without an answer");
        return new Finding("totals", text, figures, all.missing() + all.wrongSums() + all.unanswered() > 0);
    }

    Comparison compare() throws InterruptedException {
        long patience = clock.nanos() + PATIENCE.toNanos();
        Comparison all = new Comparison(0, 0, 0, 0, 0, 0);
        for (WindowKey key : keys) {
            Comparison one = compare(key);
            while ((one.missing() > 0 || one.unanswered() > 0) && clock.nanos() < patience) {
                Thread.sleep(PAUSE);
                one = compare(key);
            }
            all = new Comparison(
                    all.windows + one.windows,
                    all.events + one.events,
                    all.missing + one.missing,
                    all.over + one.over,
                    all.wrongSums + one.wrongSums,
                    all.unanswered + one.unanswered);
        }
        return all;
    }

    private Comparison compare(WindowKey key) throws InterruptedException {
        NavigableMap<Long, Truth.Expected> expected = truth.windows(key, WindowSize.TEN_SECONDS);
        if (expected.isEmpty()) {
            return new Comparison(0, 0, 0, 0, 0, 0);
        }
        NavigableMap<Long, Windows.Total> answered;
        try {
            answered = ask(key, expected.firstKey(), expected.lastKey());
        } catch (IOException | IllegalArgumentException e) {
            return new Comparison(expected.size(), 0, 0, 0, 0, 1);
        }
        long events = 0;
        long missing = 0;
        long over = 0;
        long wrongSums = 0;
        for (Map.Entry<Long, Truth.Expected> window : expected.entrySet()) {
            Truth.Expected must = window.getValue();
            Windows.Total has = answered.getOrDefault(window.getKey(), new Windows.Total(0, 0));
            events += must.count();
            missing += Math.max(0, must.count() - has.count());
            over += Math.max(0, has.count() - must.count() - must.doubtful());
            boolean comparable = must.doubtful() == 0 && has.count() == must.count();
            wrongSums += comparable && has.sum() != must.sum() ? 1 : 0;
        }
        return new Comparison(expected.size(), events, missing, over, wrongSums, 0);
    }

    private NavigableMap<Long, Windows.Total> ask(WindowKey key, long firstStart, long lastStart)
            throws IOException, InterruptedException {
        long end = lastStart + WindowSize.TEN_SECONDS.duration().toMillis();
        URI address = URI.create(Windows.address(aggregator, WindowSize.TEN_SECONDS, key) + "?from="
                + Instant.ofEpochMilli(firstStart) + "&to=" + Instant.ofEpochMilli(end));
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(address).timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(address + " answered " + answer.statusCode());
        }
        return Windows.parse(answer.body()).totals();
    }
}
