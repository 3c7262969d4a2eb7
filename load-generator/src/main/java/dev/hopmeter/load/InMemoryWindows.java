package dev.hopmeter.load;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The windows of the in-memory backend, each kept for good and folded as the contract says; what it tells of them is JSON as
 * the wire format has it. For one thread at a time.
 */
final class InMemoryWindows {

    /** So many are in an answer, the present one the last of them. */
    private static final int ANSWERED = 10;

    private final Map<WindowSize, Map<WindowKey, NavigableMap<Long, WindowTotal>>> totals =
            new EnumMap<>(WindowSize.class);

    /** Adds an event that happened at those epoch milliseconds to its window of each size. */
    void add(Event event, long millis) {
        for (WindowSize size : WindowSize.values()) {
            ofSize(size)
                    .computeIfAbsent(event.windowKey(), key -> new TreeMap<>())
                    .merge(
                            size.startOf(millis),
                            WindowTotal.EMPTY.plus(event.amount(), event.sequence(), millis),
                            (total, first) -> total.plus(event.amount(), event.sequence(), millis));
        }
    }

    /** The window of a key that holds those epoch milliseconds. */
    String window(WindowSize size, WindowKey key, long millis) {
        long start = size.startOf(millis);
        WindowTotal total = ofKey(size, key).getOrDefault(start, WindowTotal.EMPTY);
        return "{" + named(size, key) + "," + fields(size, start, total) + "}";
    }

    /** The answer to a query at those epoch milliseconds; empty if the key has no window. */
    Optional<String> of(WindowSize size, WindowKey key, long nowMillis) {
        NavigableMap<Long, WindowTotal> all = ofKey(size, key);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        long first = size.startOf(nowMillis) - (ANSWERED - 1) * size.duration().toMillis();
        WindowTotal newest = all.lastEntry().getValue();
        return Optional.of(all.tailMap(first, true).entrySet().stream()
                .map(each -> "{" + fields(size, each.getKey(), each.getValue()) + "}")
                .collect(Collectors.joining(
                        ",", "{" + named(size, key) + "," + reach(newest) + ",\"windows\":[", "]}")));
    }

    /** Which keys have a window. */
    String known(WindowSize size) {
        return ofSize(size).keySet().stream()
                .map(key -> "\"" + key.text() + "\"")
                .sorted()
                .collect(Collectors.joining(",", "{\"known\":[", "]}"));
    }

    private Map<WindowKey, NavigableMap<Long, WindowTotal>> ofSize(WindowSize size) {
        return totals.computeIfAbsent(size, each -> new HashMap<>());
    }

    private NavigableMap<Long, WindowTotal> ofKey(WindowSize size, WindowKey key) {
        return ofSize(size).getOrDefault(key, new TreeMap<>());
    }

    private static String named(WindowSize size, WindowKey key) {
        return "\"size\":\"" + size.word() + "\",\"region\":\"" + key.region() + "\",\"kind\":\"" + key.kind() + "\"";
    }

    private static String fields(WindowSize size, long startMillis, WindowTotal total) {
        Instant start = Instant.ofEpochMilli(startMillis);
        return "\"start\":\"" + start + "\",\"end\":\"" + start.plus(size.duration()) + "\",\"count\":" + total.count()
                + ",\"sum\":" + total.sum() + "," + reach(total);
    }

    private static String reach(WindowTotal total) {
        return "\"through\":" + total.through() + ",\"newest\":\"" + Instant.ofEpochMilli(total.newestMillis()) + "\"";
    }
}
