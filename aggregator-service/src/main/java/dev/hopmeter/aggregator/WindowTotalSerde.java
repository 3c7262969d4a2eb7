package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowTotal;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** A window's total in 32 bytes: count, sum, through and newest, each a big-endian long. Nothing stays nothing. */
final class WindowTotalSerde implements Serde<WindowTotal> {

    private static final int LENGTH = 4 * Long.BYTES;

    @Override
    public Serializer<WindowTotal> serializer() {
        return (topic, total) -> write(total);
    }

    @Override
    public Deserializer<WindowTotal> deserializer() {
        return (topic, bytes) -> read(bytes);
    }

    @SuppressWarnings("NullAway") // Kafka's serializers answer null with null, which its signatures do not say.
    private static byte[] write(@Nullable WindowTotal total) {
        return total == null
                ? null
                : ByteBuffer.allocate(LENGTH)
                        .putLong(total.count())
                        .putLong(total.sum())
                        .putLong(total.through())
                        .putLong(total.newestMillis())
                        .array();
    }

    @SuppressWarnings("NullAway") // As above.
    private static WindowTotal read(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length != LENGTH) {
            throw new SerializationException("a window's total has " + LENGTH + " bytes, not " + bytes.length);
        }
        ByteBuffer total = ByteBuffer.wrap(bytes);
        return new WindowTotal(total.getLong(), total.getLong(), total.getLong(), total.getLong());
    }
}
