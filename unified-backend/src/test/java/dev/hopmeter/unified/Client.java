package dev.hopmeter.unified;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/** A client of the service under test, by HTTP and at one end of a connection of its own. */
final class Client implements WebSocket.Listener, AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final String DRAFT = """
        {"customer":"c-17","region":"eu-west","kind":"retail","amount":12990,"currency":"EUR",\
        "lines":[{"sku":"A-1","quantity":2}]}\
        """;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final List<String> frames = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile int closeCode;
    private volatile @Nullable WebSocket socket;

    private Client() {}

    /** Connects, and waits for nothing. */
    static Client connect(ConfigurableApplicationContext service, String pathAndQuery) {
        Client client = new Client();
        client.socket = HTTP.newWebSocketBuilder()
                .buildAsync(address(service, "ws", pathAndQuery), client)
                .join();
        return client;
    }

    /** Connects, and waits until it is told that it is to be pushed to. */
    static Client subscribe(ConfigurableApplicationContext service, String pathAndQuery) {
        Client client = connect(service, pathAndQuery);
        Awaitility.await().atMost(PATIENCE).until(() -> !client.frames.isEmpty());
        return client;
    }

    /** The status with which a handshake is refused. */
    static int refusal(ConfigurableApplicationContext service, String pathAndQuery) {
        return refused(service, pathAndQuery).statusCode();
    }

    /** The answer to a handshake that is refused; the JDK's client reads no body of it. */
    static HttpResponse<?> refused(ConfigurableApplicationContext service, String pathAndQuery) {
        try (Client client = connect(service, pathAndQuery)) {
            throw new AssertionError("not refused: " + client);
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse();
            }
            throw e;
        }
    }

    /** Places an order, with headers that are each a name followed by its value. */
    static HttpResponse<String> place(ConfigurableApplicationContext service, String draft, String... headers) {
        return sent(placing(service, draft, headers));
    }

    /** The same, whose answer may not come. */
    static CompletableFuture<HttpResponse<String>> placeAsync(
            ConfigurableApplicationContext service, String draft, String... headers) {
        return HTTP.sendAsync(placing(service, draft, headers), BodyHandlers.ofString());
    }

    static HttpResponse<String> get(ConfigurableApplicationContext service, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(service, "http", path));
        return sent((headers.length == 0 ? request : request.headers(headers))
                .timeout(PATIENCE)
                .build());
    }

    private static HttpRequest placing(ConfigurableApplicationContext service, String draft, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address(service, "http", "/orders")).header("Content-Type", "application/json");
        return (headers.length == 0 ? request : request.headers(headers))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(draft))
                .build();
    }

    private static HttpResponse<String> sent(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static URI address(ConfigurableApplicationContext service, String scheme, String pathAndQuery) {
        return URI.create(scheme + "://127.0.0.1:" + service.getEnvironment().getRequiredProperty("local.server.port")
                + pathAndQuery);
    }

    /** Sends a text. */
    void send(String text) {
        connected().sendText(text, true).join();
    }

    /** Every frame so far. */
    List<String> frames() {
        return frames;
    }

    /** Waits for that many frames, and answers them. */
    List<String> await(int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> frames.size() >= count);
        return frames;
    }

    /** The code that the server closed with; 0 before. */
    int closeCode() {
        return closeCode;
    }

    private WebSocket connected() {
        WebSocket now = socket;
        if (now == null) {
            throw new IllegalStateException("not connected");
        }
        return now;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        partial.append(text);
        if (last) {
            frames.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closeCode = code;
        return null;
    }

    @Override
    public void close() {
        WebSocket now = socket;
        if (now != null) {
            now.abort();
        }
    }
}
