package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.spring.windows.InstanceAddress;
import dev.hopmeter.spring.windows.KeyOwner;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Who owns which key, kept until it is to be forgotten: with each rebalance, and whenever an answer does not fit. Whoever is
 * asked by mistake refuses, so that what is kept can cost a refusal and never an answer. Safe for use by many threads.
 */
final class KeyOwners {

    /** Beyond that many, Kafka Streams is asked each time: anybody can ask for any key. */
    private static final int MOST = 10_000;

    private volatile Map<StoreKey, KeyOwner> known = new ConcurrentHashMap<>();

    /** Forgets all of them. */
    void forget() {
        // Another map, so that one who found an owner before cannot keep it for those who ask after.
        known = new ConcurrentHashMap<>();
    }

    /** The owner of that key's windows in that store, where this instance is known as {@code here}. */
    KeyOwner of(KafkaStreams streams, HostInfo here, String store, WindowKey key) {
        Map<StoreKey, KeyOwner> now = known;
        StoreKey wanted = new StoreKey(store, key);
        KeyOwner kept = now.get(wanted);
        if (kept != null) {
            return kept;
        }
        KeyQueryMetadata owner = streams.queryMetadataForKey(store, key.text(), new StringSerializer());
        if (owner.equals(KeyQueryMetadata.NOT_AVAILABLE) || owner.activeHost().equals(HostInfo.unavailable())) {
            return new KeyOwner.Unknown("the key's owner is not known yet");
        }
        KeyOwner found = owner.activeHost().equals(here)
                ? new KeyOwner.Here(owner.partition())
                : new KeyOwner.Elsewhere(new InstanceAddress(
                        owner.activeHost().host(), owner.activeHost().port()));
        if (now.size() < MOST) {
            now.put(wanted, found);
        }
        return found;
    }

    private record StoreKey(String store, WindowKey key) {}
}
