package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.Reception;
import dev.hopmeter.spring.Stamps;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers for the windows of a key: those that hold something, in order of time. Where another instance owns the key it is
 * asked, once; what was asked by another instance is answered here or refused.
 */
@RestController
public final class WindowQueries {

    /** The header of an answer that says whether the instance that was asked had the value, or got it from the owner. */
    private static final String ANSWERED = "Hopmeter-Answered";

    private static final String LOCAL = "local";
    private static final int MOST_KNOWN = 100;

    private final WindowSums sums;
    private final Forwarding forwarding;
    private final Stamps stamps;
    private final Reception reception;
    private final EpochClock clock;
    private final WindowLimits settings;

    /** Queries of what those sums hold. */
    public WindowQueries(
            WindowSums sums,
            Forwarding forwarding,
            Stamps stamps,
            Reception reception,
            EpochClock clock,
            WindowLimits settings) {
        this.sums = sums;
        this.forwarding = forwarding;
        this.stamps = stamps;
        this.reception = reception;
        this.clock = clock;
        this.settings = settings;
    }

    @GetMapping("/{path:windows|events}/{size}/{region}/{kind}")
    ResponseEntity<?> windows(
            @PathVariable String path,
            @PathVariable String size,
            @PathVariable String region,
            @PathVariable String kind,
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> to,
            HttpServletRequest request)
            throws InterruptedException {
        long received = reception.now();
        boolean passedOn = request.getHeader(Forwarding.MARK) != null;
        Trail trail = trail(request.getHeader(Trail.HEADER));
        if (trail != null && !passedOn) {
            trail = reception.received(trail, received);
        }
        Source source = Addressed.source(path, settings.sources());
        WindowSize windowSize = Addressed.size(size);
        WindowKey key = Addressed.key(region, kind);
        WindowRange range =
                WindowRange.of(windowSize, from, to, clock.instant().toEpochMilli(), settings.mostWindows());
        KeyOwner owner = sums.owner(source, windowSize, key);
        if (trail != null && !passedOn && !(owner instanceof KeyOwner.Unknown)) {
            trail = stamps.take(trail, Stamp.FOUND);
        }
        return switch (owner) {
            case KeyOwner.Here(int partition) -> own(source, windowSize, partition, key, range, trail);
            case KeyOwner.Elsewhere(InstanceAddress address) ->
                passedOn ? refusedAsNotTheOwner() : others(address, asked(source, windowSize, key, from, to), trail);
            case KeyOwner.Unknown(String reason) -> unavailable(reason);
        };
    }

    /**
     * Reads from the range's first window to the key's last, of which the answer says how far it goes; where the key has none
     * there, all that it has.
     */
    private ResponseEntity<?> own(
            Source source, WindowSize size, int partition, WindowKey key, WindowRange range, @Nullable Trail trail) {
        WindowAnswer answer = range.isEmpty()
                ? new WindowAnswer.Found(new TreeMap<>())
                : sums.windows(source, size, partition, key, range.first(), WindowRange.LATEST);
        if (answer instanceof WindowAnswer.Found(NavigableMap<Long, WindowTotal> since) && since.isEmpty()) {
            answer = sums.windows(source, size, partition, key, Instant.EPOCH, WindowRange.LATEST);
        }
        return switch (answer) {
            case WindowAnswer.Found(NavigableMap<Long, WindowTotal> totals) -> {
                Trail read = trail == null ? null : stamps.take(trail, Stamp.READ);
                yield totals.isEmpty()
                        ? answered(HttpStatus.NOT_FOUND, read)
                                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                                .body(unknownKey(source, size))
                        : answered(HttpStatus.OK, read).body(Windows.of(size, key, range, totals));
            }
            case WindowAnswer.NotReadable(String reason) -> notReadable(reason);
        };
    }

    private ResponseEntity<?> others(InstanceAddress owner, String asked, @Nullable Trail trail)
            throws InterruptedException {
        HttpResponse<byte[]> answer;
        try {
            answer = forwarding.ask(owner, asked, trail);
        } catch (IOException e) {
            sums.forgetOwners();
            return unavailable("the key's owner does not answer: " + e);
        }
        if (answer.statusCode() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            sums.forgetOwners();
        }
        ResponseEntity.BodyBuilder passed =
                ResponseEntity.status(answer.statusCode()).header(ANSWERED, "forwarded");
        for (String name : List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.RETRY_AFTER, Trail.HEADER)) {
            answer.headers().firstValue(name).ifPresent(value -> passed.header(name, value));
        }
        return passed.body(answer.body());
    }

    private static String asked(
            Source source, WindowSize size, WindowKey key, Optional<String> from, Optional<String> to) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        from.ifPresent(text -> query.add("from=" + URLEncoder.encode(text, StandardCharsets.UTF_8)));
        to.ifPresent(text -> query.add("to=" + URLEncoder.encode(text, StandardCharsets.UTF_8)));
        return "/" + source.path() + "/" + size.word() + "/" + key.text() + query;
    }

    private ProblemDetail unknownKey(Source source, WindowSize size) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.NOT_FOUND, "there is no window of that key; 'known' has keys that are summed beside it");
        problem.setProperty("known", sums.keys(source, size, MOST_KNOWN));
        return problem;
    }

    private ResponseEntity<?> refusedAsNotTheOwner() {
        sums.forgetOwners();
        return unavailable("the key's owner is changing");
    }

    private ResponseEntity<?> notReadable(String reason) {
        sums.forgetOwners();
        return unavailable(reason);
    }

    private ResponseEntity<?> unavailable(String reason) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(ANSWERED, LOCAL)
                .header(HttpHeaders.RETRY_AFTER, settings.retryAfterSeconds())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, reason));
    }

    private static ResponseEntity.BodyBuilder answered(HttpStatus status, @Nullable Trail trail) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status).header(ANSWERED, LOCAL);
        return trail == null ? answer : answer.header(Trail.HEADER, trail.text());
    }

    private static @Nullable Trail trail(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return Trail.parse(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The answer's body.
     *
     * @param through the highest sequence number in the key's windows from the range's first on; in all, where there are none
     * @param newest when the latest event in those happened
     * @param windows those in the range
     */
    record Windows(String size, String region, String kind, long through, Instant newest, List<Window> windows) {

        /** Of those totals, of which at least one is there. */
        static Windows of(WindowSize size, WindowKey key, WindowRange range, NavigableMap<Long, WindowTotal> totals) {
            long through = 0;
            long newestMillis = 0;
            List<Window> windows = new ArrayList<>();
            for (Map.Entry<Long, WindowTotal> each : totals.entrySet()) {
                through = Math.max(through, each.getValue().through());
                newestMillis = Math.max(newestMillis, each.getValue().newestMillis());
                if (range.has(each.getKey())) {
                    windows.add(Window.of(size, each.getKey(), each.getValue()));
                }
            }
            return new Windows(
                    size.word(), key.region(), key.kind(), through, Instant.ofEpochMilli(newestMillis), windows);
        }
    }

    /** One window of it; start included, end excluded. */
    record Window(Instant start, Instant end, long count, long sum, long through, Instant newest) {

        static Window of(WindowSize size, long startMillis, WindowTotal total) {
            Instant start = Instant.ofEpochMilli(startMillis);
            return new Window(
                    start,
                    start.plus(size.duration()),
                    total.count(),
                    total.sum(),
                    total.through(),
                    Instant.ofEpochMilli(total.newestMillis()));
        }
    }
}
