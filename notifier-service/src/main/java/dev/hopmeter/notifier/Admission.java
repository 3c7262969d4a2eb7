package dev.hopmeter.notifier;

import dev.hopmeter.spring.HandshakeProblems;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.HandshakeHandler;

/**
 * Admits a subscriber before its connection is upgraded, and refuses it with 409 or 503. An admission that is not followed
 * by an upgrade is taken back.
 */
final class Admission implements HandshakeHandler {

    private static final String SUBSCRIBER = "hopmeter.subscriber";

    private final HandshakeHandler upgrade;
    private final Subscribers subscribers;
    private final HandshakeProblems problems;
    private final Way way;

    Admission(HandshakeHandler upgrade, Subscribers subscribers, HandshakeProblems problems, Way way) {
        this.upgrade = upgrade;
        this.subscribers = subscribers;
        this.problems = problems;
        this.way = way;
    }

    /** The subscriber that was admitted with a connection's handshake. */
    static Subscriber admitted(Map<String, Object> attributes) {
        return (Subscriber) Objects.requireNonNull(attributes.get(SUBSCRIBER), "no subscriber was admitted");
    }

    @Override
    public boolean doHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        Subscription subscription = (Subscription)
                Objects.requireNonNull(attributes.get(SubscriptionReading.SUBSCRIPTION), "no subscription was read");
        Subscriber subscriber;
        try {
            subscriber = subscribers.admit(subscription, way);
        } catch (RefusedException e) {
            refuse(request, response, e);
            return false;
        }
        attributes.put(SUBSCRIBER, subscriber);
        boolean upgraded = false;
        try {
            upgraded = upgrade.doHandshake(request, response, handler, attributes);
            return upgraded;
        } finally {
            if (!upgraded) {
                subscribers.gone(subscriber);
            }
        }
    }

    private void refuse(ServerHttpRequest request, ServerHttpResponse response, RefusedException refusal) {
        try {
            problems.answer(
                    response,
                    refusal.status(),
                    refusal.status().getReasonPhrase(),
                    String.valueOf(refusal.getMessage()));
        } catch (IOException e) {
            throw new HandshakeFailureException("the refusal of " + request.getURI() + " could not be written", e);
        }
    }
}
