package dev.hopmeter.aggregator;

import java.time.Duration;
import org.apache.tomcat.websocket.Constants;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.standard.StandardWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/** The connections of admitted watchers. They only listen: one that sends is disconnected with 1003. */
final class WatcherSockets extends AbstractWebSocketHandler {

    private final Watchers watchers;
    private final Push push;
    private final Duration writeTimeout;

    WatcherSockets(Watchers watchers, Push push, Duration writeTimeout) {
        this.watchers = watchers;
        this.push = push;
        this.writeTimeout = writeTimeout;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        Watcher watcher = WatchAdmission.admitted(session.getAttributes());
        ((StandardWebSocketSession) session)
                .getNativeSession()
                .getUserProperties()
                .put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, writeTimeout.toMillis());
        if (watcher.session().complete(session)) {
            push.start(watcher, session);
        } else {
            Push.close(session, CloseStatus.SERVICE_RESTARTED);
        }
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
        Push.close(session, CloseStatus.NOT_ACCEPTABLE);
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
        Push.close(session, CloseStatus.NOT_ACCEPTABLE);
    }

    @Override
    protected void handlePongMessage(WebSocketSession session, PongMessage message) {
        WatchAdmission.admitted(session.getAttributes()).answered();
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        watchers.gone(WatchAdmission.admitted(session.getAttributes()));
    }
}
