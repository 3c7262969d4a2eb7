package dev.hopmeter.spring.windows;

import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.push.PushSockets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/** Writes what waits for a watcher to its socket, on a thread of that watcher's own: see {@code docs/wire-format.md}. */
public final class WatchSockets extends PushSockets<Watcher, UpdateQueue.Update> {

    private final Watchers watchers;
    private final WireFormat wireFormat;

    /** Counts under names that begin so. */
    public WatchSockets(
            Watchers watchers,
            WireFormat wireFormat,
            Stamps stamps,
            WindowLimits settings,
            String meters,
            MeterRegistry registry) {
        super(
                Watcher.class,
                wireFormat,
                stamps,
                settings.writeTimeout(),
                settings.ping(),
                CloseStatus.SERVICE_RESTARTED,
                Counter.builder(meters + ".stalled")
                        .description("Watchers disconnected as a write or a ping to them got stuck")
                        .register(registry));
        this.watchers = watchers;
        this.wireFormat = wireFormat;
    }

    @Override
    protected String greeting(Watcher watcher) {
        return text(new Watching(watcher));
    }

    @Override
    protected void push(Watcher watcher, UpdateQueue.Update update, WebSocketSession session) throws IOException {
        if (update.untold() > 0) {
            session.sendMessage(new TextMessage(text(new Untold(update.untold()))));
        }
        KeyedWindow window = KeyedWindow.of(watcher.size(), watcher.key(), update.startMillis(), update.total());
        long pushed = now();
        List<PushedEvent> events = update.events().stream()
                .map(event -> new PushedEvent(
                        event.id(), pushed(event.trail(), pushed).text()))
                .toList();
        session.sendMessage(new TextMessage(text(new Changed(window, events))));
    }

    @Override
    protected void gone(Watcher watcher) {
        watchers.gone(watcher);
    }

    private String text(Object frame) {
        return new String(wireFormat.writeValue(frame), StandardCharsets.UTF_8);
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
