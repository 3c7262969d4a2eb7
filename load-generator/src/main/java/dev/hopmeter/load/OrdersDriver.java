package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a client of either architecture natively uses for orders: HTTP to place one, a WebSocket to be told of one. */
final class OrdersDriver implements Driver {

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final List<URI> intakes;
    private final Subscriptions subscriptions;
    private final Duration answerWithin;
    private final Map<String, String> headers;
    /** Not the sockets' client, so that answers to placements and deliveries do not queue behind each other. */
    private final HttpClient placing = Http.client();

    private final Sockets sockets = new Sockets();
    private final OpenedReceiver receiver = new OpenedReceiver();

    /**
     * A driver that attaches nothing yet.
     *
     * @param intakes where orders are placed, as in {@code http://127.0.0.1:8081}, at one after the other
     * @param notifiers where subscribers connect, likewise
     * @param path {@code /notifications}, on the separate services by way of the router, or {@code /orders}, straight from the
     *     change topic
     * @param subscriberPrefix what the ids of this run's subscribers start with; no other run attached at the time has it
     * @param answerWithin how long an answer to a placement is waited for
     * @param headers further ones of each placement
     */
    OrdersDriver(
            List<URI> intakes,
            List<URI> notifiers,
            String path,
            String subscriberPrefix,
            Duration answerWithin,
            Map<String, String> headers) {
        this.intakes = List.copyOf(intakes);
        this.subscriptions = new Subscriptions(notifiers, path, subscriberPrefix);
        this.answerWithin = answerWithin;
        this.headers = Map.copyOf(headers);
    }

    @Override
    public void open(Receiver opened) {
        receiver.open(opened);
    }

    @Override
    public void attach(int subscriber, Interest interest) throws IOException, InterruptedException {
        sockets.attach(subscriber, subscriptions.address(subscriber, interest), receiver.get(), false);
    }

    @Override
    public void detach(int subscriber) {
        sockets.detach(subscriber);
    }

    @Override
    public boolean ready() throws InterruptedException {
        return Http.ready(placing, intakes) && Http.ready(placing, subscriptions.notifiers());
    }

    @Override
    public void send(Event event, Trail trail) {
        URI intake = intakes.get(event.number() % intakes.size());
        HttpRequest.Builder request = HttpRequest.newBuilder(intake.resolve("/orders"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", event.key())
                .header(Trail.HEADER, trail.text())
                .timeout(answerWithin)
                .POST(HttpRequest.BodyPublishers.ofString(event.json()));
        headers.forEach(request::header);
        Receiver to = receiver.get();
        placing.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding())
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        to.unanswered(event.number(), Http.reason(failure));
                    } else if (answer.statusCode() / 100 == 2) {
                        to.acknowledged(event.number());
                    } else {
                        to.refused(event.number(), answer.statusCode(), "");
                    }
                });
    }

    @Override
    public void close() {
        sockets.close();
        Http.close(placing, CLOSING);
    }
}
