package dev.hopmeter.aggregator;

import dev.hopmeter.contract.Message;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.WindowTotal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Orders and events from a seed, and what their windows must add up to. */
final class Orders {

    static final List<String> REGIONS = List.of("eu-west", "eu-north", "us-east", "ap-south");
    static final List<String> KINDS = List.of("retail", "wholesale", "gift");

    private final Random random;
    private final Map<String, Long> sequences = new HashMap<>();
    private int events;

    Orders(long seed) {
        random = new Random(seed);
    }

    Order next() {
        return order(
                REGIONS.get(random.nextInt(REGIONS.size())),
                KINDS.get(random.nextInt(KINDS.size())),
                random.nextLong(1, 1_000_000_000_000L));
    }

    long between(long least, long bound) {
        return random.nextLong(least, bound);
    }

    Order order(String region, String kind, long amount) {
        return new Order(
                new UUID(random.nextLong(), random.nextLong()),
                Optional.empty(),
                "c-" + random.nextInt(100),
                region,
                kind,
                amount,
                "EUR",
                List.of(new OrderLine("A-1", 1)),
                Instant.EPOCH);
    }

    /** An event whose sequence counts up among those of its key. */
    Message nextEvent() {
        return event(
                REGIONS.get(random.nextInt(REGIONS.size())),
                KINDS.get(random.nextInt(KINDS.size())),
                random.nextLong(1, 1_000_000_000L));
    }

    Message event(String region, String kind, long amount) {
        long sequence = sequences.merge(region + "/" + kind, 1L, Long::sum);
        events++;
        return new Message("e-" + events, region, kind, amount, sequence, "");
    }

    /** What every window of every key adds up to. */
    static final class Expected {

        private final Map<Cell, WindowTotal> totals = new HashMap<>();

        void add(Order order, long epochMillis) {
            for (WindowSize size : WindowSize.values()) {
                add(size, order, epochMillis);
            }
        }

        void add(WindowSize size, Order order, long epochMillis) {
            add(size, order.windowKey(), order.amount(), 0, epochMillis);
        }

        void add(Message event, long epochMillis) {
            for (WindowSize size : WindowSize.values()) {
                add(size, event.windowKey(), event.amount(), event.sequence(), epochMillis);
            }
        }

        private void add(WindowSize size, WindowKey key, long amount, long sequence, long epochMillis) {
            totals.merge(
                    new Cell(size, key, size.startOf(epochMillis)),
                    WindowTotal.EMPTY.plus(amount, sequence, epochMillis),
                    (total, one) -> total.plus(amount, sequence, epochMillis));
        }

        Map<Cell, WindowTotal> totals() {
            return totals;
        }
    }

    record Cell(WindowSize size, WindowKey key, long startMillis) {}
}
