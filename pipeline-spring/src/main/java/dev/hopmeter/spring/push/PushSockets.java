package dev.hopmeter.spring.push;

import static org.apache.tomcat.websocket.Constants.BLOCKING_SEND_TIMEOUT_PROPERTY;
import static org.apache.tomcat.websocket.server.Constants.BINARY_BUFFER_SIZE_SERVLET_CONTEXT_INIT_PARAM;
import static org.apache.tomcat.websocket.server.Constants.TEXT_BUFFER_SIZE_SERVLET_CONTEXT_INIT_PARAM;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.standard.StandardWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;
import org.springframework.web.socket.server.HandshakeHandler;

/**
 * The connections of a service's recipients, each written to by a virtual thread of its own, which ends with the recipient's
 * queue. They only listen: one that sends is disconnected with 1003. One in whose socket a frame gets stuck is disconnected,
 * and one that has not answered the last ping when the next is due.
 *
 * @param <R> who is pushed to
 * @param <N> what is pushed at once
 */
public abstract class PushSockets<R extends Recipient<N>, N> extends AbstractWebSocketHandler {

    private static final Logger LOG = LoggerFactory.getLogger(PushSockets.class);

    private final Class<R> type;
    private final WireFormat wireFormat;
    private final Stamps stamps;
    private final Duration writeTimeout;
    private final Duration ping;
    private final CloseStatus ending;
    private final Counter stalled;

    /**
     * Sockets that nobody is admitted to yet.
     *
     * @param wireFormat in which refusals are written
     * @param writeTimeout longest that one frame's write may block
     * @param ping how long a recipient that nothing waits for is left alone before it is pinged
     * @param ending with which connections are closed that are not wanted any more
     * @param stalled counts who is disconnected as a write or a ping got stuck
     */
    protected PushSockets(
            Class<R> type,
            WireFormat wireFormat,
            Stamps stamps,
            Duration writeTimeout,
            Duration ping,
            CloseStatus ending,
            Counter stalled) {
        this.type = type;
        this.wireFormat = wireFormat;
        this.stamps = stamps;
        this.writeTimeout = writeTimeout;
        this.ping = ping;
        this.ending = ending;
        this.stalled = stalled;
    }

    /** The present moment in epoch nanoseconds, for {@link #pushed}. */
    protected final long now() {
        return stamps.now();
    }

    /** The trail of what is about to be written, as of that moment. */
    protected final Trail pushed(Trail trail, long epochNanos) {
        return stamps.at(trail, Stamp.PUSHED, epochNanos);
    }

    /** The frame that tells a recipient that it will be pushed whatever comes from now on. */
    protected abstract String greeting(R recipient);

    /** Writes what was taken from the recipient's queue. */
    protected abstract void push(R recipient, N next, WebSocketSession session) throws IOException;

    /** Takes the recipient away, if it is still there. */
    protected abstract void gone(R recipient);

    /**
     * Upgrades the connections of those whom the admission lets in.
     *
     * @param admission of whoever asks at that address; what it throws is answered as Spring MVC would
     */
    public final HandshakeHandler handshake(Function<URI, R> admission) {
        return new AdmissionHandshake<>(admission, this::gone, wireFormat);
    }

    /** As buffers of that size are made for each connection, and their size is the bound of a message. */
    public static WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> boundIncomingMessages(int bytes) {
        String size = Integer.toString(bytes);
        return server -> server.addContextCustomizers(context -> {
            context.addParameter(TEXT_BUFFER_SIZE_SERVLET_CONTEXT_INIT_PARAM, size);
            context.addParameter(BINARY_BUFFER_SIZE_SERVLET_CONTEXT_INIT_PARAM, size);
        });
    }

    @Override
    public final void afterConnectionEstablished(WebSocketSession session) {
        R recipient = admitted(session);
        ((StandardWebSocketSession) session)
                .getNativeSession()
                .getUserProperties()
                .put(BLOCKING_SEND_TIMEOUT_PROPERTY, writeTimeout.toMillis());
        if (recipient.opens()) {
            Thread.ofVirtual().name("push-" + recipient).start(() -> run(recipient, session));
        } else {
            close(session, ending);
        }
    }

    @Override
    protected final void handleTextMessage(WebSocketSession session, TextMessage message) {
        close(session, CloseStatus.NOT_ACCEPTABLE);
    }

    @Override
    protected final void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
        close(session, CloseStatus.NOT_ACCEPTABLE);
    }

    @Override
    protected final void handlePongMessage(WebSocketSession session, PongMessage message) {
        admitted(session).answered();
    }

    @Override
    public final void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        gone(admitted(session));
    }

    /** Whoever reads the close frame finds the recipient's place free. */
    private void run(R recipient, WebSocketSession session) {
        try {
            pushAll(recipient, session);
        } catch (IOException | IllegalStateException e) {
            if (isTimeout(e)) {
                stalled.increment();
            }
            LOG.debug("The connection of {} broke", recipient, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            gone(recipient);
            close(session, ending);
            recipient.ends();
        }
    }

    private void pushAll(R recipient, WebSocketSession session) throws IOException, InterruptedException {
        PushQueue<N> queue = recipient.queue();
        if (!queue.isDrained()) {
            session.sendMessage(new TextMessage(greeting(recipient)));
        }
        while (!queue.isDrained()) {
            N next = queue.take(ping);
            if (next != null) {
                push(recipient, next, session);
            } else if (!queue.isDrained()) {
                ping(recipient, session);
            }
        }
    }

    private void ping(R recipient, WebSocketSession session) throws IOException {
        if (!recipient.pinged()) {
            throw new SocketTimeoutException("the last ping was not answered");
        }
        session.sendMessage(new PingMessage());
    }

    private R admitted(WebSocketSession session) {
        return type.cast(Objects.requireNonNull(
                session.getAttributes().get(AdmissionHandshake.RECIPIENT), "nobody was admitted"));
    }

    private static void close(WebSocketSession session, CloseStatus status) {
        try {
            session.close(status);
        } catch (IOException | IllegalStateException e) {
            LOG.debug("The connection broke before it could be closed", e);
        }
    }

    private static boolean isTimeout(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }
}
