package dev.hopmeter.notifier;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The subscribers to the change topic itself, by region and kind, each or any, and least amount: four range look-ups for
 * an event, however many subscribers there are. Agrees with
 * {@link dev.hopmeter.contract.Filter#matches(String, String, long)}. Safe for use by many threads.
 */
final class DirectIndex {

    private final ConcurrentMap<Cell, ConcurrentNavigableMap<Place, Subscriber>> cells = new ConcurrentHashMap<>();

    /** From now on the subscriber is found. */
    void add(Subscriber subscriber) {
        cells.compute(Cell.of(subscriber), (cell, places) -> {
            ConcurrentNavigableMap<Place, Subscriber> kept = places == null ? new ConcurrentSkipListMap<>() : places;
            kept.put(Place.of(subscriber), subscriber);
            return kept;
        });
    }

    /** From now on the subscriber is not found. */
    void remove(Subscriber subscriber) {
        cells.computeIfPresent(Cell.of(subscriber), (cell, places) -> {
            places.remove(Place.of(subscriber), subscriber);
            return places.isEmpty() ? null : places;
        });
    }

    boolean isEmpty() {
        return cells.isEmpty();
    }

    /** The subscribers that an event of that region, kind and amount is for. */
    List<Subscriber> matching(String region, String kind, long amount) {
        List<Subscriber> matching = new ArrayList<>();
        Optional<String> ofRegion = Optional.of(region);
        Optional<String> ofKind = Optional.of(kind);
        collect(new Cell(ofRegion, ofKind), amount, matching);
        collect(new Cell(ofRegion, Optional.empty()), amount, matching);
        collect(new Cell(Optional.empty(), ofKind), amount, matching);
        collect(new Cell(Optional.empty(), Optional.empty()), amount, matching);
        return matching;
    }

    private void collect(Cell cell, long amount, List<Subscriber> matching) {
        NavigableMap<Place, Subscriber> places = cells.get(cell);
        if (places != null) {
            matching.addAll(places.headMap(new Place(amount + 1, ""), false).values());
        }
    }

    private record Cell(Optional<String> region, Optional<String> kind) {
        static Cell of(Subscriber subscriber) {
            return new Cell(
                    subscriber.subscription().filter().region(),
                    subscriber.subscription().filter().kind());
        }
    }

    private record Place(long leastAmount, String subscriber) implements Comparable<Place> {
        static Place of(Subscriber subscriber) {
            return new Place(subscriber.subscription().filter().leastAmount(), subscriber.id());
        }

        @Override
        public int compareTo(Place other) {
            int byAmount = Long.compare(leastAmount, other.leastAmount);
            return byAmount != 0 ? byAmount : subscriber.compareTo(other.subscriber);
        }
    }
}
