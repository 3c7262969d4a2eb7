package dev.hopmeter.load;

import dev.hopmeter.contract.Filter;
import java.net.URI;
import java.util.List;

/**
 * Where subscribers connect: to one instance after the other.
 *
 * @param notifiers their addresses, with {@code http}, one at least
 * @param path {@code /notifications} by way of the router, {@code /orders} straight from the change topic
 * @param prefix what the ids of this run's subscribers start with; no other run attached at the time has it
 */
record Subscriptions(List<URI> notifiers, String path, String prefix) {

    /** The address for a subscriber with that filter. */
    URI address(int subscriber, Filter filter) {
        StringBuilder query = new StringBuilder("?subscriber=").append(prefix).append(subscriber);
        filter.region().ifPresent(region -> query.append("&region=").append(Http.encoded(region)));
        filter.kind().ifPresent(kind -> query.append("&kind=").append(Http.encoded(kind)));
        if (filter.leastAmount() > 0) {
            query.append("&leastAmount=").append(filter.leastAmount());
        }
        return notifiers.get(subscriber % notifiers.size()).resolve(path + query);
    }

    /** The address for that interest, which must be one in what a filter lets pass. */
    URI address(int subscriber, Interest interest) {
        return switch (interest) {
            case Interest.Matching(var filter) -> address(subscriber, filter);
            case Interest.Watching watching ->
                throw new IllegalArgumentException("a notifier has no windows to watch: " + watching);
        };
    }
}
