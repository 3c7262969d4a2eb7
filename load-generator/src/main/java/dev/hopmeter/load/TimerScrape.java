package dev.hopmeter.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A timer of a service as its Prometheus endpoint shows it, summed over all its series.
 *
 * @param count of the recorded values
 * @param sumSeconds of them
 * @param buckets how many values are at most that many seconds
 */
record TimerScrape(double count, double sumSeconds, NavigableMap<Double, Double> buckets) {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Reads the timer from a service.
     *
     * @param service its address, as in {@code http://127.0.0.1:8082}
     * @param name the timer's name as Prometheus has it, with {@code _seconds} at its end
     * @param label what its series have among their labels, as in {@code annotation="broker-acknowledged"}
     * @throws IOException if the service does not answer
     */
    static TimerScrape of(URI service, String name, String label) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(service.resolve("/actuator/prometheus"))
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(answer.uri() + " answered " + answer.statusCode());
            }
            return parse(answer.body(), name, label);
        }
    }

    static TimerScrape parse(String text, String name, String label) {
        double count = 0;
        double sum = 0;
        NavigableMap<Double, Double> buckets = new TreeMap<>();
        for (String line : text.lines().toList()) {
            int open = line.indexOf('{');
            int close = line.lastIndexOf('}');
            if (line.startsWith("#") || open < 0 || close < open || !line.startsWith(name)) {
                continue;
            }
            String labels = line.substring(open + 1, close);
            if (!labels.contains(label)) {
                continue;
            }
            double value = Double.parseDouble(line.substring(close + 1).strip().split(" ", 2)[0]);
            String series = line.substring(name.length(), open);
            switch (series) {
                case "_count" -> count += value;
                case "_sum" -> sum += value;
                case "_bucket" -> buckets.merge(bound(labels), value, Double::sum);
                default -> {}
            }
        }
        return new TimerScrape(count, sum, buckets);
    }

    /** What was recorded after an earlier look at the same timer. */
    TimerScrape since(TimerScrape earlier) {
        NavigableMap<Double, Double> more = new TreeMap<>();
        buckets.forEach((bound, n) -> more.put(bound, n - earlier.buckets.getOrDefault(bound, 0.0)));
        return new TimerScrape(count - earlier.count, sumSeconds - earlier.sumSeconds, more);
    }

    /** As an annotation, with quantiles interpolated inside their bucket. */
    Annotation annotation(String word, String what) {
        long n = Math.round(count);
        return new Annotation(
                word,
                what,
                n,
                Math.round(sumSeconds * 1e9),
                n < 1 ? OptionalLong.empty() : quantile(0.5),
                n < Series.LEAST_FOR_P99 ? OptionalLong.empty() : quantile(0.99),
                false,
                false,
                Optional.empty(),
                true);
    }

    private OptionalLong quantile(double quantile) {
        double rank = quantile * count;
        double below = 0;
        double lower = 0;
        for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
            double upper = bucket.getKey();
            if (bucket.getValue() >= rank) {
                double inside = bucket.getValue() - below;
                double value = Double.isInfinite(upper) || inside <= 0
                        ? lower
                        : lower + (upper - lower) * (rank - below) / inside;
                return OptionalLong.of(Math.round(value * 1e9));
            }
            below = bucket.getValue();
            lower = upper;
        }
        return OptionalLong.empty();
    }

    private static double bound(String labels) {
        int start = labels.indexOf("le=\"") + "le=\"".length();
        String bound = labels.substring(start, labels.indexOf('"', start));
        return bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
    }
}
