package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.web.socket.WebSocketSession;

/** Somebody who watches the windows of one size and key: what waits for it, and its connection once that is open. */
final class Watcher {

    private final WindowSize size;
    private final WindowKey key;
    private final int partition;
    private final UpdateQueue queue;
    private final CompletableFuture<WebSocketSession> session = new CompletableFuture<>();
    private final AtomicBoolean owesPong = new AtomicBoolean();

    /** Of a key in that partition of the topic of events. */
    Watcher(WindowSize size, WindowKey key, int partition, int queueLength) {
        this.size = size;
        this.key = key;
        this.partition = partition;
        this.queue = new UpdateQueue(queueLength);
    }

    WindowSize size() {
        return size;
    }

    WindowKey key() {
        return key;
    }

    int partition() {
        return partition;
    }

    UpdateQueue queue() {
        return queue;
    }

    /** Its connection, once that is open. */
    CompletableFuture<WebSocketSession> session() {
        return session;
    }

    /** It is about to be pinged: false if it did not answer the ping before. */
    boolean pinged() {
        return owesPong.compareAndSet(false, true);
    }

    /** It answered a ping. */
    void answered() {
        owesPong.set(false);
    }
}
