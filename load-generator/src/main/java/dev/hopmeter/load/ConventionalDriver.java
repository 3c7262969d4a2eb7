package dev.hopmeter.load;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.Trail;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What a client of the separate services natively uses: HTTP to place an order, a WebSocket to be told of one. */
public final class ConventionalDriver implements Driver {

    private static final Duration HANDSHAKE = Duration.ofSeconds(20);
    private static final Duration HEALTH = Duration.ofSeconds(5);

    private final URI orderService;
    private final URI notifierService;
    private final String path;
    private final String subscriberPrefix;
    private final Duration answerWithin;
    private final HttpClient placing = client();
    /** A client of its own, so that answers to placements and deliveries do not queue behind each other. */
    private final HttpClient listening = client();

    private final List<WebSocket> sockets = new CopyOnWriteArrayList<>();
    private volatile @Nullable Receiver receiver;
    private volatile boolean closing;

    /**
     * A driver that attaches nothing yet.
     *
     * @param orderService its address, as in {@code http://127.0.0.1:8081}
     * @param notifierService likewise, also with {@code http}
     * @param path {@code /notifications} for orders by way of the router, {@code /orders} straight from the change topic
     * @param subscriberPrefix what the ids of this run's subscribers start with; no other run attached at the time has it
     * @param answerWithin how long an answer to a placement is waited for
     */
    public ConventionalDriver(
            URI orderService, URI notifierService, String path, String subscriberPrefix, Duration answerWithin) {
        this.orderService = orderService;
        this.notifierService = notifierService;
        this.path = path;
        this.subscriberPrefix = subscriberPrefix;
        this.answerWithin = answerWithin;
    }

    @Override
    public void open(Receiver opened) {
        receiver = opened;
    }

    @Override
    public void subscribe(int subscriber, Filter filter) throws IOException, InterruptedException {
        URI address = subscription(subscriber, filter);
        try {
            sockets.add(listening
                    .newWebSocketBuilder()
                    .connectTimeout(HANDSHAKE)
                    .buildAsync(address, new Subscriber(subscriber, receiver()))
                    .get(HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw new IOException("the subscription at " + address + " failed: " + reason(e), e);
        } catch (TimeoutException e) {
            throw new IOException("the subscription at " + address + " was not accepted within " + HANDSHAKE, e);
        }
    }

    @Override
    public boolean ready() throws InterruptedException {
        return healthy(orderService) && healthy(notifierService);
    }

    @Override
    public void place(Event event, Trail trail) {
        HttpRequest request = HttpRequest.newBuilder(orderService.resolve("/orders"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", event.key())
                .header(Trail.HEADER, trail.text())
                .timeout(answerWithin)
                .POST(HttpRequest.BodyPublishers.ofString(event.json()))
                .build();
        Receiver to = receiver();
        placing.sendAsync(request, HttpResponse.BodyHandlers.discarding()).whenComplete((answer, failure) -> {
            if (failure != null) {
                to.unanswered(event.number(), reason(failure));
            } else if (answer.statusCode() / 100 == 2) {
                to.acknowledged(event.number());
            } else {
                to.refused(event.number(), answer.statusCode());
            }
        });
    }

    @Override
    public void close() {
        closing = true;
        sockets.forEach(WebSocket::abort);
        for (HttpClient client : List.of(placing, listening)) {
            client.shutdownNow();
            try {
                client.awaitTermination(HEALTH);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private URI subscription(int subscriber, Filter filter) {
        StringBuilder query =
                new StringBuilder("?subscriber=").append(subscriberPrefix).append(subscriber);
        filter.region().ifPresent(region -> query.append("&region=").append(encoded(region)));
        filter.kind().ifPresent(kind -> query.append("&kind=").append(encoded(kind)));
        if (filter.leastAmount() > 0) {
            query.append("&leastAmount=").append(filter.leastAmount());
        }
        String http = notifierService.resolve(path + query).toString();
        return URI.create("ws" + http.substring("http".length()));
    }

    private boolean healthy(URI service) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/actuator/health/readiness"))
                .timeout(HEALTH)
                .build();
        try {
            return placing.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private Receiver receiver() {
        Receiver opened = receiver;
        if (opened == null) {
            throw new IllegalStateException("a driver is opened before it is used");
        }
        return opened;
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(HANDSHAKE)
                .build();
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }

    /** What is behind the wrappers that futures put around a failure. */
    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        while ((deepest instanceof CompletionException || deepest instanceof ExecutionException)
                && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest instanceof WebSocketHandshakeException refused
                ? "answered " + refused.getResponse().statusCode()
                : deepest.toString();
    }

    private final class Subscriber implements WebSocket.Listener {

        private final int number;
        private final Receiver to;
        private final StringBuilder parts = new StringBuilder();

        Subscriber(int number, Receiver to) {
            this.number = number;
            this.to = to;
        }

        @Override
        public void onOpen(WebSocket socket) {
            socket.request(Long.MAX_VALUE);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            if (last && parts.isEmpty()) {
                to.delivered(number, text);
                return null;
            }
            parts.append(text);
            if (last) {
                to.delivered(number, parts);
                parts.setLength(0);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            ended("closed with " + status + (reason.isEmpty() ? "" : ", " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            ended(failure.toString());
        }

        private void ended(String why) {
            if (!closing) {
                to.disconnected(number, why);
            }
        }
    }
}
