package dev.hopmeter.notifier;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.push.PushSockets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/** Writes what waits for a subscriber to its socket, on a thread of that subscriber's own. */
final class Push extends PushSockets<Subscriber, FrameQueue.Next> {

    private final Subscribers subscribers;
    private final Frames frames;
    private final Stamps stamps;
    private final Counter undeliverable;

    Push(
            Subscribers subscribers,
            WireFormat wireFormat,
            Stamps stamps,
            NotifierProperties properties,
            MeterRegistry meters) {
        super(
                Subscriber.class,
                wireFormat,
                properties.writeTimeout(),
                properties.ping(),
                CloseStatus.GOING_AWAY,
                Counter.builder("hopmeter.notifier.stalled")
                        .description("Subscribers disconnected as a write or a ping to them got stuck")
                        .register(meters));
        this.subscribers = subscribers;
        this.frames = new Frames(wireFormat);
        this.stamps = stamps;
        this.undeliverable = Meters.undeliverable(meters);
    }

    @Override
    protected String greeting(Subscriber subscriber) {
        return frames.subscribed(subscriber.subscription());
    }

    @Override
    protected void push(Subscriber subscriber, FrameQueue.Next next, WebSocketSession session) throws IOException {
        boolean pushed = false;
        try {
            write(session, next);
            pushed = true;
        } finally {
            if (!pushed) {
                undeliverable.increment();
            }
        }
    }

    @Override
    protected void gone(Subscriber subscriber) {
        subscribers.gone(subscriber);
    }

    private void write(WebSocketSession session, FrameQueue.Next next) throws IOException {
        if (next.dropped() > 0) {
            session.sendMessage(new TextMessage(Frames.dropped(next.dropped())));
        }
        Trail trail = next.delivery().trail();
        Trail pushed = trail == null ? null : stamps.take(trail, Stamp.PUSHED);
        session.sendMessage(
                new TextMessage(Frames.delivery(pushed, next.delivery().ending())));
    }
}
