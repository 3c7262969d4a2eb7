package dev.hopmeter.load;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What the drivers have in common about HTTP. */
final class Http {

    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration HEALTH = Duration.ofSeconds(5);

    private Http() {}

    /** A client that keeps its connections, one request at a time on each. */
    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    /** Gives up what the client does, and waits for that long at most until it has ended. */
    static void close(HttpClient client, Duration atMost) {
        client.shutdownNow();
        try {
            client.awaitTermination(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the service says that it is ready; false also where it cannot be reached. Blocks for a few seconds at most. */
    static boolean ready(HttpClient client, URI service) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/actuator/health/readiness"))
                .timeout(HEALTH)
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether all of them say so; they are asked one after the other. */
    static boolean ready(HttpClient client, List<URI> services) throws InterruptedException {
        for (URI service : services) {
            if (!ready(client, service)) {
                return false;
            }
        }
        return true;
    }

    static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }

    /** What is behind the wrappers that futures put around a failure. */
    static Throwable deepest(Throwable failure) {
        Throwable deepest = failure;
        while ((deepest instanceof CompletionException || deepest instanceof ExecutionException)
                && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest;
    }

    /** The same in words. */
    static String reason(Throwable failure) {
        Throwable deepest = deepest(failure);
        return switch (deepest) {
            case WebSocketHandshakeException refused ->
                "answered " + refused.getResponse().statusCode();
            case ConnectException nobody when nobody.getMessage() == null -> "nobody listens there";
            default -> deepest.toString();
        };
    }
}
