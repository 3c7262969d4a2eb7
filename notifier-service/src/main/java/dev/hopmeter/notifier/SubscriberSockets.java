package dev.hopmeter.notifier;

import java.time.Duration;
import org.apache.tomcat.websocket.Constants;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.standard.StandardWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/** The connections of admitted subscribers. They only listen: one that sends is disconnected with 1003. */
final class SubscriberSockets extends AbstractWebSocketHandler {

    private final Subscribers subscribers;
    private final Push push;
    private final Duration writeTimeout;

    SubscriberSockets(Subscribers subscribers, Push push, Duration writeTimeout) {
        this.subscribers = subscribers;
        this.push = push;
        this.writeTimeout = writeTimeout;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        Subscriber subscriber = Admission.admitted(session.getAttributes());
        ((StandardWebSocketSession) session)
                .getNativeSession()
                .getUserProperties()
                .put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, writeTimeout.toMillis());
        if (subscribers.opened(subscriber, session)) {
            push.start(subscriber, session);
        } else {
            Subscribers.close(session, CloseStatus.GOING_AWAY);
        }
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
        Subscribers.close(session, CloseStatus.NOT_ACCEPTABLE);
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
        Subscribers.close(session, CloseStatus.NOT_ACCEPTABLE);
    }

    @Override
    protected void handlePongMessage(WebSocketSession session, PongMessage message) {
        Admission.admitted(session.getAttributes()).answered();
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        subscribers.gone(Admission.admitted(session.getAttributes()));
    }
}
