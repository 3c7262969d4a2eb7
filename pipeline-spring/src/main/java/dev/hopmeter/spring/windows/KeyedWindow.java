package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import java.time.Instant;

/** One window as it is told by itself, in JSON: with its key and size, else as a query answers it. */
public record KeyedWindow(
        String size,
        String region,
        String kind,
        Instant start,
        Instant end,
        long count,
        long sum,
        long through,
        Instant newest) {

    /** The window of that size and key that starts at those epoch milliseconds. */
    public static KeyedWindow of(WindowSize size, WindowKey key, long startMillis, WindowTotal total) {
        Instant start = Instant.ofEpochMilli(startMillis);
        return new KeyedWindow(
                size.word(),
                key.region(),
                key.kind(),
                start,
                start.plus(size.duration()),
                total.count(),
                total.sum(),
                total.through(),
                Instant.ofEpochMilli(total.newestMillis()));
    }
}
