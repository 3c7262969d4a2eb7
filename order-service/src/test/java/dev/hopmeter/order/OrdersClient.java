package dev.hopmeter.order;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A client of the service under test. */
final class OrdersClient implements AutoCloseable {

    static final String DRAFT = """
        {"customer":"c-17","region":"eu-west","kind":"retail","amount":12990,"currency":"EUR",\
        "lines":[{"sku":"A-1","quantity":2}]}\
        """;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI root;

    OrdersClient(int port) {
        this.root = URI.create("http://127.0.0.1:" + port);
    }

    /** Places JSON with those headers, each a name followed by its value. */
    HttpResponse<String> place(String json, String... headers) {
        return place(BodyPublishers.ofString(json, UTF_8), headers);
    }

    HttpResponse<String> place(BodyPublisher body, String... headers) {
        HttpRequest.Builder request = to("/orders").header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request.POST(body));
    }

    HttpResponse<String> get(String path) {
        return send(to(path).GET());
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(root.resolve(path)).timeout(Duration.ofSeconds(90));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the service", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
