package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import java.util.function.BiConsumer;

/** The in-memory backend with something wrong on the way to the subscribers. */
abstract class MeddlingDriver implements Driver {

    private final InMemoryDriver real = new InMemoryDriver(EpochClock.system());

    /** Hands the frame on to the receiver, or not, or twice. */
    abstract void meddle(int subscriber, String frame, BiConsumer<Integer, String> on);

    @Override
    public void open(Receiver receiver) {
        real.open(new Receiver() {
            @Override
            public void delivered(int subscriber, CharSequence frame) {
                meddle(subscriber, frame.toString(), receiver::delivered);
            }

            @Override
            public void returned(int number, Trail trail, Reply reply) {
                receiver.returned(number, trail, reply);
            }

            @Override
            public void acknowledged(int number) {
                receiver.acknowledged(number);
            }

            @Override
            public void refused(int number, int status, String body) {
                receiver.refused(number, status, body);
            }

            @Override
            public void unanswered(int number, String why) {
                receiver.unanswered(number, why);
            }

            @Override
            public void disconnected(int subscriber, String why) {
                receiver.disconnected(subscriber, why);
            }

            @Override
            public void reconnected(int subscriber) {
                receiver.reconnected(subscriber);
            }
        });
    }

    @Override
    public void attach(int subscriber, Interest interest) {
        real.attach(subscriber, interest);
    }

    @Override
    public void detach(int subscriber) {
        real.detach(subscriber);
    }

    @Override
    public boolean ready() {
        return real.ready();
    }

    @Override
    public void send(Event event, Trail trail) {
        real.send(event, trail);
    }

    @Override
    public void close() {
        real.close();
    }
}
