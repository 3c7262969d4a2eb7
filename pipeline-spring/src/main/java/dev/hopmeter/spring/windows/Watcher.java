package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.spring.push.Recipient;

/** Somebody who watches the windows of one size and key, and what waits for it. */
public final class Watcher extends Recipient<UpdateQueue.Update> {

    private final WindowSize size;
    private final WindowKey key;
    private final int partition;
    private final UpdateQueue queue;

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

    @Override
    public UpdateQueue queue() {
        return queue;
    }

    @Override
    public String toString() {
        return size.word() + "/" + key.text();
    }
}
