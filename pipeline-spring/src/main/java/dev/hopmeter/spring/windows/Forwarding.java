package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.Trail;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks the instance that owns a key, over connections that are kept. What is asked so is marked, and its receiver asks nobody
 * else. Safe for use by many threads; blocks for the time-out at most.
 */
public final class Forwarding implements AutoCloseable {

    /** The header of a query that another instance passes on. */
    static final String MARK = "Hopmeter-Forwarded";

    private final HttpClient http;
    private final Duration timeout;

    /** Waits that long for an answer. */
    public Forwarding(Duration timeout) {
        this.timeout = timeout;
        // HTTP/1.1 at once: the offer to change to HTTP/2 would be made with each request.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * The owner's answer, whatever its status.
     *
     * @param pathAndQuery what is asked, encoded
     * @throws IOException if it cannot be reached or does not answer in time
     */
    HttpResponse<byte[]> ask(InstanceAddress owner, String pathAndQuery, @Nullable Trail trail)
            throws IOException, InterruptedException {
        URI address = URI.create("http://" + owner.host() + ":" + owner.port() + pathAndQuery);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).timeout(timeout).header(MARK, "1");
        if (trail != null) {
            request.header(Trail.HEADER, trail.text());
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
