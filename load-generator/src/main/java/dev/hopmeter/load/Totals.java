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
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Holds the windows that the aggregator answers for against what the generator knows they must come to. Where windows are
 * behind, they are asked for again until they are complete or the patience ends.
 */
final class Totals {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final String EXACTLY_ONCE = "exactly_once_v2";
    private static final int BEYOND = 12;

    private final EpochClock clock;
    private final HttpClient client;
    private final URI aggregator;
    private final Truth truth;
    private final List<WindowKey> keys;
    private final Optional<String> promised;

    /**
     * A comparison that has not begun.
     *
     * @param promised the guarantee of a backend that counts nothing twice; if empty, the aggregator is asked for its own
     */
    Totals(
            EpochClock clock,
            HttpClient client,
            URI aggregator,
            Truth truth,
            List<WindowKey> keys,
            Optional<String> promised) {
        this.promised = promised;
        this.clock = clock;
        this.client = client;
        this.aggregator = aggregator;
        this.truth = truth;
        this.keys = keys;
    }

    /**
     * What the comparison came to, over all windows of all sizes.
     *
     * @param windows that must hold an event, or do
     * @param events that the windows of one size must hold
     * @param missing events that a window lacks
     * @param over events that a window holds more than it must
     * @param wrongSums windows whose count is right and whose sum is not
     * @param unanswered keys that no answer could be had for, once for each size
     */
    record Comparison(long windows, long events, long missing, long over, long wrongSums, long unanswered) {

        boolean exact() {
            return missing + over + wrongSums + unanswered == 0;
        }

        private Comparison plus(Comparison other) {
            return new Comparison(
                    windows + other.windows,
                    events + other.events,
                    missing + other.missing,
                    over + other.over,
                    wrongSums + other.wrongSums,
                    unanswered + other.unanswered);
        }
    }

    /**
     * As a finding: what is missing, wrong or not to be had speaks against the trial. What is counted twice does so where the
     * aggregator says of itself that it sums exactly once, and is stated otherwise.
     */
    Finding finding() throws InterruptedException {
        Comparison all = compare();
        Optional<String> guarantee = promised.isPresent() ? promised : guarantee();
        boolean exactlyOnce = promised.isPresent() || guarantee.equals(Optional.of(EXACTLY_ONCE));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("windows", all.windows());
        figures.put("events", all.events());
        figures.put("missing", all.missing());
        figures.put("over", all.over());
        figures.put("wrongSums", all.wrongSums());
        figures.put("unansweredKeys", all.unanswered());
        figures.put("guarantee", guarantee.orElse("not told"));
        String text = all.windows() + " windows of " + String.join(" and ", WindowSize.words()) + " of " + keys.size()
                + " keys, "
                + guarantee.orElse("guarantee not told") + ", hold " + all.events() + " events: "
                + (all.exact()
                        ? "each count and sum is exactly what was sent"
                        : all.missing() + " missing, " + all.over() + " counted more than once, " + all.wrongSums()
                                + " wrong sums, " + all.unanswered() + " keys without an answer");
        return new Finding(
                "totals",
                text,
                figures,
                all.missing() + all.wrongSums() + all.unanswered() + (exactlyOnce ? all.over() : 0) > 0);
    }

    Comparison compare() throws InterruptedException {
        long patience = clock.nanos() + PATIENCE.toNanos();
        Comparison all = new Comparison(0, 0, 0, 0, 0, 0);
        for (WindowSize size : WindowSize.values()) {
            for (WindowKey key : keys) {
                Comparison one = compare(size, key);
                while ((one.missing() > 0 || one.unanswered() > 0) && clock.nanos() < patience) {
                    Thread.sleep(PAUSE);
                    one = compare(size, key);
                }
                all = all.plus(one);
            }
        }
        // Each event is in one window of each size.
        return new Comparison(
                all.windows,
                all.events / WindowSize.values().length,
                all.missing,
                all.over,
                all.wrongSums,
                all.unanswered);
    }

    private Comparison compare(WindowSize size, WindowKey key) throws InterruptedException {
        NavigableMap<Long, Truth.Expected> expected = truth.windows(key, size);
        if (expected.isEmpty()) {
            return new Comparison(0, 0, 0, 0, 0, 0);
        }
        NavigableMap<Long, Windows.Total> answered;
        try {
            answered = ask(size, key, expected.firstKey(), expected.lastKey());
        } catch (IOException | IllegalArgumentException e) {
            return new Comparison(expected.size(), 0, 0, 0, 0, 1);
        }
        SortedSet<Long> starts = new TreeSet<>(expected.keySet());
        starts.addAll(answered.keySet());
        long events = 0;
        long missing = 0;
        long over = 0;
        long wrongSums = 0;
        for (long start : starts) {
            Truth.Expected must = expected.getOrDefault(start, new Truth.Expected(0, 0, 0));
            Windows.Total has = answered.getOrDefault(start, new Windows.Total(0, 0));
            events += must.count();
            missing += Math.max(0, must.count() - has.count());
            over += Math.max(0, has.count() - must.count() - must.doubtful());
            boolean comparable = must.doubtful() == 0 && has.count() == must.count();
            wrongSums += comparable && has.sum() != must.sum() ? 1 : 0;
        }
        return new Comparison(starts.size(), events, missing, over, wrongSums, 0);
    }

    /** What the aggregator says that it runs with, if it says so. */
    private Optional<String> guarantee() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(aggregator.resolve("/actuator/info"))
                .timeout(ANSWER)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return Optional.ofNullable(ServiceSettings.read(answer.body()).get("streams"))
                    .map(streams -> streams.settings().get("processing.guarantee"))
                    .map(PartSettings.Setting::value);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A few windows beyond both ends as well, where there must be none. */
    private NavigableMap<Long, Windows.Total> ask(WindowSize size, WindowKey key, long firstStart, long lastStart)
            throws IOException, InterruptedException {
        long width = size.duration().toMillis();
        URI address = URI.create(Windows.address(aggregator, size, key) + "?from="
                + Instant.ofEpochMilli(Math.max(0, firstStart - BEYOND * width)) + "&to="
                + Instant.ofEpochMilli(lastStart + (1 + BEYOND) * width));
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(address).timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(address + " answered " + answer.statusCode());
        }
        return Windows.parse(answer.body()).totals();
    }
}
