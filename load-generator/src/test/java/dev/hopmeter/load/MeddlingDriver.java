package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Filter;
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
            public void acknowledged(int number) {
                receiver.acknowledged(number);
            }

            @Override
            public void refused(int number, int status) {
                receiver.refused(number, status);
            }

            @Override
            public void unanswered(int number, String why) {
                receiver.unanswered(number, why);
            }

            @Override
            public void disconnected(int subscriber, String why) {
                receiver.disconnected(subscriber, why);
            }
        });
    }

    @Override
    public void subscribe(int subscriber, Filter filter) {
        real.subscribe(subscriber, filter);
    }

    @Override
    public boolean ready() {
        return real.ready();
    }

    @Override
    public void place(Event event, Trail trail) {
        real.place(event, trail);
    }

    @Override
    public void close() {
        real.close();
    }
}
