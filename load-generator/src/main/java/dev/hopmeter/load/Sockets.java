package dev.hopmeter.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The WebSockets of a run's subscribers, on a client of their own. Safe for use by many threads. */
final class Sockets implements AutoCloseable {

    private static final Duration HANDSHAKE = Duration.ofSeconds(20);
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final int TEMPORARY_REDIRECT = 307;

    private final Duration handshake;
    private final Duration farewell;
    private final HttpClient client = Http.client();
    private final Map<Integer, Subscriber> subscribers = new ConcurrentHashMap<>();
    private volatile boolean closing;

    Sockets() {
        this(HANDSHAKE, CLOSING);
    }

    /**
     * Sockets of nobody yet.
     *
     * @param handshake how long an answer to the opening of one is waited for
     * @param farewell how long an answer to its close; then it is cut off
     */
    Sockets(Duration handshake, Duration farewell) {
        this.handshake = handshake;
        this.farewell = farewell;
    }

    /**
     * Opens a subscriber's socket; one redirection is followed.
     *
     * @param address with {@code http}
     * @throws IOException if it is refused; the message says why
     */
    void attach(int subscriber, URI address, Receiver to) throws IOException, InterruptedException {
        Subscriber listener = new Subscriber(subscriber, to);
        subscribers.put(subscriber, listener);
        URI at = address;
        for (int attempt = 0; ; attempt++) {
            try {
                listener.socket = client.newWebSocketBuilder()
                        .connectTimeout(handshake)
                        .buildAsync(webSocket(at), listener)
                        .get();
                return;
            } catch (ExecutionException e) {
                URI elsewhere = attempt == 0 ? redirection(at, e) : null;
                if (elsewhere == null) {
                    subscribers.remove(subscriber);
                    throw new IOException("the subscription at " + at + " failed: " + reason(e), e);
                }
                at = elsewhere;
            }
        }
    }

    /** Begins to close the subscriber's socket, and cuts it off if nobody answers that; nothing if there is none. */
    void detach(int subscriber) {
        Subscriber listener = subscribers.remove(subscriber);
        if (listener != null) {
            listener.dismissed = true;
            WebSocket socket = listener.socket;
            if (socket != null) {
                var _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                        .thenCompose(sent -> listener.ended)
                        .orTimeout(farewell.toMillis(), TimeUnit.MILLISECONDS)
                        .exceptionally(late -> {
                            socket.abort();
                            return null;
                        });
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        subscribers.values().forEach(listener -> {
            WebSocket socket = listener.socket;
            if (socket != null) {
                socket.abort();
            }
        });
        Http.close(client, CLOSING);
    }

    /** The handshake has a limit of its own, after which its connection is given up with it. */
    private String reason(ExecutionException e) {
        return Http.deepest(e) instanceof HttpTimeoutException
                ? "it was not accepted within " + Durations.text(handshake)
                : Http.reason(e);
    }

    private static URI webSocket(URI address) {
        String text = address.toString();
        return text.startsWith("http") ? URI.create("ws" + text.substring("http".length())) : address;
    }

    private static @Nullable URI redirection(URI at, ExecutionException e) {
        if (!(Http.deepest(e) instanceof WebSocketHandshakeException refused)) {
            return null;
        }
        HttpResponse<?> answer = refused.getResponse();
        return answer.statusCode() == TEMPORARY_REDIRECT
                ? answer.headers().firstValue("Location").map(at::resolve).orElse(null)
                : null;
    }

    private final class Subscriber implements WebSocket.Listener {

        private final int number;
        private final Receiver to;
        private final StringBuilder parts = new StringBuilder();
        private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        private volatile boolean dismissed;
        private volatile @Nullable WebSocket socket;

        Subscriber(int number, Receiver to) {
            this.number = number;
            this.to = to;
        }

        @Override
        public void onOpen(WebSocket open) {
            open.request(Long.MAX_VALUE);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
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
        public @Nullable CompletionStage<?> onClose(WebSocket closed, int status, String reason) {
            ended("closed with " + status + (reason.isEmpty() ? "" : ", " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket broken, Throwable failure) {
            ended(failure.toString());
        }

        private void ended(String why) {
            ended.complete(null);
            if (!closing && !dismissed) {
                to.disconnected(number, why);
            }
        }
    }
}
