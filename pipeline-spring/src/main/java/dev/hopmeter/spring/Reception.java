package dev.hopmeter.spring;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;

/** Takes RECEIVED, for every handler of a service that accepts orders, messages, events or queries. Safe for use by many threads. */
public final class Reception {

    private final Stamps stamps;

    /** Takes it with these. */
    public Reception(Stamps stamps) {
        this.stamps = stamps;
    }

    /** The present moment in epoch nanoseconds: the first line of a handler, which has read no trail yet. */
    public long now() {
        return stamps.now();
    }

    /** The trail of what was received at those epoch nanoseconds. */
    public Trail received(Trail sent, long epochNanos) {
        return stamps.at(sent, Stamp.RECEIVED, epochNanos);
    }
}
