package dev.hopmeter.notifier;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far each router's numbering of this inbox has come. A number that is not higher than the last is a repeat. For one
 * thread.
 */
final class Sequences {

    /** More routers than this are forgotten, the longest unheard first. */
    private static final int ROUTERS = 1_000;

    private final Map<String, Long> last = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > ROUTERS;
        }
    };

    /** Takes note of a router's number, and answers how many before it are missing. */
    long missingBefore(String router, long sequence) {
        long before = last.getOrDefault(router, 0L);
        if (sequence <= before) {
            return 0;
        }
        last.put(router, sequence);
        return sequence - before - 1;
    }
}
