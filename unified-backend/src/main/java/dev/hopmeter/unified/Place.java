package dev.hopmeter.unified;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One publisher's place, from its handshake to the end of its connection, of which there may be none. It is given back once. Safe
 * for use by many threads.
 */
final class Place {

    private final Semaphore places;
    private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();
    private final AtomicBoolean left = new AtomicBoolean();

    private Place(Semaphore places) {
        this.places = places;
    }

    /** One of these; null if none is free. Given back unless a connection is open by then, and none can be opened after that. */
    static @Nullable Place of(Semaphore places, Duration openTimeout) {
        if (!places.tryAcquire()) {
            return null;
        }
        Place place = new Place(places);
        var _ = place.opened
                .orTimeout(openTimeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((done, never) -> {
                    if (never != null) {
                        place.leave();
                    }
                });
        return place;
    }

    /** Its connection is open: false if that comes too late. */
    boolean opens() {
        return opened.complete(null);
    }

    /** Nobody has it any more. */
    void leave() {
        opened.cancel(false);
        if (left.compareAndSet(false, true)) {
            places.release();
        }
    }
}
