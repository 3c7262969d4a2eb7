package dev.hopmeter.load;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A query's answer.
 *
 * @param totals by the window's start, in epoch milliseconds
 * @param through the highest sequence number that the key's windows include, also where none is in the range; 0 for none
 * @param newestMillis when the latest event that they include happened, in epoch milliseconds
 */
record Windows(NavigableMap<Long, Total> totals, long through, long newestMillis) {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Count and sum of one window. */
    record Total(long count, long sum) {}

    /** Where the key's windows of that size are asked for, at an aggregator. */
    static URI address(URI aggregator, WindowSize size, WindowKey key) {
        return address(aggregator, size.word(), key);
    }

    /** Where the key's windows are asked for that a query wants, as {@link Event#json} has it. */
    static URI address(URI aggregator, String asked, WindowKey key) {
        int range = asked.indexOf('?');
        String size = range < 0 ? asked : asked.substring(0, range);
        return aggregator.resolve("/events/" + size + "/" + key.text() + asked.substring(size.length()));
    }

    /**
     * Reads the JSON of an answer, or that of one window on the output topic.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Windows parse(String json) {
        try {
            JsonNode root = MAPPER.readTree(json);
            NavigableMap<Long, Total> totals = new TreeMap<>();
            for (JsonNode window : root.has("windows")
                    ? root.get("windows")
                    : MAPPER.createArrayNode().add(root)) {
                totals.put(
                        Instant.parse(window.get("start").asString()).toEpochMilli(),
                        new Total(
                                window.get("count").asLong(), window.get("sum").asLong()));
            }
            long through = root.get("through").asLong();
            long newest = Instant.parse(root.get("newest").asString()).toEpochMilli();
            return new Windows(totals, through, newest);
        } catch (JacksonException | NullPointerException | DateTimeException e) {
            throw new IllegalArgumentException("this is no answer to a query for windows: " + json, e);
        }
    }
}
