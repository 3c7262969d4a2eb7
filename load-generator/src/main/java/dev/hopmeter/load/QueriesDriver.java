package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a client of the separate services natively uses for queries: HTTP, to one instance of the aggregator after the other. */
final class QueriesDriver implements Driver {

    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final String ANSWERED = "Hopmeter-Answered";
    private static final String RETRY_AFTER = "Retry-After";
    private static final int UNAVAILABLE = 503;

    private final List<URI> aggregators;
    private final Duration answerWithin;
    private final HttpClient client = Http.client();
    private final OpenedReceiver receiver = new OpenedReceiver();

    QueriesDriver(List<URI> aggregators, Duration answerWithin) {
        this.aggregators = List.copyOf(aggregators);
        this.answerWithin = answerWithin;
    }

    @Override
    public void open(Receiver opened) {
        receiver.open(opened);
    }

    @Override
    public void attach(int subscriber, Interest interest) {
        throw new UnsupportedOperationException("nobody subscribes to answers");
    }

    @Override
    public void detach(int subscriber) {
        throw new UnsupportedOperationException("nobody subscribes to answers");
    }

    @Override
    public boolean ready() throws InterruptedException {
        return Http.ready(client, aggregators);
    }

    @Override
    public void send(Event event, Trail trail) {
        URI aggregator = aggregators.get(event.number() % aggregators.size());
        HttpRequest request = HttpRequest.newBuilder(Windows.address(aggregator, event.json(), event.windowKey()))
                .header(Trail.HEADER, trail.text())
                .timeout(answerWithin)
                .build();
        Receiver to = receiver.get();
        client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((answer, failure) -> {
            if (failure != null) {
                to.unanswered(event.number(), Http.reason(failure));
            } else if (answer.statusCode() == UNAVAILABLE
                    && answer.headers().firstValue(RETRY_AFTER).isEmpty()) {
                to.unanswered(event.number(), "a 503 without " + RETRY_AFTER + " is no answer of the wire format's");
            } else if (answer.statusCode() != 200) {
                to.refused(event.number(), answer.statusCode(), answer.body());
            } else {
                returned(to, event, answer);
            }
        });
    }

    private static void returned(Receiver to, Event event, HttpResponse<String> answer) {
        Trail trail;
        try {
            trail = Trail.parse(answer.headers().firstValue(Trail.HEADER).orElse(""));
        } catch (IllegalArgumentException e) {
            to.unanswered(event.number(), "the answer has no trail: " + e.getMessage());
            return;
        }
        boolean forwarded = answer.headers().firstValue(ANSWERED).equals(Optional.of("forwarded"));
        to.returned(event.number(), trail, new Reply(forwarded, answer.body()));
    }

    @Override
    public void close() {
        Http.close(client, CLOSING);
    }
}
