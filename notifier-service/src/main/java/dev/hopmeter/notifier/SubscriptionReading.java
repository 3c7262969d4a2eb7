package dev.hopmeter.notifier;

import dev.hopmeter.spring.HandshakeProblems;
import dev.hopmeter.spring.MalformedException;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** Reads the subscription from the handshake's query string; one that cannot be read is refused with 400. */
final class SubscriptionReading implements HandshakeInterceptor {

    /** The attribute that holds the subscription. */
    static final String SUBSCRIPTION = "hopmeter.subscription";

    private final HandshakeProblems problems;

    SubscriptionReading(HandshakeProblems problems) {
        this.problems = problems;
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes)
            throws IOException {
        try {
            attributes.put(SUBSCRIPTION, Subscription.parse(request.getURI().getRawQuery()));
            return true;
        } catch (MalformedException e) {
            problems.answer(response, HttpStatus.BAD_REQUEST, "Malformed input", String.valueOf(e.getMessage()));
            return false;
        }
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception exception) {}
}
