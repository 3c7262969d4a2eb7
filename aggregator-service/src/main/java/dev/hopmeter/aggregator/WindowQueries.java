package dev.hopmeter.aggregator;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.MalformedException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.streams.state.HostInfo;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/** Answers for the windows of a key: those that hold an order, in order of time. */
@RestController
final class WindowQueries {

    private final Aggregation aggregation;
    private final EpochClock clock;
    private final AggregatorProperties settings;

    WindowQueries(Aggregation aggregation, EpochClock clock, AggregatorProperties settings) {
        this.aggregation = aggregation;
        this.clock = clock;
        this.settings = settings;
    }

    @GetMapping("/windows/{size}/{region}/{kind}")
    ResponseEntity<?> windows(
            @PathVariable String size,
            @PathVariable String region,
            @PathVariable String kind,
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> to) {
        WindowSize windowSize = WindowSize.of(size).orElseThrow(WindowQueries::unknownSize);
        WindowKey key = key(region, kind);
        WindowRange range =
                WindowRange.of(windowSize, from, to, clock.instant().toEpochMilli(), settings.mostWindows());
        if (range.isEmpty()) {
            return ResponseEntity.ok(Windows.of(windowSize, key, new TreeMap<>()));
        }
        return switch (aggregation.windows(windowSize, key, range.firstStart(), range.lastStart())) {
            case WindowAnswer.Found(var totals) -> ResponseEntity.ok(Windows.of(windowSize, key, totals));
            case WindowAnswer.OwnedBy(var owner) ->
                ResponseEntity.status(HttpStatus.TEMPORARY_REDIRECT)
                        .location(location(owner, windowSize, key, from, to))
                        .build();
            case WindowAnswer.NotReadable(var reason) ->
                ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                        .header(HttpHeaders.RETRY_AFTER, Long.toString(wholeSeconds(settings.retryAfter())))
                        .body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, reason));
        };
    }

    private static WindowKey key(String region, String kind) {
        try {
            return new WindowKey(region, kind);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ErrorResponseException unknownSize() {
        return new ErrorResponseException(
                HttpStatus.NOT_FOUND,
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.NOT_FOUND,
                        "there are no windows of that size, only of " + String.join(" and ", WindowSize.words())),
                null);
    }

    private static URI location(
            HostInfo owner, WindowSize size, WindowKey key, Optional<String> from, Optional<String> to) {
        return UriComponentsBuilder.newInstance()
                .scheme("http")
                .host(owner.host())
                .port(owner.port())
                .pathSegment("windows", size.word(), key.region(), key.kind())
                .queryParamIfPresent("from", from)
                .queryParamIfPresent("to", to)
                .encode()
                .build()
                .toUri();
    }

    private static long wholeSeconds(Duration duration) {
        return duration.plusSeconds(1).minusNanos(1).toSeconds();
    }

    /** The answer's body. */
    record Windows(String size, String region, String kind, List<Window> windows) {

        static Windows of(WindowSize size, WindowKey key, NavigableMap<Long, WindowTotal> totals) {
            return new Windows(
                    size.word(),
                    key.region(),
                    key.kind(),
                    totals.entrySet().stream()
                            .map(entry -> Window.of(size, entry.getKey(), entry.getValue()))
                            .toList());
        }
    }

    /** One window of it; start included, end excluded. */
    record Window(Instant start, Instant end, long count, long sum) {

        static Window of(WindowSize size, long startMillis, WindowTotal total) {
            Instant start = Instant.ofEpochMilli(startMillis);
            return new Window(start, start.plus(size.duration()), total.count(), total.sum());
        }
    }
}
