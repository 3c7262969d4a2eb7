package dev.hopmeter.aggregator;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/** Writes what waits for a watcher to its socket, on a thread of that watcher's own: see {@code docs/wire-format.md}. */
final class Push {

    private static final Log LOG = LogFactory.getLog(Push.class);

    private final Watchers watchers;
    private final WireFormat wireFormat;
    private final Stamps stamps;
    private final Duration ping;
    private final Counter stalled;

    Push(Watchers watchers, WireFormat wireFormat, Stamps stamps, Duration ping, MeterRegistry meters) {
        this.watchers = watchers;
        this.wireFormat = wireFormat;
        this.stamps = stamps;
        this.ping = ping;
        this.stalled = Counter.builder("hopmeter.aggregator.stalled")
                .description("Watchers disconnected as a write or a ping to them got stuck")
                .register(meters);
    }

    /** Starts writing to the watcher's connection, until it is to be told no more or the connection fails. */
    void start(Watcher watcher, WebSocketSession session) {
        Thread.ofVirtual().name("push-" + session.getId()).start(() -> run(watcher, session));
    }

    /** Closes the connection, if it is open. */
    static void close(WebSocketSession session, CloseStatus status) {
        try {
            session.close(status);
        } catch (IOException | IllegalStateException e) {
            LOG.debug("The connection broke before it could be closed", e);
        }
    }

    private void run(Watcher watcher, WebSocketSession session) {
        try {
            UpdateQueue queue = watcher.queue();
            if (!queue.isDrained()) {
                send(session, new Watching(watcher));
            }
            while (!queue.isDrained()) {
                UpdateQueue.Update update = queue.take(ping);
                if (update != null) {
                    push(watcher, session, update);
                } else if (!queue.isDrained()) {
                    ping(watcher, session);
                }
            }
        } catch (IOException | IllegalStateException e) {
            if (isTimeout(e)) {
                stalled.increment();
            }
            LOG.debug("A watcher's connection broke", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(session, CloseStatus.SERVICE_RESTARTED);
            watchers.gone(watcher);
        }
    }

    private void push(Watcher watcher, WebSocketSession session, UpdateQueue.Update update) throws IOException {
        if (update.untold() > 0) {
            send(session, new Untold(update.untold()));
        }
        KeyedWindow window = KeyedWindow.of(watcher.size(), watcher.key(), update.startMillis(), update.total());
        long pushed = stamps.now();
        List<PushedEvent> events = update.events().stream()
                .map(event -> new PushedEvent(
                        event.id(),
                        stamps.at(event.trail(), Stamp.PUSHED, pushed).text()))
                .toList();
        send(session, new Changed(window, events));
    }

    private void send(WebSocketSession session, Object frame) throws IOException {
        session.sendMessage(new TextMessage(new String(wireFormat.writeValue(frame), StandardCharsets.UTF_8)));
    }

    private static void ping(Watcher watcher, WebSocketSession session) throws IOException {
        if (!watcher.pinged()) {
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

    record Watched(String size, String region, String kind) {}

    record Watching(Watched watching) {
        Watching(Watcher watcher) {
            this(new Watched(
                    watcher.size().word(), watcher.key().region(), watcher.key().kind()));
        }
    }

    record PushedEvent(String id, String trail) {}

    record Changed(KeyedWindow window, List<PushedEvent> events) {}

    record Untold(long untold) {}
}
