package dev.hopmeter.aggregator;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A watcher's end of a connection. */
final class WatchingClient implements WebSocket.Listener, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();

    private final List<String> frames = new CopyOnWriteArrayList<>();
    private final List<JsonNode> windows = new CopyOnWriteArrayList<>();
    private final Map<String, String> events = new ConcurrentHashMap<>();
    private final AtomicInteger repeated = new AtomicInteger();
    private final StringBuilder partial = new StringBuilder();
    private volatile int closeCode;
    private @Nullable WebSocket socket;

    private WatchingClient() {}

    /** Connects, and waits until every later change will be told. */
    static WatchingClient watch(URI address, String... headers) {
        WatchingClient client = new WatchingClient();
        client.socket = builder(headers).buildAsync(address, client).join();
        await().atMost(PATIENCE).until(() -> !client.frames.isEmpty());
        return client;
    }

    /** The answer to a handshake that is refused. */
    static HttpResponse<?> refused(URI address, String... headers) {
        try {
            builder(headers).buildAsync(address, new WatchingClient()).join().abort();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refusal) {
                return refusal.getResponse();
            }
            throw e;
        }
        throw new AssertionError("not refused: " + address);
    }

    private static WebSocket.Builder builder(String... headers) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        return builder;
    }

    List<String> frames() {
        return frames;
    }

    /** Each window that was told, as it was told. */
    List<JsonNode> windows() {
        return windows;
    }

    /** The trail of each event that was told, by its id. */
    Map<String, String> events() {
        return events;
    }

    /** How many events were told more than once. */
    int repeated() {
        return repeated.get();
    }

    /** The code that the server closed with; 0 before. */
    int closeCode() {
        return closeCode;
    }

    void send(String text) {
        open().sendText(text, true).join();
    }

    @Override
    public void close() {
        open().abort();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        partial.append(text);
        if (last) {
            String frame = partial.toString();
            partial.setLength(0);
            frames.add(frame);
            JsonNode read = JSON.readTree(frame);
            for (JsonNode event : read.path("events")) {
                if (events.put(event.get("id").asString(), event.get("trail").asString()) != null) {
                    repeated.incrementAndGet();
                }
            }
            if (read.has("window")) {
                windows.add(read.get("window"));
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closeCode = code;
        return null;
    }

    private WebSocket open() {
        WebSocket open = socket;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        return open;
    }
}
