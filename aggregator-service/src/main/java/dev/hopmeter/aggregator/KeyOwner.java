package dev.hopmeter.aggregator;

import org.apache.kafka.streams.state.HostInfo;

/** Where the windows of a key are summed. */
sealed interface KeyOwner {

    /** By this instance, in that partition. */
    record Here(int partition) implements KeyOwner {}

    /** By another instance. */
    record Elsewhere(HostInfo address) implements KeyOwner {}

    /** It is not known now; it will be later. */
    record Unknown(String reason) implements KeyOwner {}
}
