package dev.hopmeter.unified;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.push.Delivery;
import dev.hopmeter.spring.windows.Source;
import io.micrometer.core.instrument.Counter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a transaction that is let through: its orders and messages are put into the queues of the subscribers that
 * they are for, its orders and events are summed. Never waits for a subscriber or watcher. One thread at a time.
 */
final class FanOut {

    private final Subscribers subscribers;
    private final Windows windows;
    private final Stamps stamps;
    private final Counter dropped;
    private final Counter undeliverable;
    private final Counter unreadable;

    FanOut(
            Subscribers subscribers,
            Windows windows,
            Stamps stamps,
            Counter dropped,
            Counter undeliverable,
            Counter unreadable) {
        this.subscribers = subscribers;
        this.windows = windows;
        this.stamps = stamps;
        this.dropped = dropped;
        this.undeliverable = undeliverable;
        this.unreadable = unreadable;
    }

    /** A second copy of it is flushed, or need not be. */
    void pass(Transaction transaction) {
        long confirmed = stamps.now();
        windows.begin(transaction.end());
        boolean whole = false;
        try {
            for (Entry entry : transaction.entries()) {
                Trail sent = entry.trail();
                Trail trail = sent == null ? null : stamps.at(sent, Stamp.CONFIRMED, confirmed);
                switch (entry) {
                    case Entry.Placed order -> {
                        handOver(order, trail);
                        windows.add(
                                Source.ORDERS,
                                order.key(),
                                order.amount(),
                                0,
                                Math.floorDiv(transaction.commitNanos(), 1_000_000L),
                                "",
                                null);
                    }
                    case Entry.Live message -> handOver(message, trail);
                    case Entry.Counted event ->
                        windows.add(
                                Source.EVENTS,
                                event.key(),
                                event.amount(),
                                event.sequence(),
                                event.millis(),
                                event.id(),
                                trail);
                }
            }
            whole = true;
        } finally {
            windows.end(transaction.end(), whole);
        }
    }

    private void handOver(Entry entry, @Nullable Trail confirmed) {
        List<Subscriber> recipients = subscribers.matching(entry);
        if (recipients.isEmpty()) {
            return;
        }
        String frameEnd;
        try {
            frameEnd = switch (entry) {
                case Entry.Placed order -> order.row().frameEnd();
                case Entry.Live message -> message.frameEnd();
                case Entry.Counted event -> throw new IllegalStateException("nobody subscribes to events");
            };
        } catch (MalformedException e) {
            unreadable.increment();
            return;
        }
        Delivery delivery = new Delivery(confirmed == null ? null : stamps.take(confirmed, Stamp.ROUTED), frameEnd);
        for (Subscriber subscriber : recipients) {
            switch (subscriber.queue().offer(delivery)) {
                case ACCEPTED -> {}
                case DISPLACED -> dropped.increment();
                case REFUSED -> undeliverable.increment();
            }
        }
    }

    /** It has been read, and will be let through later: what can be made of it until then is made. */
    void prepare(Transaction transaction) {
        for (Entry entry : transaction.entries()) {
            if (entry instanceof Entry.Placed order
                    && !subscribers.matching(order).isEmpty()) {
                try {
                    order.row().frameEnd();
                } catch (MalformedException e) {
                    // Counted when it is handed over.
                }
            }
        }
    }
}
