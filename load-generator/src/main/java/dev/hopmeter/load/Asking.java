package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks for the aggregate of each key again and again, one after the other. That a key has no window yet (404), or that nobody
 * can answer now (503), is an answer; anything else but the aggregate is a fault, and so is none.
 */
final class Asking implements Runnable {

    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final EpochClock clock;
    private final HttpClient client;
    private final URI aggregator;
    private final List<WindowKey> keys;
    private final Duration each;
    private final Sight sight;
    private final Faults faults;
    private final CountDownLatch stopping;

    /**
     * Asking that has not begun.
     *
     * @param each how long after one question about a key the next follows
     * @param stopping ends it when it is down; what is under way then is let go
     */
    Asking(
            EpochClock clock,
            HttpClient client,
            URI aggregator,
            List<WindowKey> keys,
            Duration each,
            Sight sight,
            Faults faults,
            CountDownLatch stopping) {
        this.clock = clock;
        this.client = client;
        this.aggregator = aggregator;
        this.keys = keys;
        this.each = each;
        this.sight = sight;
        this.faults = faults;
        this.stopping = stopping;
    }

    @Override
    public void run() {
        long gap = each.toNanos() / keys.size();
        try {
            for (int i = 0; !stopping.await(gap, TimeUnit.NANOSECONDS); i++) {
                ask(keys.get(i % keys.size()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            faults.add("the asking was interrupted");
        } catch (RuntimeException e) {
            fault("no more questions: " + e);
        }
    }

    private void ask(WindowKey key) {
        HttpRequest request = HttpRequest.newBuilder(Windows.address(aggregator, WindowSize.TEN_SECONDS, key))
                .timeout(ANSWER)
                .build();
        var _ = client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((answer, failure) -> {
            if (failure != null) {
                fault("the question for " + key.text() + " had no answer: " + Http.reason(failure));
            } else {
                answered(key, answer);
            }
        });
    }

    private void answered(WindowKey key, HttpResponse<String> answer) {
        long now = clock.nanos();
        try {
            switch (answer.statusCode()) {
                case 200 -> sight.saw(key, Windows.parse(answer.body()).through(), now);
                case 404, 503 -> {}
                default -> fault("the question for " + key.text() + " was answered with " + answer.statusCode());
            }
        } catch (RuntimeException e) {
            fault("the answer for " + key.text() + " cannot be read: " + e.getMessage());
        }
    }

    private void fault(String what) {
        if (stopping.getCount() > 0) {
            faults.add(what);
        }
    }
}
