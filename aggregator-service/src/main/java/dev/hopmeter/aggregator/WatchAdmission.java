package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.spring.HandshakeProblems;
import dev.hopmeter.spring.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.HostInfo;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.HandshakeHandler;

/**
 * Admits a watcher before its connection is upgraded, sends it to the instance that owns its key, or refuses it. An admission
 * that is not followed by a connection is taken back.
 */
final class WatchAdmission implements HandshakeHandler {

    private static final String WATCHER = "hopmeter.watcher";

    private final HandshakeHandler upgrade;
    private final Aggregation aggregation;
    private final Watchers watchers;
    private final HandshakeProblems problems;
    private final AggregatorProperties settings;

    WatchAdmission(
            HandshakeHandler upgrade,
            Aggregation aggregation,
            Watchers watchers,
            HandshakeProblems problems,
            AggregatorProperties settings) {
        this.upgrade = upgrade;
        this.aggregation = aggregation;
        this.watchers = watchers;
        this.problems = problems;
        this.settings = settings;
    }

    /** The watcher that was admitted with a connection's handshake. */
    static Watcher admitted(Map<String, Object> attributes) {
        return (Watcher) Objects.requireNonNull(attributes.get(WATCHER), "no watcher was admitted");
    }

    @Override
    public boolean doHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        try {
            Optional<Watcher> watcher = admit(request.getURI(), response);
            return watcher.isPresent() && connect(watcher.get(), request, response, handler, attributes);
        } catch (IOException e) {
            throw new HandshakeFailureException("the refusal of " + request.getURI() + " could not be written", e);
        }
    }

    private Optional<Watcher> admit(URI address, ServerHttpResponse response) throws IOException {
        // "/events/{size}/{region}/{kind}/updates"; no word of a key needs an encoding.
        String[] parts = address.getRawPath().split("/", -1);
        WindowSize size;
        WindowKey key;
        try {
            size = Addressed.size(parts[2]);
            key = Addressed.key(parts[3], parts[4]);
        } catch (ErrorResponseException e) {
            problems.answer(
                    response,
                    HttpStatus.NOT_FOUND,
                    "Not Found",
                    String.valueOf(e.getBody().getDetail()));
            return Optional.empty();
        } catch (MalformedException e) {
            problems.answer(response, HttpStatus.BAD_REQUEST, "Malformed input", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
        return switch (aggregation.owner(Source.EVENTS, size, key)) {
            case KeyOwner.Here(int partition) -> admit(size, key, partition, response);
            case KeyOwner.Elsewhere(HostInfo owner) -> {
                response.getHeaders()
                        .setLocation(URI.create("ws://" + owner.host() + ":" + owner.port() + address.getRawPath()));
                response.setStatusCode(HttpStatus.TEMPORARY_REDIRECT);
                yield Optional.empty();
            }
            case KeyOwner.Unknown(String reason) -> unavailable(response, reason);
        };
    }

    /** First the place, then the look whether the key is summed here: who loses it later closes all that have a place. */
    private Optional<Watcher> admit(WindowSize size, WindowKey key, int partition, ServerHttpResponse response)
            throws IOException {
        Optional<Watcher> watcher = watchers.admit(size, key, partition);
        if (watcher.isEmpty()) {
            return unavailable(response, "there is no place for more watchers");
        }
        if (!aggregation.sums(Source.EVENTS, partition)) {
            watchers.gone(watcher.get());
            aggregation.forgetOwners();
            return unavailable(response, "the key's windows are not open here yet");
        }
        return watcher;
    }

    private boolean connect(
            Watcher watcher,
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        attributes.put(WATCHER, watcher);
        boolean upgraded = false;
        try {
            upgraded = upgrade.doHandshake(request, response, handler, attributes);
        } finally {
            if (!upgraded) {
                watchers.gone(watcher);
            }
        }
        Duration patience = settings.openTimeout();
        var _ = watcher.session()
                .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((session, late) -> {
                    if (late != null) {
                        watchers.gone(watcher);
                    }
                });
        return upgraded;
    }

    private Optional<Watcher> unavailable(ServerHttpResponse response, String reason) throws IOException {
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, settings.retryAfterSeconds());
        problems.answer(response, HttpStatus.SERVICE_UNAVAILABLE, "Service Unavailable", reason);
        return Optional.empty();
    }
}
