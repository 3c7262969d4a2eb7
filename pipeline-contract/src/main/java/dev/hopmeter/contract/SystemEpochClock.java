package dev.hopmeter.contract;

import java.time.Instant;

enum SystemEpochClock implements EpochClock {
    INSTANCE;

    @Override
    public long nanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
