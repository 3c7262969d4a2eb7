package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.WindowTotal;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTotalSerdeTest {

    private final WindowTotalSerde serde = new WindowTotalSerde();

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0",
        "1, 1, 1, 1",
        "3, -7, 12, 1780920000000",
        "9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807",
        "5, -9223372036854775808, 0, 0"
    })
    void aTotalTakesThirtyTwoBytesAndComesBack(long count, long sum, long through, long newest) {
        WindowTotal total = new WindowTotal(count, sum, through, newest);
        byte[] bytes = serde.serializer().serialize("topic", total);

        assertThat(bytes).hasSize(32);
        assertThat(serde.deserializer().deserialize("topic", bytes)).isEqualTo(total);
    }

    @Test
    void theCountComesFirstAndAllAreBigEndian() {
        assertThat(serde.serializer().serialize("topic", new WindowTotal(1, 258, 3, 4)))
                .containsExactly(
                        0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 16, 31, 33})
    void anotherLengthIsRefused(int length) {
        assertThatThrownBy(() -> serde.deserializer().deserialize("topic", new byte[length]))
                .isInstanceOf(SerializationException.class)
                .hasMessage("a window's total has 32 bytes, not " + length);
    }

    @Test
    @SuppressWarnings("NullAway") // Kafka asks for nothing's bytes and gives no bytes for a window that is gone.
    void nothingStaysNothing() {
        assertThat(serde.serializer().serialize("topic", null)).isNull();
        assertThat(serde.deserializer().deserialize("topic", null)).isNull();
    }
}
