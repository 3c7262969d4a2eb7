package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import java.util.Map;
import java.util.Map.Entry;

/**
 * What an acknowledgement and a notification promise. Only trials of equal durability are compared head-on.
 *
 * @param order when its placement is acknowledged
 * @param record when a subscriber can hear of it
 * @param notification what it may precede
 */
record Durability(String order, String record, String notification) {

    /** Of a backend with these settings; each key may be preceded by the part that it belongs to. */
    static Durability of(Backend backend, Map<String, String> settings) {
        if (backend == Backend.IN_MEMORY) {
            return new Durability(
                    "in the memory of one process", "none is kept", "nothing is kept that it could precede");
        }
        String commit = value(settings, "synchronous_commit", "on");
        String fsync = value(settings, "fsync", "on");
        boolean flushed = !fsync.equals("off") && !commit.equals("off");
        String flush = value(settings, "log.flush.interval.messages", "");
        return new Durability(
                flushed
                        ? "flushed on one disk before it is acknowledged"
                        : "not flushed when it is acknowledged (fsync " + fsync + ", synchronous_commit " + commit
                                + ")",
                "acknowledged by the in-sync replicas (3 copies, at least 2), "
                        + (flush.equals("1") ? "each flushed to disk" : "in memory, not flushed to disk"),
                "follows the commit; a record is readable once every in-sync replica has it");
    }

    private static String value(Map<String, String> settings, String key, String otherwise) {
        return settings.entrySet().stream()
                .filter(entry -> entry.getKey().equals(key) || entry.getKey().endsWith("." + key))
                .map(Entry::getValue)
                .findFirst()
                .orElse(otherwise);
    }
}
