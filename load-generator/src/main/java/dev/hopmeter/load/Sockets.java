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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The WebSockets of a run's subscribers, on a client of their own. Safe for use by many threads. */
final class Sockets implements AutoCloseable {

    private static final Duration HANDSHAKE = Duration.ofSeconds(20);
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final int TEMPORARY_REDIRECT = 307;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Duration handshake;
    private final Duration farewell;
    private final HttpClient client = Http.client();
    private final Map<Integer, Subscriber> subscribers = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);

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
     * @param comesBack whether a socket that ends unasked is opened again at that address, until it is; 100 ms after its end, and
     *     after twice as long each time, 2 s at most
     * @throws IOException if it is refused the first time; the message says why
     */
    void attach(int subscriber, URI address, Receiver to, boolean comesBack) throws IOException, InterruptedException {
        Subscriber listener = new Subscriber(subscriber, address, to, comesBack);
        subscribers.put(subscriber, listener);
        try {
            open(listener);
        } catch (IOException e) {
            subscribers.remove(subscriber);
            throw e;
        }
    }

    private void open(Subscriber listener) throws IOException, InterruptedException {
        URI at = listener.address;
        for (int attempt = 0; ; attempt++) {
            try {
                listener.connected(client.newWebSocketBuilder()
                        .connectTimeout(handshake)
                        .buildAsync(webSocket(at), listener)
                        .get());
                return;
            } catch (ExecutionException e) {
                URI elsewhere = attempt == 0 ? redirection(at, e) : null;
                if (elsewhere == null) {
                    throw new IOException("the subscription at " + at + " failed: " + reason(e), e);
                }
                at = elsewhere;
            }
        }
    }

    /** Opens a socket in place of one that has ended, unless its subscriber is detached meanwhile. */
    private void comeBack(Subscriber gone) {
        Subscriber next = new Subscriber(gone.number, gone.address, gone.to, true);
        if (!subscribers.replace(gone.number, gone, next)) {
            return;
        }
        try {
            Duration pause = SHORTEST_PAUSE;
            while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS) && !next.dismissed) {
                try {
                    open(next);
                    if (!next.isUnwanted()) {
                        next.to.reconnected(next.number);
                    }
                    return;
                } catch (IOException e) {
                    Duration longer = pause.multipliedBy(2);
                    pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
        closing.countDown();
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

    /** The same address for a WebSocket. */
    static URI webSocket(URI address) {
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
        private final URI address;
        private final Receiver to;
        private final boolean comesBack;
        private final StringBuilder parts = new StringBuilder();
        private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        private volatile boolean dismissed;
        private volatile @Nullable WebSocket socket;

        Subscriber(int number, URI address, Receiver to, boolean comesBack) {
            this.number = number;
            this.address = address;
            this.to = to;
            this.comesBack = comesBack;
        }

        /** Who detached or closed before could not know of the socket. */
        void connected(WebSocket open) {
            socket = open;
            if (isUnwanted()) {
                open.abort();
            }
        }

        boolean isUnwanted() {
            return dismissed || closing.getCount() == 0;
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
            if (ended.complete(null) && !isUnwanted()) {
                to.disconnected(number, why);
                if (comesBack) {
                    Thread.ofVirtual().name("reconnecting-" + number).start(() -> comeBack(this));
                }
            }
        }
    }
}
