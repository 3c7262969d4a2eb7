package dev.hopmeter.unified;

import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.Reception;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.push.HandshakeRefusals;
import dev.hopmeter.spring.push.RefusedException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.standard.StandardWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/**
 * The connections that publish, either messages or events. Each frame is answered, in order. One that sends more than may wait
 * is disconnected with 1013, one whose frame is too long with 1009.
 */
final class PublishSockets extends AbstractWebSocketHandler implements HandshakeHandler {

    private static final Logger LOG = LoggerFactory.getLogger(PublishSockets.class);
    private static final String CONNECTION = "hopmeter.publishing";
    private static final String PLACE = "hopmeter.place";

    private final boolean events;
    private final PublishLog log;
    private final PublishedText text;
    private final Reception reception;
    private final WireFormat wireFormat;
    private final UnifiedProperties properties;
    private final Semaphore places;
    private final HandshakeRefusals refusals;
    private final HandshakeHandler upgrade = new DefaultHandshakeHandler();

    /** Of events, or else of messages; as many as there are places. */
    PublishSockets(
            boolean events,
            PublishLog log,
            PublishedText text,
            Reception reception,
            WireFormat wireFormat,
            UnifiedProperties properties,
            Semaphore places) {
        this.events = events;
        this.log = log;
        this.text = text;
        this.reception = reception;
        this.wireFormat = wireFormat;
        this.properties = properties;
        this.places = places;
        this.refusals = new HandshakeRefusals(wireFormat);
    }

    @Override
    public boolean doHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        Place place = Place.of(places, properties.openTimeout());
        if (place == null) {
            RefusedException refusal =
                    new RefusedException(HttpStatus.SERVICE_UNAVAILABLE, "there is no place for more publishers", null);
            refusal.getHeaders()
                    .set(HttpHeaders.RETRY_AFTER, properties.windowLimits().retryAfterSeconds());
            refusals.answer(response, refusal);
            return false;
        }
        attributes.put(PLACE, place);
        boolean upgraded = false;
        try {
            upgraded = upgrade.doHandshake(request, response, handler, attributes);
            return upgraded;
        } finally {
            if (!upgraded) {
                place.leave();
            }
        }
    }

    @Override
    public boolean supportsPartialMessages() {
        return true;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        if (place(session).opens()) {
            session.getAttributes().put(CONNECTION, new Publishing(session));
        } else {
            close(session, CloseStatus.SERVICE_OVERLOAD);
        }
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
        long received = reception.now();
        Publishing publishing = (Publishing) session.getAttributes().get(CONNECTION);
        if (publishing != null) {
            publishing.received(message, received);
        }
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
        close(session, CloseStatus.NOT_ACCEPTABLE);
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        place(session).leave();
    }

    private static Place place(WebSocketSession session) {
        return (Place) Objects.requireNonNull(session.getAttributes().get(PLACE), "not admitted");
    }

    private static void close(WebSocketSession session, CloseStatus status) {
        try {
            session.close(status);
        } catch (IOException | IllegalStateException e) {
            LOG.debug("The connection broke before it could be closed", e);
        }
    }

    /** One connection. Its frames come on one thread at a time. */
    private final class Publishing {
        private final WebSocketSession session;
        private final Publisher publisher;
        private final AtomicInteger inFlight = new AtomicInteger();
        private final StringBuilder begun = new StringBuilder();

        Publishing(WebSocketSession session) {
            this.session = session;
            AnswerQueue answers = new AnswerQueue(
                    ((StandardWebSocketSession) session).getNativeSession().getAsyncRemote(),
                    inFlight::decrementAndGet,
                    () -> close(session, CloseStatus.SESSION_NOT_RELIABLE));
            this.publisher = new Publisher(answers::add);
        }

        void received(TextMessage message, long received) {
            if (begun.length() + message.getPayloadLength() > properties.maxFrameSize()) {
                close(session, CloseStatus.TOO_BIG_TO_PROCESS);
                return;
            }
            if (message.isLast() && begun.isEmpty()) {
                publish(message.getPayload(), received);
                return;
            }
            begun.append(message.getPayload());
            if (message.isLast()) {
                String whole = begun.toString();
                begun.setLength(0);
                publish(whole, received);
            }
        }

        private void publish(String json, long received) {
            if (inFlight.incrementAndGet() > properties.framesInFlight()) {
                close(session, CloseStatus.SERVICE_OVERLOAD);
                return;
            }
            Publisher.Sent sent;
            try {
                sent = new Publisher.Sent(text.read(json, events, received), null);
            } catch (MalformedException e) {
                sent = new Publisher.Sent(
                        new PublishedFrame(),
                        PublishLog.refusal(wireFormat, HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage())));
            }
            if (!log.offer(publisher, sent)) {
                close(session, CloseStatus.SERVICE_OVERLOAD);
            }
        }
    }
}
