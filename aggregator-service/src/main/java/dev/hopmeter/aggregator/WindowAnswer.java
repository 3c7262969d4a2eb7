package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowTotal;
import java.util.NavigableMap;
import org.apache.kafka.streams.state.HostInfo;

/** What asking this instance for a key's windows can lead to. */
sealed interface WindowAnswer {

    /** The key's windows that hold an order, by their start in epoch milliseconds. */
    record Found(NavigableMap<Long, WindowTotal> totals) implements WindowAnswer {}

    /** Another instance owns the key. */
    record OwnedBy(HostInfo owner) implements WindowAnswer {}

    /** The store cannot be read now; it will be later. */
    record NotReadable(String reason) implements WindowAnswer {}
}
