package dev.hopmeter.notifier;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.Stamps;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/** Writes what waits for a subscriber to its socket, on a thread of that subscriber's own. */
final class Push {

    private static final Log LOG = LogFactory.getLog(Push.class);

    private final Subscribers subscribers;
    private final Frames frames;
    private final Stamps stamps;
    private final Duration ping;
    private final Counter stalled;
    private final Counter undeliverable;

    Push(Subscribers subscribers, Frames frames, Stamps stamps, Duration ping, MeterRegistry meters) {
        this.ping = ping;
        this.subscribers = subscribers;
        this.frames = frames;
        this.stamps = stamps;
        this.undeliverable = Meters.undeliverable(meters);
        this.stalled = Counter.builder("hopmeter.notifier.stalled")
                .description("Subscribers disconnected as a write or a ping to them got stuck")
                .register(meters);
    }

    /** Starts writing to the subscriber's connection, until that ends or fails. */
    void start(Subscriber subscriber, WebSocketSession session) {
        Thread.ofVirtual().name("push-" + subscriber.id()).start(() -> run(subscriber, session));
    }

    private void run(Subscriber subscriber, WebSocketSession session) {
        try {
            session.sendMessage(new TextMessage(frames.subscribed(subscriber.subscription())));
            FrameQueue queue = subscriber.queue();
            while (!queue.isClosed()) {
                FrameQueue.Next next = queue.take(ping);
                if (next != null) {
                    pushOrCount(session, next);
                } else if (!queue.isClosed()) {
                    ping(subscriber, session);
                }
            }
        } catch (IOException | IllegalStateException e) {
            if (isTimeout(e)) {
                stalled.increment();
            }
            LOG.debug("The connection of " + subscriber.id() + " broke", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            subscribers.gone(subscriber);
            Subscribers.close(session, CloseStatus.GOING_AWAY);
        }
    }

    private void pushOrCount(WebSocketSession session, FrameQueue.Next next) throws IOException {
        boolean pushed = false;
        try {
            push(session, next);
            pushed = true;
        } finally {
            if (!pushed) {
                undeliverable.increment();
            }
        }
    }

    private void push(WebSocketSession session, FrameQueue.Next next) throws IOException {
        if (next.dropped() > 0) {
            session.sendMessage(new TextMessage(Frames.dropped(next.dropped())));
        }
        Trail trail = next.delivery().trail();
        Trail pushed = trail == null ? null : stamps.take(trail, Stamp.PUSHED);
        session.sendMessage(
                new TextMessage(Frames.delivery(pushed, next.delivery().ending())));
    }

    private static void ping(Subscriber subscriber, WebSocketSession session) throws IOException {
        if (!subscriber.pinged()) {
            throw new SocketTimeoutException("the last ping was not answered");
        }
        session.sendMessage(new PingMessage());
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
