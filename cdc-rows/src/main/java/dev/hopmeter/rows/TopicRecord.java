package dev.hopmeter.rows;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What is sent to a topic for one row. Arrays are not copied.
 *
 * @param key text, in UTF-8 on the topic
 * @param timestampMillis of the record, in epoch milliseconds; the producer's own time if empty
 * @param headers by name
 */
public record TopicRecord(
        String topic, String key, byte[] value, OptionalLong timestampMillis, Map<String, byte[]> headers) {}
