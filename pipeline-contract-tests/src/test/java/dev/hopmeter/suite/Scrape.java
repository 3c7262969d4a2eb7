package dev.hopmeter.suite;

import dev.hopmeter.stack.ServicePart;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a service shows to Prometheus at one moment. */
record Scrape(List<String> lines) {

    private static final Pattern BOUND = Pattern.compile("le=\"([^\"]+)\"");

    static Scrape of(ServicePart service) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(service.url().resolve("/actuator/prometheus"))
                    .build();
            return new Scrape(
                    client.send(request, BodyHandlers.ofString()).body().lines().toList());
        }
    }

    /** A counter, over all its series. */
    double counter(String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "_total"))
                .mapToDouble(Scrape::value)
                .sum();
    }

    /** How many values that hop's timer has in all. */
    double hops(String hop) {
        return hopsAtMost(hop, Double.POSITIVE_INFINITY);
    }

    /** How many of them its buckets know to be at most so long. */
    double hopsAtMost(String hop, double seconds) {
        return lines.stream()
                .filter(line -> line.startsWith("hopmeter_hop_seconds_bucket{") && line.contains("hop=\"" + hop + "\""))
                .filter(line -> bound(line) <= seconds)
                .mapToDouble(Scrape::value)
                .max()
                .orElse(0);
    }

    /** How many seconds that hop's timer has added up. */
    double hopSeconds(String hop) {
        return lines.stream()
                .filter(line -> line.startsWith("hopmeter_hop_seconds_sum{") && line.contains("hop=\"" + hop + "\""))
                .mapToDouble(Scrape::value)
                .sum();
    }

    private static double bound(String line) {
        Matcher bound = BOUND.matcher(line);
        if (!bound.find()) {
            throw new IllegalStateException("a bucket without a bound: " + line);
        }
        return bound.group(1).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound.group(1));
    }

    private static double value(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }
}
