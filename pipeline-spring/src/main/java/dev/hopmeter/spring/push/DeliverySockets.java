package dev.hopmeter.spring.push;

import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/**
 * Writes the orders and messages that wait for a subscriber to its socket, on a thread of that subscriber's own.
 *
 * @param <S> who subscribes
 */
public final class DeliverySockets<S extends Subscribed> extends PushSockets<S, FrameQueue.Next> {

    private final Frames frames;
    private final Consumer<S> gone;
    private final Counter undeliverable;

    /**
     * Sockets that nobody is admitted to yet.
     *
     * @param gone takes a subscriber away, if it is still there
     * @param writeTimeout longest that one frame's write may block
     * @param ping how long a subscriber that nothing waits for is left alone before it is pinged
     * @param stalled counts who is disconnected as a write or a ping got stuck
     * @param undeliverable counts what was taken for a subscriber and could not be written
     */
    public DeliverySockets(
            Class<S> type,
            Consumer<S> gone,
            WireFormat wireFormat,
            Stamps stamps,
            Duration writeTimeout,
            Duration ping,
            Counter stalled,
            Counter undeliverable) {
        super(type, wireFormat, stamps, writeTimeout, ping, CloseStatus.GOING_AWAY, stalled);
        this.frames = new Frames(wireFormat);
        this.gone = gone;
        this.undeliverable = undeliverable;
    }

    @Override
    protected String greeting(S subscriber) {
        return frames.subscribed(subscriber.subscription());
    }

    @Override
    protected void push(S subscriber, FrameQueue.Next next, WebSocketSession session) throws IOException {
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
    protected void gone(S subscriber) {
        gone.accept(subscriber);
    }

    private void write(WebSocketSession session, FrameQueue.Next next) throws IOException {
        if (next.dropped() > 0) {
            session.sendMessage(new TextMessage(Frames.dropped(next.dropped())));
        }
        Trail trail = next.delivery().trail();
        Trail pushed = trail == null ? null : pushed(trail, now());
        session.sendMessage(
                new TextMessage(Frames.delivery(pushed, next.delivery().ending())));
    }
}
