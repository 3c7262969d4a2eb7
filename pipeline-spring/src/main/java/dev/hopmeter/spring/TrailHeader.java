package dev.hopmeter.spring;

import dev.hopmeter.contract.Trail;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads the trail that a Kafka record carries in its header {@link Trail#HEADER}. */
public final class TrailHeader {

    private TrailHeader() {}

    /**
     * The trail, or null for a record without one.
     *
     * @throws MalformedException if there is a header that is no trail; the message says why
     */
    public static @Nullable Trail read(Headers headers) {
        Header header = headers.lastHeader(Trail.HEADER);
        if (header == null) {
            return null;
        }
        byte[] value = header.value();
        try {
            return Trail.parse(value == null ? "" : new String(value, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(e.getMessage() == null ? "not a trail" : e.getMessage(), e);
        }
    }
}
