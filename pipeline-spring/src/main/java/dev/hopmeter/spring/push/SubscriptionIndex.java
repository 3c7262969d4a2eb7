package dev.hopmeter.spring.push;

import dev.hopmeter.contract.Filter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers by region and kind, each or any, and in the order of their least amounts: four look-ups for an event, however
 * many subscribers there are. Agrees with {@link Filter#matches(String, String, long)}. Safe for use by many threads; one
 * that looks up never waits, and sees each change as a whole.
 *
 * @param <S> who subscribes
 */
public final class SubscriptionIndex<S extends Subscribed> {

    /** No word of an event. */
    private static final String ANY = "*";

    private volatile Map<String, Map<String, Cell<S>>> byRegion = Map.of();

    /** From now on the subscriber is found. */
    public synchronized void add(S subscriber) {
        Filter filter = subscriber.subscription().filter();
        Cell<S> cell = cell(byRegion, region(filter), kind(filter));
        put(filter, (cell == null ? new Cell<S>(List.of(), new long[0]) : cell).with(subscriber));
    }

    /** From now on the subscriber is not found. */
    public synchronized void remove(S subscriber) {
        Filter filter = subscriber.subscription().filter();
        Cell<S> cell = cell(byRegion, region(filter), kind(filter));
        if (cell != null) {
            put(filter, cell.without(subscriber));
        }
    }

    /** Whether nobody can be found. */
    public boolean isEmpty() {
        return byRegion.isEmpty();
    }

    /** The subscribers that an event of that region, kind and amount is for. */
    public List<S> matching(String region, String kind, long amount) {
        Map<String, Map<String, Cell<S>>> now = byRegion;
        if (now.isEmpty()) {
            return List.of();
        }
        List<S> matching = new ArrayList<>();
        collect(now.get(region), kind, amount, matching);
        collect(now.get(ANY), kind, amount, matching);
        return matching;
    }

    private static <S extends Subscribed> void collect(
            @Nullable Map<String, Cell<S>> byKind, String kind, long amount, List<S> to) {
        if (byKind != null) {
            collect(byKind.get(kind), amount, to);
            collect(byKind.get(ANY), amount, to);
        }
    }

    private static <S extends Subscribed> void collect(@Nullable Cell<S> cell, long amount, List<S> to) {
        if (cell != null) {
            to.addAll(cell.subscribers().subList(0, cell.upTo(amount)));
        }
    }

    private void put(Filter filter, Cell<S> cell) {
        Map<String, Map<String, Cell<S>>> regions = new HashMap<>(byRegion);
        Map<String, Cell<S>> kinds = new HashMap<>(regions.getOrDefault(region(filter), Map.of()));
        if (cell.subscribers().isEmpty()) {
            kinds.remove(kind(filter));
        } else {
            kinds.put(kind(filter), cell);
        }
        if (kinds.isEmpty()) {
            regions.remove(region(filter));
        } else {
            regions.put(region(filter), kinds);
        }
        byRegion = regions;
    }

    private static <S extends Subscribed> @Nullable Cell<S> cell(
            Map<String, Map<String, Cell<S>>> regions, String region, String kind) {
        Map<String, Cell<S>> kinds = regions.get(region);
        return kinds == null ? null : kinds.get(kind);
    }

    private static String region(Filter filter) {
        return filter.region().orElse(ANY);
    }

    private static String kind(Filter filter) {
        return filter.kind().orElse(ANY);
    }

    /** The subscribers of one region and kind, each or any; never changed. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Cell<S extends Subscribed>(List<S> subscribers, long[] leastAmounts) {

        /** How many of the first let that amount pass. */
        int upTo(long amount) {
            int from = 0;
            int to = leastAmounts.length;
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (leastAmounts[middle] <= amount) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            return from;
        }

        Cell<S> with(S subscriber) {
            long leastAmount = subscriber.subscription().filter().leastAmount();
            int place = upTo(leastAmount);
            List<S> more = new ArrayList<>(subscribers.size() + 1);
            more.addAll(subscribers);
            more.add(place, subscriber);
            return of(more);
        }

        Cell<S> without(S subscriber) {
            List<S> fewer = new ArrayList<>(subscribers);
            fewer.removeIf(each -> each == subscriber);
            return of(fewer);
        }

        private static <S extends Subscribed> Cell<S> of(List<S> subscribers) {
            long[] leastAmounts = new long[subscribers.size()];
            Arrays.setAll(
                    leastAmounts,
                    i -> subscribers.get(i).subscription().filter().leastAmount());
            return new Cell<>(subscribers, leastAmounts);
        }
    }
}
