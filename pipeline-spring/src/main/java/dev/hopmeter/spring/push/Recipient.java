package dev.hopmeter.spring.push;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who is pushed to, from the admission to the end of the connection, of which there may be none. Its text names it in
 * the log. Safe for use by many threads.
 *
 * @param <N> what it is pushed at once
 */
public abstract class Recipient<N> {

    private static final Logger LOG = LoggerFactory.getLogger(Recipient.class);

    private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final AtomicBoolean leaving = new AtomicBoolean();
    private final AtomicBoolean owesPong = new AtomicBoolean();

    /** What waits for it. */
    public abstract PushQueue<N> queue();

    /** Calls that on a thread of its own if no connection is open by then; none can be opened after that. */
    public final void unlessOpenedWithin(Duration patience, Runnable late) {
        var _ = opened.orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS).whenComplete((done, never) -> {
            if (never instanceof TimeoutException) {
                Thread.ofVirtual().name("never-opened-" + this).start(late);
            }
        });
    }

    /** It is not wanted any more: true for the one who is to take it away, who asks first. */
    public final boolean leaves() {
        opened.cancel(false);
        if (opened.isCompletedExceptionally()) {
            ended.complete(null);
        }
        return leaving.compareAndSet(false, true);
    }

    /** Waits until the connections of all of these have ended, that long at most. */
    public static void awaitEnd(Collection<? extends Recipient<?>> all, Duration patience) {
        List<Recipient<?>> recipients = List.copyOf(all);
        CompletableFuture.allOf(recipients.stream().map(one -> one.ended).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS)
                .join();
        List<Recipient<?>> deaf =
                recipients.stream().filter(one -> !one.ended.isDone()).toList();
        if (!deaf.isEmpty()) {
            LOG.warn("Connections that nobody reads from are cut off: {}", deaf);
        }
    }

    /** Its connection is open: false if that comes too late. */
    final boolean opens() {
        return opened.complete(null);
    }

    /** Its connection has ended. */
    final void ends() {
        ended.complete(null);
    }

    /** It is about to be pinged: false if it did not answer the ping before. */
    final boolean pinged() {
        return owesPong.compareAndSet(false, true);
    }

    /** It answered a ping. */
    final void answered() {
        owesPong.set(false);
    }
}
