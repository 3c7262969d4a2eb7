package dev.hopmeter.notifier;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/** A subscriber's end of a connection. Reads all there is, until it is told not to. */
final class Client implements WebSocket.Listener, AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int AT_ONCE = 50;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<String> frames = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile boolean reading = true;
    private volatile int closeCode;
    private volatile boolean ended;
    private volatile @Nullable WebSocket socket;

    private Client() {}

    /** Connects, and waits until the subscription is in effect. */
    static Client subscribe(ConfigurableApplicationContext notifier, String endpointAndQuery, String... headers) {
        Client client = new Client();
        client.socket = builder(headers)
                .buildAsync(address(notifier, endpointAndQuery), client)
                .join();
        await().atMost(PATIENCE).until(() -> !client.frames.isEmpty() || client.ended);
        return client;
    }

    /** Connects all of these, and waits until every subscription is in effect. */
    static List<Client> subscribeAll(ConfigurableApplicationContext notifier, List<String> endpointsAndQueries) {
        List<Client> clients = new ArrayList<>();
        try {
            for (int from = 0; from < endpointsAndQueries.size(); from += AT_ONCE) {
                List<CompletableFuture<WebSocket>> opening = new ArrayList<>();
                int to = Math.min(from + AT_ONCE, endpointsAndQueries.size());
                for (String endpointAndQuery : endpointsAndQueries.subList(from, to)) {
                    Client client = new Client();
                    clients.add(client);
                    opening.add(HTTP.newWebSocketBuilder()
                            .buildAsync(address(notifier, endpointAndQuery), client)
                            .whenComplete((socket, failure) -> client.socket = socket));
                }
                opening.forEach(CompletableFuture::join);
            }
            await().atMost(PATIENCE).until(() -> clients.stream().noneMatch(client -> client.frames.isEmpty()));
            return clients;
        } catch (RuntimeException | Error e) {
            clients.forEach(Client::close);
            throw e;
        }
    }

    /** The answer to a handshake that is refused. */
    static HttpResponse<?> refused(
            ConfigurableApplicationContext notifier, String endpointAndQuery, String... headers) {
        try {
            WebSocket socket = builder(headers)
                    .buildAsync(address(notifier, endpointAndQuery), new Client())
                    .join();
            socket.abort();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refusal) {
                return refusal.getResponse();
            }
            throw e;
        }
        throw new AssertionError("not refused: " + endpointAndQuery);
    }

    private static WebSocket.Builder builder(String... headers) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        return builder;
    }

    /** The status that a plain request to the notifier is answered with. */
    static int statusOf(ConfigurableApplicationContext notifier, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(notifier) + path))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    static int port(ConfigurableApplicationContext notifier) {
        return notifier.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Every frame so far, the first being the one that says the subscription is in effect. */
    List<String> frames() {
        return frames;
    }

    /** Every frame with an order or a message so far. */
    List<String> deliveries() {
        return frames.stream().filter(frame -> frame.startsWith("{\"trail\"")).toList();
    }

    /** The code that the server closed with; 0 before. */
    int closeCode() {
        return closeCode;
    }

    boolean ended() {
        return ended;
    }

    void pause() {
        reading = false;
    }

    void resume() {
        reading = true;
        open().request(1);
    }

    void send(String text) {
        open().sendText(text, true).join();
    }

    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        partial.append(text);
        if (last) {
            frames.add(partial.toString());
            partial.setLength(0);
        }
        if (reading) {
            from.request(1);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closeCode = code;
        ended = true;
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        ended = true;
    }

    private WebSocket open() {
        WebSocket open = socket;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        return open;
    }

    private static URI address(ConfigurableApplicationContext notifier, String endpointAndQuery) {
        return URI.create("ws://127.0.0.1:" + port(notifier) + endpointAndQuery);
    }
}
