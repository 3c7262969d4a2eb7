package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is told otherwise; reading it takes a nanosecond. */
final class TestClock implements EpochClock {

    private final AtomicLong now;

    TestClock(long startNanos) {
        now = new AtomicLong(startNanos);
    }

    @Override
    public long nanos() {
        return now.getAndIncrement();
    }

    void advance(long nanos) {
        now.addAndGet(nanos);
    }
}
